/** Turns away tasks whose node no longer is what their service asks for (swarmkit `manager/orchestrator/constraintenforcer`): whenever a node changes, never when a service does. */
import type { Loop, Tx } from "../../../room";
import { isChange } from "../../../store/schema";
import { rank } from "../../protocol";
import { led, nextIndex } from "../raft";
import { matchesConstraints } from "../scheduler/constraints";
import type { NodeRow, TaskRow } from "../tables";
import { setStatus } from "./tasks";

export const constraintEnforcer: Loop = {
  name: "constraintEnforcer",
  watches: ["nodes"],
  run(tx, changes) {
    for (const change of changes) {
      if (!isChange(change, "nodes") || !change.before) continue;
      const node = tx.table("nodes").get(change.id);
      if (node && node.spec.Availability === "active" && led(tx, node.swarm)) enforce(tx, node);
    }
  },
};

function enforce(tx: Tx, node: NodeRow): void {
  let cpu = node.description?.Resources.NanoCPUs ?? 0;
  let memory = node.description?.Resources.MemoryBytes ?? 0;
  const rejected: TaskRow[] = [];
  for (const task of tx.table("tasks").by("node", node.id)) {
    const desired = rank(task.desiredState);
    if (desired < rank("assigned") || desired > rank("complete") || rank(task.status.state) > rank("running")) continue;
    const constraints = (tx.table("services").get(task.serviceId)?.spec.TaskTemplate ?? task.spec).Placement
      ?.Constraints;
    const { NanoCPUs = 0, MemoryBytes = 0 } = task.spec.Resources?.Reservations ?? {};
    if (NanoCPUs > cpu || MemoryBytes > memory || !matchesConstraints(constraints, node)) {
      rejected.push(task); // what it held is free for those after it
      continue;
    }
    cpu -= NanoCPUs;
    memory -= MemoryBytes;
  }
  if (rejected.length === 0) return;
  const index = nextIndex(tx, node.swarm);
  for (const task of rejected)
    setStatus(
      tx,
      task.id,
      {
        ...task.status,
        state: "rejected",
        message: "task rejected by constraint enforcer",
        err: "assigned node no longer meets constraints",
      },
      index,
    );
}
