/** Global services: exactly one task on each node that fits (swarmkit `manager/orchestrator/global`). */
import type { Loop, Tx } from "../../../room";
import { type Change, isChange } from "../../../store/schema";
import { modeOf } from "../defaults";
import { led, nextIndex } from "../raft";
import { matchesConstraints } from "../scheduler/constraints";
import type { NodeRow, ServiceRow, StopCause, TaskRow } from "../tables";
import { isDirty } from "./dirty";
import { restartTask, shouldRestart } from "./restart";
import { createTask, hasEnded, isInvalidNode, isRunnable, nodeCause, want } from "./tasks";

export const global: Loop = {
  name: "global",
  watches: ["services", "tasks", "nodes", "swarms"],
  run(tx, changes) {
    const services = new Set<string>();
    const nodes = new Set<string>();
    const tasks = new Set<string>();
    for (const change of changes) note(tx, change, services, nodes, tasks);
    for (const id of services) {
      const service = liveGlobal(tx, id);
      if (service) for (const node of tx.table("nodes").by("swarm", service.swarm)) reconcile(tx, service, node, false);
    }
    for (const id of nodes) {
      const node = tx.table("nodes").get(id);
      if (!node) continue;
      for (const row of tx.table("services").by("swarm", node.swarm)) {
        const service = liveGlobal(tx, row.id);
        if (service) reconcile(tx, service, node, true);
      }
    }
    for (const id of tasks) restart(tx, id);
  },
};

function liveGlobal(tx: Tx, id: string): ServiceRow | undefined {
  const service = tx.table("services").get(id);
  return service && modeOf(service.spec) === "global" && led(tx, service.swarm) ? service : undefined;
}

function note(tx: Tx, change: Change, services: Set<string>, nodes: Set<string>, tasks: Set<string>): void {
  if (isChange(change, "services")) {
    if (change.after && change.before?.spec !== change.after.spec) services.add(change.id);
  } else if (isChange(change, "nodes")) {
    const { before, after } = change;
    if (!after)
      for (const task of tx.table("tasks").by("node", change.id)) if (task.global) tx.table("tasks").delete(task.id);
    if (
      after &&
      (before?.spec !== after.spec || before.status.state !== after.status.state || before.role !== after.role)
    )
      nodes.add(change.id);
  } else if (isChange(change, "tasks")) {
    const { before, after } = change;
    if (after?.global && isRunnable(after) && hasEnded(after)) tasks.add(after.id);
    if (!after && before?.global && isRunnable(before)) services.add(before.serviceId);
  } else if (isChange(change, "swarms") && change.after?.leader && change.before?.leader !== change.after.leader) {
    for (const service of tx.table("services").by("swarm", change.id)) services.add(service.id);
  }
}

function reconcile(tx: Tx, service: ServiceRow, node: NodeRow, renew: boolean): void {
  const tasks = tx.table("tasks").by("slot", `${service.id}/${node.id}`);
  const live = tasks.filter(isRunnable);
  const fits = !isInvalidNode(node) && matchesConstraints(service.spec.TaskTemplate.Placement?.Constraints, node);
  if (!fits) {
    stop(tx, live, service, nodeCause(node) ?? "constraint");
    return;
  }
  if (node.spec.Availability === "pause") return;
  if (live.length > 0) {
    if (renew && !tx.table("updates").has(service.id) && live.every((task) => isDirty(tx, service, task)))
      replace(tx, service, node, live);
    return;
  }
  const newest = tasks.at(-1);
  if (
    newest &&
    newest.specVersion === service.specVersion &&
    hasEnded(newest) &&
    !wasMoved(newest) &&
    !shouldRestart(tx, service, newest)
  )
    return;
  if (node.status.state !== "ready" && node.status.state !== "unknown") return;
  createTask(tx, service, nextIndex(tx, service.swarm), { slot: 0, nodeId: node.id, desiredState: "running" });
}

/** It ended because its node was drained or lost, not by itself. */
const wasMoved = (task: TaskRow) => task.status.state === "shutdown" || task.status.state === "orphaned";

function stop(tx: Tx, tasks: readonly TaskRow[], service: ServiceRow, cause: StopCause): void {
  if (tasks.length === 0) return;
  const index = nextIndex(tx, service.swarm);
  for (const task of tasks) want(tx, task.id, "shutdown", index, cause);
}

function replace(tx: Tx, service: ServiceRow, node: NodeRow, live: readonly TaskRow[]): void {
  stop(tx, live, service, "update");
  createTask(tx, service, nextIndex(tx, service.swarm), { slot: 0, nodeId: node.id, desiredState: "running" });
}

function restart(tx: Tx, id: string): void {
  const task = tx.table("tasks").get(id);
  const service = task && liveGlobal(tx, task.serviceId);
  if (!task || !service || !isRunnable(task)) return;
  const node = tx.table("nodes").get(task.nodeId);
  const stays = node && !isInvalidNode(node) && node.spec.Availability !== "pause";
  if (stays && matchesConstraints(service.spec.TaskTemplate.Placement?.Constraints, node)) {
    restartTask(tx, service, task);
    return;
  }
  want(tx, id, "shutdown", nextIndex(tx, service.swarm), hasEnded(task) ? undefined : nodeCause(node));
}
