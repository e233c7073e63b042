/**
 * Events of the swarm's objects, which every manager's daemon tells: `docker events --filter scope=swarm` (moby
 * `daemon/events.go`, generateClusterEvent). An update tells what has changed, of the few fields that are told at all.
 */
import { type Attributes, recordEvent } from "../engine";
import { daemonRuns } from "../net/links";
import type { Loop, Tx } from "../room";
import { isChange } from "../store/schema";
import { managersOf } from "./manager/raft";
import type { DataRow, NodeRow, ServiceRow, StoredObject, SwarmNetworkRow, SwarmRow } from "./manager/tables";

export const clusterEvents: Loop = {
  name: "clusterEvents",
  watches: ["nodes", "services", "swarmNetworks", "swarmData", "swarms"],
  run(tx, changes) {
    for (const change of changes) {
      if (isChange(change, "nodes")) tell(tx, "node", change, nodeName, nodeChange);
      else if (isChange(change, "services")) tell(tx, "service", change, specName, serviceChange);
      else if (isChange(change, "swarmNetworks")) tell(tx, "network", change, specName);
      else if (isChange(change, "swarms")) leaderChanged(tx, change.before, change.after);
      else if (isChange(change, "swarmData")) tell(tx, (change.after ?? change.before)?.kind ?? "", change, specName);
    }
  },
};

type EventActor = Parameters<typeof recordEvent>[4];
type Named = SwarmNetworkRow | ServiceRow | DataRow;

const specName = (row: Named): string => row.spec.Name ?? "";
const nodeName = (row: NodeRow): string => row.spec.Name || (row.description?.Hostname ?? "");

function tell<T extends StoredObject>(
  tx: Tx,
  type: string,
  { before, after }: { readonly before?: T; readonly after?: T },
  nameOf: (row: T) => string,
  difference: (before: T, after: T) => Attributes = () => ({}),
): void {
  const row = after ?? before;
  if (!row || (before && after && before.version === after.version)) return;
  const action = !before ? "create" : !after ? "remove" : "update";
  // What a swarm begins with is there before anybody listens.
  if (action === "create" && tx.table("swarms").get(row.swarm)?.createdAt === row.createdAt) return;
  const attributes = { name: nameOf(row), ...(before && after ? difference(before, after) : {}) };
  record(tx, row.swarm, type, action, { id: row.id, attributes });
}

function record(tx: Tx, swarm: string, type: string, action: string, actor: EventActor): void {
  for (const manager of managersOf(tx, swarm))
    if (daemonRuns(tx, manager.machine)) recordEvent(tx, manager.machine, type, action, actor, "swarm");
}

/** Which node leads is the swarm's to us, but each node's own news. */
function leaderChanged(tx: Tx, before: SwarmRow | undefined, after: SwarmRow | undefined): void {
  if (!before || !after || before.leader === after.leader) return;
  for (const [id, leads] of [
    [before.leader, false],
    [after.leader, true],
  ] as const) {
    const node = tx.table("nodes").get(id);
    if (!node) continue;
    const attributes = { name: nodeName(node), ...changed("leader", !leads, leads) };
    record(tx, after.id, "node", "update", { id, attributes });
  }
}

/** `NAME.old` and `NAME.new` where a value is another one; what was not there has no old one. */
function changed(name: string, before: unknown, after: unknown): Attributes {
  if (before === after) return {};
  const shown = (value: unknown, key: string) => (value === undefined ? {} : { [`${name}.${key}`]: String(value) });
  return { ...shown(before, "old"), ...shown(after, "new") };
}

function nodeChange(before: NodeRow, after: NodeRow): Attributes {
  return {
    ...changed("availability", before.spec.Availability, after.spec.Availability),
    ...changed("role", before.role, after.role),
    ...changed("state", before.status.state, after.status.state),
    ...(before.manager && after.manager
      ? changed("reachability", before.manager.reachability, after.manager.reachability)
      : {}),
  };
}

function serviceChange(before: ServiceRow, after: ServiceRow): Attributes {
  const imageOf = (row: ServiceRow) => row.spec.TaskTemplate.ContainerSpec?.Image;
  const replicasOf = (row: ServiceRow) => row.spec.Mode.Replicated?.Replicas;
  const counts = replicasOf(before) !== undefined && replicasOf(after) !== undefined;
  return {
    ...changed("image", imageOf(before), imageOf(after)),
    ...(counts ? changed("replicas", replicasOf(before), replicasOf(after)) : {}),
    ...(after.updateStatus ? changed("updatestate", before.updateStatus?.state, after.updateStatus.state) : {}),
  };
}
