/**
 * The replicated log as its users see it: object versions, and whether there is a leader. A swarm's loops run only
 * while a leader that reaches a majority of the managers exists.
 */
import { linked } from "../../net/links";
import type { Tx } from "../../room";
import type { View } from "../../store/store";
import type { NodeRow, SwarmRow } from "./tables";

/** The next log position: one per transaction, shared by all objects it writes. */
export function nextIndex(tx: Tx, swarm: string): number {
  const index = (tx.table("raft").get(swarm)?.index ?? 0) + 1;
  tx.table("raft").put({ id: swarm, index });
  return index;
}

/** The fields that each write of an object renews. */
export const written = (tx: Tx, index: number) => ({ version: index, updatedAt: tx.now });

/** The fields of a new object. */
export const created = (tx: Tx, swarm: string, index: number) => ({
  swarm,
  version: index,
  createdAt: tx.now,
  updatedAt: tx.now,
});

/** Members of the raft group. */
export const managersOf = (view: View, swarm: string): NodeRow[] => view.table("nodes").by("managers", swarm);

/** Whether a manager takes part: it has neither left the swarm, nor does it wait for the key to its log. */
function takesPart(view: View, node: NodeRow): boolean {
  const member = view.table("swarmNodes").get(node.machine);
  return member?.nodeId === node.id && member.state === "active";
}

/** Whether the raft member behind a node answers one on this machine. */
export const reaches = (view: View, machine: string, node: NodeRow): boolean =>
  linked(view, machine, node.machine) && takesPart(view, node);

/** The machine that leads; undefined while the swarm has no working leader. */
export function leaderMachine(view: View, swarm: string): string | undefined {
  const leader = view.table("nodes").get(view.table("swarms").get(swarm)?.leader ?? "");
  return leader && reaches(view, leader.machine, leader) ? leader.machine : undefined;
}

/** Whether the managers reachable from this machine are a majority. */
export function hasQuorum(view: View, swarm: string, machine: string): boolean {
  const managers = managersOf(view, swarm);
  const reached = managers.filter((node) => reaches(view, machine, node)).length;
  return reached * 2 > managers.length;
}

/** The swarms whose loops may run now: nothing is written down without a majority. */
export function led(view: View, swarm: string): SwarmRow | undefined {
  const row = view.table("swarms").get(swarm);
  const leader = row?.leader && leaderMachine(view, swarm);
  return leader && hasQuorum(view, swarm, leader) ? row : undefined;
}

/**
 * The swarm as a manager on this machine can read and write it: through a leader that it reaches. One that the others have put
 * out while it was away still counts them, and finds no majority.
 */
export function ledFrom(view: View, swarm: string, machine: string): SwarmRow | undefined {
  const row = led(view, swarm);
  const nodeId = view.table("swarmNodes").get(machine)?.nodeId ?? "";
  if (!view.table("nodes").get(nodeId)?.manager) return undefined;
  return row && linked(view, machine, leaderMachine(view, swarm) ?? "") ? row : undefined;
}
