/**
 * A node becomes a manager (swarmkit `manager/role_manager.go`): its spec says so, and once it is in reach it renews its
 * certificate and joins the raft group.
 */
import type { Tx } from "../../room";
import { leaderMachine, nextIndex, reaches, written } from "./raft";
import type { NodeRow } from "./tables";

/** Lets a node that is to be a manager join the raft group, if it is there to do so. */
export function promote(tx: Tx, id: string): void {
  const node = tx.table("nodes").get(id) as NodeRow;
  const leader = leaderMachine(tx, node.swarm);
  if (node.spec.Role !== "manager" || node.manager || !leader || !reaches(tx, leader, node)) return;
  tx.table("nodes").patch(id, {
    role: "manager",
    manager: { reachability: "reachable", addr: `${node.status.addr}:2377` },
    ...written(tx, nextIndex(tx, node.swarm)),
  });
}
