/**
 * Rolling updates (swarmkit `manager/orchestrator/update/updater.go`): replaces the tasks that no longer match their
 * service's spec, so many at a time, and stops or goes back when too many of the new ones fail. Its progress is a row.
 */
import type { Loop, Tx } from "../../../room";
import { isChange } from "../../../store/schema";
import { rank } from "../../protocol";
import { isJob, toMillis, updateConfigOf } from "../defaults";
import { led, nextIndex, written } from "../raft";
import { matchesConstraints } from "../scheduler/constraints";
import {
  type ServiceRow,
  slotKey,
  type TaskRow,
  type UpdateRow,
  type UpdateStatus,
  type UpdateWorker,
} from "../tables";
import { isDirty } from "./dirty";
import { startLater } from "./restart";
import { slotsOf } from "./slot";
import { createTask, hasEnded, isInvalidNode, isRunnable, want } from "./tasks";

export const updater: Loop = {
  name: "updater",
  watches: ["services", "tasks", "swarms"],
  run(tx, changes) {
    const services = new Set<string>();
    const tasks = new Set<string>();
    const started = new Set<string>();
    for (const change of changes) {
      if (isChange(change, "services")) {
        if (!change.after) cancel(tx, change.id);
        else if (change.before && (change.before.spec !== change.after.spec || restarted(change.before, change.after)))
          services.add(change.id);
      } else if (isChange(change, "tasks")) {
        if (tx.table("updates").has(change.before?.serviceId ?? change.after?.serviceId ?? "")) tasks.add(change.id);
        if (change.before && !change.after) tasks.delete(change.id);
        if (change.after?.status.state === "running" && change.before?.status.state !== "running")
          started.add(change.id);
      } else if (isChange(change, "swarms") && change.after?.leader && change.before?.leader !== change.after.leader) {
        for (const service of tx.table("services").by("swarm", change.id)) services.add(service.id);
      }
    }
    for (const id of services) begin(tx, id);
    for (const id of tasks) observe(tx, id);
    for (const id of started) relieve(tx, id);
  },
};

const restarted = (before: ServiceRow, after: ServiceRow) =>
  before.updateStatus?.state !== after.updateStatus?.state && after.updateStatus?.state === "rollback_started";

const isRollback = (service: ServiceRow) => service.updateStatus?.state === "rollback_started";

/** Stopped by a failure: only another update or rollback by hand goes on from here. */
const isHalted = ({ updateStatus }: ServiceRow) =>
  updateStatus?.state === "paused" || updateStatus?.state === "rollback_paused";

const causeOf = (service: ServiceRow) => (isRollback(service) ? "rollback" : "update");

const configOf = (service: ServiceRow) =>
  updateConfigOf(isRollback(service) ? service.spec.RollbackConfig : service.spec.UpdateConfig);

const isStartFirst = (service: ServiceRow) => configOf(service).Order === "start-first";

function cancel(tx: Tx, id: string): void {
  const update = tx.table("updates").get(id);
  if (!update) return;
  for (const worker of update.workers) tx.cancel("swarm.update.delay", `${id}/${worker.number}`);
  tx.cancel("swarm.update.monitor", id);
  tx.table("updates").delete(id);
}

/** Starts the update that a changed service needs; one that runs is cut off, what it replaced stays. */
function begin(tx: Tx, id: string): void {
  cancel(tx, id);
  const service = tx.table("services").get(id);
  if (!service || isJob(service.spec) || !led(tx, service.swarm)) return;
  const state = service.updateStatus?.state;
  if (isHalted(service)) return;
  const slots = slotsOf(tx, service).runnable.filter(
    ({ updatable }) =>
      (updatable.length > 1 || updatable.some((task) => isDirty(tx, service, task))) &&
      !isElsewhere(tx, service, updatable),
  );
  if (slots.length === 0) {
    if (state === "updating" || state === "rollback_started") setState(tx, service, completedOf(state));
    return;
  }
  if (!state) setState(tx, service, { state: "updating", message: "update in progress", startedAt: tx.now });
  const now = tx.table("services").get(id) as ServiceRow;
  const update: UpdateRow = {
    id,
    swarm: service.swarm,
    specVersion: now.specVersion,
    slots: slots.sort((a, b) => a.number - b.number).map((slot) => slot.key),
    next: 0,
    workers: [],
    monitoring: false,
    failed: [],
  };
  tx.table("updates").put(update);
  const parallelism = configOf(now).Parallelism || slots.length;
  for (let n = 0; n < Math.min(parallelism, slots.length); n++) takeNext(tx, id);
}

/** A global service's tasks are left alone on a node that is paused, no good, or not meant any more. */
const isElsewhere = (tx: Tx, service: ServiceRow, tasks: readonly TaskRow[]) =>
  tasks.every((task) => {
    if (!task.global) return false;
    const node = tx.table("nodes").get(task.nodeId);
    if (!node || isInvalidNode(node) || node.spec.Availability === "pause") return true;
    return !matchesConstraints(service.spec.TaskTemplate.Placement?.Constraints, node);
  });

/** A free worker takes the next slot, or the update goes over to watching. */
function takeNext(tx: Tx, id: string): void {
  const update = tx.table("updates").get(id);
  const service = tx.table("services").get(id);
  if (!update || !service) return;
  const slot = update.slots[update.next];
  if (slot === undefined) {
    if (update.workers.length === 0 && !update.monitoring) watch(tx, service);
    return;
  }
  const tasks = tx.table("tasks").by("slot", slot);
  const live = tasks.filter(isRunnable);
  const newest = tasks.findLast((task) => task.desiredState !== "remove");
  const clean = live.filter((task) => !isDirty(tx, service, task));
  const kept = clean.find((task) => task.desiredState === "running") ?? clean[0];
  // one that is held back starts when its own delay is over; started first, it has the slot for itself once it runs
  if (kept && !(isStartFirst(service) && kept.status.state !== "running")) retireOthers(tx, service, kept);
  const task = kept || !newest ? "" : replace(tx, service, newest, live);
  const worker: UpdateWorker = { slot, task, phase: "task", number: update.next };
  tx.table("updates").patch(id, { next: update.next + 1, workers: [...update.workers, worker] });
  if (!newest) workerDone(tx, id, worker.number);
  else if (kept) rest(tx, service, worker);
  else observe(tx, task);
}

/** Puts a new task into a slot; returns it. */
function replace(tx: Tx, service: ServiceRow, newest: TaskRow, live: readonly TaskRow[]): string {
  const index = nextIndex(tx, service.swarm);
  const fresh = createTask(tx, service, index, {
    slot: newest.slot,
    ...(newest.global && { nodeId: newest.nodeId }),
    desiredState: "ready",
    byUpdate: true,
  });
  if (isStartFirst(service)) {
    want(tx, fresh.id, "running", index);
  } else {
    for (const task of live) want(tx, task.id, "shutdown", index, causeOf(service));
    startLater(tx, fresh, live.at(-1), 0, "running");
  }
  return fresh.id;
}

/** A task of a service in update changed: a worker may go on, or the update has failed. */
function observe(tx: Tx, taskId: string): void {
  countFailure(tx, taskId); // first: a failed update takes no further slot
  const task = tx.table("tasks").get(taskId);
  const update = task && tx.table("updates").get(task.serviceId);
  const service = task && tx.table("services").get(task.serviceId);
  if (!task || !update || !service || !led(tx, service.swarm)) return;
  const worker = update.workers.find((candidate) => candidate.task === taskId && candidate.phase === "task");
  if (!worker || rank(task.status.state) < rank("running")) return;
  if (isStartFirst(service) && task.status.state === "running") retireOthers(tx, service, task);
  rest(tx, service, worker);
}

/** A slot is done: its worker waits before it takes the next. */
function rest(tx: Tx, service: ServiceRow, worker: UpdateWorker): void {
  const delay = toMillis(configOf(service).Delay);
  const workers = tx.table("updates").get(service.id)?.workers ?? [];
  tx.table("updates").patch(service.id, {
    workers: workers.map((each) => (each.number === worker.number ? { ...worker, phase: "delay" as const } : each)),
  });
  if (delay > 0) tx.schedule("swarm.update.delay", `${service.id}/${worker.number}`, delay);
  else workerDone(tx, service.id, worker.number);
}

/**
 * A task runs that is as its service wants it: it has its slot for itself. So the old task of a start-first update goes also
 * when its new one failed and the restart supervisor's replacement runs at last.
 */
function relieve(tx: Tx, id: string): void {
  const task = tx.table("tasks").get(id);
  const service = task && tx.table("services").get(task.serviceId);
  if (!service || !isRunnable(task) || tx.table("tasks").count("slot", slotKey(task)) < 2) return;
  if (isHalted(service) || !led(tx, service.swarm) || isDirty(tx, service, task)) return;
  const others = tx.table("tasks").by("slot", slotKey(task));
  if (others.some((other) => other.id !== id && isRunnable(other))) retireOthers(tx, service, task);
}

/** The new task runs: the old one goes, and what the restart supervisor may have put beside it. */
function retireOthers(tx: Tx, service: ServiceRow, task: TaskRow): void {
  const index = nextIndex(tx, service.swarm);
  for (const other of tx.table("tasks").by("slot", slotKey(task)))
    if (other.id !== task.id) want(tx, other.id, "shutdown", index, causeOf(service));
}

/** Without a leader nothing goes on: the next one begins anew. */
const isLed = (tx: Tx, id: string) => led(tx, tx.table("updates").get(id)?.swarm ?? "") !== undefined;

/** The worker's delay is over. */
export function updateDelayOver(tx: Tx, key: string): void {
  const at = key.lastIndexOf("/");
  const id = key.slice(0, at);
  if (isLed(tx, id)) workerDone(tx, id, Number(key.slice(at + 1)));
}

function workerDone(tx: Tx, id: string, number: number): void {
  const update = tx.table("updates").get(id);
  if (!update) return;
  tx.table("updates").patch(id, { workers: update.workers.filter((worker) => worker.number !== number) });
  takeNext(tx, id);
}

function monitorOf(service: ServiceRow): number {
  const config = configOf(service);
  const delay = toMillis(config.Delay);
  const monitor = toMillis(config.Monitor);
  return delay >= monitor ? delay + 1000 : monitor;
}

function watch(tx: Tx, service: ServiceRow): void {
  tx.table("updates").patch(service.id, { monitoring: true });
  tx.schedule("swarm.update.monitor", service.id, monitorOf(service));
}

/** Nothing failed while it was watched: the update is complete. */
export function monitorOver(tx: Tx, id: string): void {
  const service = tx.table("services").get(id);
  if (!isLed(tx, id)) return;
  cancel(tx, id);
  if (service?.updateStatus) setState(tx, service, completedOf(service.updateStatus.state));
}

const completedOf = (state: UpdateStatus["state"]) =>
  state === "rollback_started"
    ? ({ state: "rollback_completed", message: "rollback completed" } as const)
    : ({ state: "completed", message: "update completed" } as const);

function countFailure(tx: Tx, taskId: string): void {
  const task = tx.table("tasks").get(taskId);
  const update = task && tx.table("updates").get(task.serviceId);
  const service = task && tx.table("services").get(task.serviceId);
  if (!task || !update || !service || !hasEnded(task) || task.desiredState === "remove") return;
  const config = configOf(service);
  if (config.FailureAction === "continue" || update.failed.includes(taskId)) return;
  if (
    !task.byUpdate ||
    task.specVersion !== update.specVersion ||
    task.createdAt < (service.updateStatus?.startedAt ?? 0)
  )
    return;
  if (!isRunnable(task) && task.status.state === "shutdown") return;
  if (task.ranAt !== undefined && task.status.timestamp - task.ranAt > monitorOf(service)) return;
  const failed = [...update.failed, taskId];
  tx.table("updates").patch(update.id, { failed });
  if (failed.length / update.slots.length > config.MaxFailureRatio) fail(tx, service, config.FailureAction, taskId);
}

function fail(tx: Tx, service: ServiceRow, action: string, taskId: string): void {
  const because = `due to failure or early termination of task ${taskId}`;
  if (isRollback(service)) {
    cancel(tx, service.id);
    const word = action === "pause" ? "update" : "rollback";
    setState(tx, service, { state: "rollback_paused", message: `${word} paused ${because}` });
    return;
  }
  if (action === "rollback") {
    if (service.previousSpec) rollBack(tx, service, `update rolled back ${because}`);
    return;
  }
  cancel(tx, service.id);
  setState(tx, service, { state: "paused", message: `update paused ${because}` });
}

function rollBack(tx: Tx, service: ServiceRow, message: string): void {
  const { previousSpec, previousSpecVersion, ...rest } = service;
  if (!previousSpec) return;
  tx.table("services").put({
    ...rest,
    ...written(tx, nextIndex(tx, service.swarm)),
    spec: previousSpec,
    specVersion: previousSpecVersion ?? 0,
    updateStatus: { state: "rollback_started", message, startedAt: tx.now },
  });
}

function setState(tx: Tx, service: ServiceRow, status: UpdateStatus): void {
  const done = status.state === "completed" || status.state === "rollback_completed";
  const startedAt = status.startedAt ?? service.updateStatus?.startedAt;
  tx.table("services").patch(service.id, {
    updateStatus: { ...status, ...(startedAt !== undefined && { startedAt }), ...(done && { completedAt: tx.now }) },
    ...written(tx, nextIndex(tx, service.swarm)),
  });
}
