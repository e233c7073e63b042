/**
 * Replicated services: as many slots with a runnable task as the spec wants (swarmkit `manager/orchestrator/replicated`).
 * What a changed spec does to tasks that stay is the updater's business.
 */
import type { Loop, Tx } from "../../../room";
import { type Change, isChange } from "../../../store/schema";
import { modeOf, replicasOf } from "../defaults";
import { led, nextIndex } from "../raft";
import type { ServiceRow, TaskRow } from "../tables";
import { restartTask } from "./restart";
import { type Slot, slotsOf } from "./slot";
import { createTask, hasEnded, isInvalidNode, isRunnable, roomFor, want } from "./tasks";

export const replicated: Loop = {
  name: "replicated",
  watches: ["services", "tasks", "nodes", "swarms"],
  run(tx, changes) {
    const services = new Set<string>();
    const tasks = new Set<string>();
    for (const change of changes) note(tx, change, services, tasks);
    for (const id of tasks) restart(tx, id);
    for (const id of services) {
      const service = tx.table("services").get(id);
      if (service && modeOf(service.spec) === "replicated" && led(tx, service.swarm)) reconcile(tx, service);
    }
  },
};

function note(tx: Tx, change: Change, services: Set<string>, tasks: Set<string>): void {
  if (isChange(change, "services")) {
    const { before, after } = change;
    if (after && (before?.spec !== after.spec || before.updateStatus?.state !== after.updateStatus?.state))
      services.add(change.id);
    if (!after && before) for (const task of tx.table("tasks").by("service", before.id)) tasks.add(task.id);
  } else if (isChange(change, "tasks")) {
    const { before, after } = change;
    if (!after && before && isRunnable(before)) services.add(before.serviceId);
    if (after && !after.global && isRunnable(after) && hasEnded(after)) tasks.add(after.id);
  } else if (isChange(change, "nodes")) {
    if (isInvalidNode(change.after) && !(change.before && isInvalidNode(change.before)))
      for (const task of tx.table("tasks").by("node", change.id))
        if (!task.global && isRunnable(task)) tasks.add(task.id);
  } else if (isChange(change, "swarms") && change.after?.leader && change.before?.leader !== change.after.leader) {
    for (const service of tx.table("services").by("swarm", change.id)) services.add(service.id);
    for (const task of tx.table("tasks").by("swarm", change.id)) if (needsRestart(tx, task)) tasks.add(task.id);
  }
}

const needsRestart = (tx: Tx, task: TaskRow) =>
  !task.global &&
  isRunnable(task) &&
  (hasEnded(task) || (task.nodeId !== "" && isInvalidNode(tx.table("nodes").get(task.nodeId))));

function restart(tx: Tx, id: string): void {
  const task = tx.table("tasks").get(id);
  if (!task || !led(tx, task.swarm)) return;
  const service = tx.table("services").get(task.serviceId);
  if (!service) {
    want(tx, id, "remove", nextIndex(tx, task.swarm), "service");
    return;
  }
  if (modeOf(service.spec) === "replicated" && needsRestart(tx, task)) restartTask(tx, service, task);
}

function reconcile(tx: Tx, service: ServiceRow): void {
  const { runnable, dead } = slotsOf(tx, service);
  const wanted = replicasOf(service.spec);
  if (wanted > runnable.length) {
    grow(tx, service, wanted - runnable.length, runnable, dead);
    return;
  }
  if (wanted < runnable.length) shrink(tx, service, wanted, runnable);
  forget(tx, dead);
}

function grow(tx: Tx, service: ServiceRow, count: number, runnable: Slot[], dead: Slot[]): void {
  const index = nextIndex(tx, service.swarm);
  const used = new Set(runnable.map((slot) => slot.number));
  const reused = new Set<number>();
  for (let number = 1, left = roomFor(tx, count); left > 0; number++) {
    if (used.has(number)) continue;
    createTask(tx, service, index, { slot: number, desiredState: "running" });
    reused.add(number);
    left--;
  }
  forget(
    tx,
    dead.filter((slot) => !reused.has(slot.number)),
  );
}

function shrink(tx: Tx, service: ServiceRow, wanted: number, runnable: Slot[]): void {
  const index = nextIndex(tx, service.swarm);
  for (const slot of surplus(runnable, wanted))
    for (const task of slot.tasks) want(tx, task.id, "remove", index, "scale");
}

/**
 * The slots that go when only `wanted` may stay: first those without a node or in transition, then from the nodes with
 * the most copies; among equals those that do not run, then the highest number.
 */
export function surplus(slots: readonly Slot[], wanted: number): Slot[] {
  const runs = (slot: Slot) => slot.tasks.some((task) => isRunnable(task) && task.status.state === "running");
  const sorted = [...slots].sort((a, b) => Number(runs(b)) - Number(runs(a)) || a.number - b.number);
  const seen = new Map<string, number>();
  const copies = sorted.map((slot) => {
    const live = slot.tasks.filter(isRunnable);
    const node = live.length === 1 ? live[0]?.nodeId : "";
    if (!node) return { slot, nth: Number.POSITIVE_INFINITY };
    const nth = seen.get(node) ?? 0;
    seen.set(node, nth + 1);
    return { slot, nth };
  });
  copies.sort((a, b) => (a.nth === b.nth ? 0 : a.nth - b.nth));
  return copies.slice(wanted).map((copy) => copy.slot);
}

function forget(tx: Tx, slots: readonly Slot[]): void {
  for (const slot of slots) for (const task of slot.tasks) tx.table("tasks").delete(task.id);
}
