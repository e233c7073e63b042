/** What can be done to a machine from the page: per control its positions, the one it stands at, and the request that moves it. */
import type { MachineRequest } from "../../src/api/cluster";
import type { MachineView, NodeView } from "../../src/api/socket";
import type { Key } from "../ui/i18n";

export interface Control {
  name: "power" | "daemon" | "network" | "disk" | "registry" | "swarm";
  positions: string[];
  at: string;
  /** The first position is the healthy one and needs no note. */
  label(position: string): Key;
  note: Key | undefined;
}

const control = (name: Control["name"], positions: string[], at: string): Control => ({
  name,
  positions: positions.includes(at) ? positions : [...positions, at],
  at,
  label: (position) => `machine.${name}.${position}` as Key,
  note: at === positions[0] ? undefined : (`machine.${name}.${at}.note` as Key),
});

/** The latency that the page's slow cable adds, and how many times as long its slow registry takes. */
export const slow = { latency: 200, registry: 10 };

/** Why there may be others: scripts can do more to a cable than the page offers. */
function networkAt({ network, cut, latency, loss }: MachineView): string {
  if (network === "cut") return "cut";
  if (cut || loss || (latency && latency !== slow.latency)) return "other";
  return latency ? "slow" : "ok";
}

export function controlsOf(machine: MachineView, node: NodeView | undefined): Control[] {
  const controls = [
    control("power", ["on", "off"], machine.power),
    control("daemon", ["up", "crashed", "stopped"], machine.daemon),
    control("network", ["ok", "slow", "cut"], networkAt(machine)),
    control("registry", ["ok", "slow", "unreachable"], machine.registry ?? "ok"),
    control("disk", ["ok", "full"], machine.disk ?? "ok"),
  ];
  return node ? [...controls, control("swarm", ["active", "pause", "drain"], node.availability)] : controls;
}

/** The request of the API that brings a control into a position; the swarm's own goes another way. */
export function requestFor(name: Exclude<Control["name"], "swarm">, position: string): MachineRequest {
  if (name === "network" && position === "slow") return { network: { latency: `${slow.latency}ms` } };
  if (name === "registry" && position === "slow") return { registry: { slow: slow.registry } };
  return { [name]: position } as MachineRequest;
}
