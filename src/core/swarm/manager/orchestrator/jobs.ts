/** Jobs: tasks that run to completion, so many at a time or once on each node (swarmkit `manager/orchestrator/jobs`). */
import type { Loop, Tx } from "../../../room";
import { isChange } from "../../../store/schema";
import { rank } from "../../protocol";
import { isJob, modeOf } from "../defaults";
import { led, nextIndex } from "../raft";
import { matchesConstraints } from "../scheduler/constraints";
import type { ServiceRow, TaskRow } from "../tables";
import { restartTask } from "./restart";
import { createTask, isInvalidNode, roomFor, want } from "./tasks";

export const jobs: Loop = {
  name: "jobs",
  watches: ["services", "tasks", "nodes", "swarms"],
  run(tx, changes) {
    const services = new Set<string>();
    const tasks = new Set<string>();
    for (const change of changes) {
      if (isChange(change, "services")) {
        if (change.after && isJob(change.after.spec) && change.before?.spec !== change.after.spec)
          services.add(change.id);
      } else if (isChange(change, "tasks")) {
        const task = change.after ?? change.before;
        if (task?.jobIteration === undefined) continue;
        if (change.before?.status.state !== change.after?.status.state) services.add(task.serviceId);
        if (change.after) tasks.add(change.id);
      } else if (isChange(change, "nodes")) {
        if (change.before?.status.state === change.after?.status.state && change.before?.spec === change.after?.spec)
          continue;
        for (const service of tx.table("services").by("swarm", change.after?.swarm ?? ""))
          if (isJob(service.spec)) services.add(service.id);
        for (const task of tx.table("tasks").by("node", change.id))
          if (task.jobIteration !== undefined) tasks.add(task.id);
      } else if (isChange(change, "swarms") && change.after?.leader && change.before?.leader !== change.after.leader) {
        for (const service of tx.table("services").by("swarm", change.id))
          if (isJob(service.spec)) services.add(service.id);
      }
    }
    for (const id of tasks) restart(tx, id);
    for (const id of services) {
      const service = tx.table("services").get(id);
      if (service && isJob(service.spec) && led(tx, service.swarm)) reconcile(tx, service);
    }
  },
};

/** Meant to complete and not there yet. */
const isActive = (task: TaskRow) => rank(task.desiredState) <= rank("complete") && task.status.state !== "complete";

function restart(tx: Tx, id: string): void {
  const task = tx.table("tasks").get(id);
  if (!task || !isActive(task) || !led(tx, task.swarm)) return;
  const service = tx.table("services").get(task.serviceId);
  if (!service) {
    want(tx, id, "remove", nextIndex(tx, task.swarm));
    return;
  }
  if (task.jobIteration !== (service.jobIteration ?? 0)) return;
  const invalid = task.nodeId !== "" && isInvalidNode(tx.table("nodes").get(task.nodeId));
  if (task.global && invalid) {
    want(tx, id, "remove", nextIndex(tx, task.swarm));
    return;
  }
  if (rank(task.status.state) > rank("complete") || invalid) restartTask(tx, service, task);
}

function reconcile(tx: Tx, service: ServiceRow): void {
  const iteration = service.jobIteration ?? 0;
  const all = tx.table("tasks").by("service", service.id);
  const old = all.filter((task) => task.jobIteration !== iteration && isActive(task));
  if (old.length > 0) {
    const index = nextIndex(tx, service.swarm);
    for (const task of old) want(tx, task.id, "remove", index);
  }
  const current = all.filter((task) => task.jobIteration === iteration);
  if (modeOf(service.spec) === "replicated-job") {
    fill(tx, service, current);
    return;
  }
  for (const node of tx.table("nodes").by("swarm", service.swarm)) {
    if (node.status.state !== "ready" || node.spec.Availability !== "active") continue;
    if (!matchesConstraints(service.spec.TaskTemplate.Placement?.Constraints, node)) continue;
    if (current.some((task) => task.nodeId === node.id)) continue;
    createTask(tx, service, nextIndex(tx, service.swarm), { slot: 0, nodeId: node.id, desiredState: "complete" });
  }
}

function fill(tx: Tx, service: ServiceRow, tasks: readonly TaskRow[]): void {
  const job = service.spec.Mode.ReplicatedJob ?? {};
  const concurrent = job.MaxConcurrent ?? 1;
  const total = job.TotalCompletions ?? concurrent;
  const active = tasks.filter(isActive).length;
  // by slots: a node that was lost may tell of a completion after its task's replacement was made
  const used = new Set(
    tasks.filter((task) => isActive(task) || task.status.state === "complete").map((task) => task.slot),
  );
  const count = Math.min(concurrent - active, total - used.size);
  if (count <= 0) return;
  const failed = new Set(tasks.map((task) => task.slot).filter((slot) => !used.has(slot)));
  const index = nextIndex(tx, service.swarm);
  for (let slot = 0, left = roomFor(tx, count); left > 0 && slot < total + failed.size; slot++) {
    if (used.has(slot) || failed.has(slot)) continue; // a slot whose attempts are exhausted stays as it is
    createTask(tx, service, index, { slot, desiredState: "complete" });
    left--;
  }
}
