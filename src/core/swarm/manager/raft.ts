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
export const managersOf = (view: View, swarm: string): NodeRow[] =>
  view
    .table("nodes")
    .by("swarm", swarm)
    .filter((node) => node.manager);

/** The machine that leads; undefined while the swarm has no working leader. */
export function leaderMachine(view: View, swarm: string): string | undefined {
  const leader = view.table("nodes").get(view.table("swarms").get(swarm)?.leader ?? "");
  return leader && linked(view, leader.machine, leader.machine) ? leader.machine : undefined;
}

/** Whether the managers reachable from this machine are a majority. */
export function hasQuorum(view: View, swarm: string, machine: string): boolean {
  const managers = managersOf(view, swarm);
  const reached = managers.filter((node) => linked(view, machine, node.machine)).length;
  return reached * 2 > managers.length;
}

/** The swarms whose loops may run now. */
export function led(view: View, swarm: string): SwarmRow | undefined {
  const row = view.table("swarms").get(swarm);
  return row?.leader && leaderMachine(view, swarm) ? row : undefined;
}
