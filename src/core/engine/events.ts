/** The engine's events (`docker events`): one row each, the newest 256 of a machine kept, as moby does. */
import type { Tx } from "../room";
import type { ContainerRow, EngineEventRow, NetworkRow } from "./tables";
import type { ContainerConfig } from "./types";

/** moby `daemon/events/events.go`. */
const KEPT = 256;

export type Attributes = Readonly<Record<string, string>>;

export function recordEvent(
  tx: Tx,
  machine: string,
  type: string,
  action: string,
  actor: { readonly id: string; readonly attributes: Attributes },
  scope: "local" | "swarm" = "local",
): void {
  const table = tx.table("engineEvents");
  const last = table.last("machine", machine);
  const number = last ? Number(last.id.slice(last.id.lastIndexOf("/") + 1)) + 1 : 0;
  const row: EngineEventRow = {
    id: `${machine}/${String(number).padStart(9, "0")}`,
    machine,
    at: tx.now,
    type,
    action,
    actor,
    scope,
  };
  table.put(row);
  if (table.count("machine", machine) > KEPT) table.delete(table.first("machine", machine)?.id ?? "");
  tx.emit("engine.event", row);
}

const carried = new WeakMap<ContainerConfig, { readonly name: string; readonly attributes: Attributes }>();

/** What all events of a container carry: its labels, image and name. */
function attributesOf({ config, name }: ContainerRow): Attributes {
  const known = carried.get(config);
  if (known?.name === name) return known.attributes;
  const attributes = { ...config.Labels, image: config.Image, name };
  carried.set(config, { name, attributes });
  return attributes;
}

/** An event of a container, with more than all of them carry. Intermediate containers of builds tell as others do. */
export function containerEvent(tx: Tx, container: ContainerRow, action: string, more?: Attributes): void {
  const attributes = attributesOf(container);
  const actor = { id: container.id, attributes: more ? { ...attributes, ...more } : attributes };
  recordEvent(tx, container.machine, "container", action, actor);
}

export function networkEvent(tx: Tx, network: NetworkRow, action: string, container?: string): void {
  const attributes = { ...(container ? { container } : {}), name: network.name, type: network.driver };
  recordEvent(tx, network.machine, "network", action, { id: network.networkId, attributes });
}

export function volumeEvent(tx: Tx, machine: string, name: string, action: string, more: Attributes = {}): void {
  recordEvent(tx, machine, "volume", action, { id: name, attributes: { ...more, driver: "local" } });
}
