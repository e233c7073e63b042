/** Where an ICMP echo goes and whether an answer comes back: names are resolved already, no port and no balancer has a part in it. */
import type { Echo } from "../api/process";
import { sandboxOwner, usesHostNetwork } from "../core/engine/endpoints";
import { isGateway, leadsOut } from "../core/engine/gateway";
import type { NetworkRow } from "../core/engine/tables";
import type { Origin } from "../core/net/connect";
import { contains, parseCidr, parseIp } from "../core/net/ip";
import { linkLatency, linkLoss, wired } from "../core/net/links";
import type { View } from "../core/store/store";
import type { Millis } from "../core/time/agenda";

/** There and back without a cable between: the kernel alone. */
const INSIDE: Millis = 0.06;
const TTL = 64;

type Chance = () => number;

/** What comes back from an address, and after how many milliseconds. */
export function echoOf(view: View, from: Origin, address: string, chance: Chance): Echo {
  const container = from.containerId ? view.table("containers").get(from.containerId) : undefined;
  if (!container || usesHostNetwork(view, container)) return fromMachine(view, from.machine, address, chance);
  const owner = sandboxOwner(view, container);
  const endpoints = view.table("endpoints").by("container", owner.id);
  if (isOwn(address) || endpoints.some((each) => each.address === address)) return inside(chance);
  let routed = false;
  for (const endpoint of endpoints) {
    const network = view.table("networks").get(`${owner.machine}/${endpoint.networkId}`);
    if (!network) continue;
    if (view.table("balancers").has(`${network.networkId}/${address}`) || network.gateway === address)
      return inside(chance);
    if (within(network, address) && isGateway(network)) return { kind: "lost" };
    if (within(network, address)) return neighbour(view, owner.machine, network, address, endpoint.address, chance);
    routed ||= !network.internal && leadsOut(network);
  }
  if (!routed) return { kind: "unreachable", from: "" };
  return fromMachine(view, owner.machine, address, chance, true);
}

function fromMachine(view: View, machine: string, address: string, chance: Chance, forwarded = false): Echo {
  const own = view.table("machines").get(machine);
  if (isOwn(address) || address === own?.address) return inside(chance);
  for (const other of view.table("machines").all())
    if (other.address === address) return across(view, machine, other.id, own?.address ?? "", chance, forwarded);
  for (const network of view.table("networks").by("machine", machine)) {
    if (network.scope !== "local" || network.subnet === "") continue;
    if (network.gateway === address) return inside(chance);
    // Docker's rules keep one bridge's packets from another's containers.
    if (within(network, address))
      return forwarded ? { kind: "lost" } : neighbour(view, machine, network, address, network.gateway, chance);
  }
  return { kind: "lost" };
}

const isOwn = (address: string) => address.startsWith("127.") || address === "localhost";

function within(network: NetworkRow, address: string): boolean {
  const subnet = parseCidr(network.subnet);
  const value = parseIp(address);
  return subnet !== undefined && value !== undefined && contains(subnet, value);
}

function neighbour(
  view: View,
  machine: string,
  network: NetworkRow,
  address: string,
  from: string,
  chance: Chance,
): Echo {
  const [endpoint] = view.table("endpoints").by("address", `${network.networkId}/${address}`);
  if (!endpoint?.up) return { kind: "unreachable", from };
  return across(view, machine, endpoint.machine, from, chance);
}

function across(view: View, a: string, b: string, from: string, chance: Chance, forwarded = false): Echo {
  if (!wired(view, a, b)) return { kind: "unreachable", from };
  const loss = linkLoss(view, a, b);
  if (loss > 0 && (chance() < loss || chance() < loss)) return { kind: "lost" };
  if (a === b) return inside(chance);
  return {
    kind: "reply",
    millis: (linkLatency(view, a, b) + linkLatency(view, b, a)) * (1 + 0.03 * chance()),
    ttl: forwarded ? TTL - 1 : TTL,
  };
}

const inside = (chance: Chance): Echo => ({ kind: "reply", millis: INSIDE * (1 + chance()), ttl: TTL });
