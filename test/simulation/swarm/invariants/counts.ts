/** Invariants 13, 16 to 20: how many tasks there are, and how often they are started again. */

import type { View } from "../../../../src/core/store/store";
import { restartPolicyOf, toMillis } from "../../../../src/core/swarm/manager/defaults";
import { led } from "../../../../src/core/swarm/manager/raft";
import { matchesConstraints } from "../../../../src/core/swarm/manager/scheduler/constraints";
import { type ServiceRow, slotKey, type TaskRow } from "../../../../src/core/swarm/manager/tables";
import { rank } from "../../../../src/core/swarm/protocol";
import type { Step } from "../world";
import { lastOf, Restarts } from "./restarts";
import { changesOf, desired, ended, holds, must, name, type Watch } from "./watch";

export function counts(): Watch {
  const restarts = new Restarts();
  const startFirst = new Set<string>();
  return {
    step(step) {
      const { view } = step.core;
      const services = new Set<string>();
      for (const { after } of changesOf(step, "services")) {
        if (!after) continue;
        services.add(after.id);
        if (JSON.stringify([after.spec, after.previousSpec]).includes("start-first")) startFirst.add(after.id);
      }
      for (const { before, after } of changesOf(step, "tasks")) {
        if (!after) continue;
        services.add(after.serviceId);
        if (after.desiredState !== "running") continue;
        if (!before && after.byUpdate) follows(step, after);
        if (before?.desiredState !== "ready") continue;
        if (!after.byUpdate) delayed(step, after);
        follows(step, after);
      }
      for (const task of restarts.note(step)) {
        attempts(restarts, task);
        if (task.desiredState !== "running") continue;
        delayed(step, task);
        follows(step, task);
      }
      for (const id of services) {
        const service = view.table("services").get(id);
        if (service && led(view, service.swarm)) limits(view, service, startFirst.has(id));
      }
    },
    quiet(view) {
      for (const service of view.table("services").all()) {
        if (!led(view, service.swarm)) continue; // nobody is left to do anything
        if (service.spec.Mode.Replicated) replicated(view, service, restarts);
        if (service.spec.Mode.Global) global(view, service, restarts);
        if (service.spec.Mode.ReplicatedJob) job(view, service);
      }
    },
  };
}

const tasksOf = (view: View, service: ServiceRow) => view.table("tasks").by("service", service.id);

function attempts(restarts: Restarts, task: TaskRow): void {
  const { MaxAttempts, Window } = restartPolicyOf(task.spec.RestartPolicy);
  const count = restarts.count(task);
  must(
    18,
    MaxAttempts === 0 || Window > 0 || count <= MaxAttempts,
    () => `${name(task)} is restart ${count} of ${MaxAttempts}`,
  );
}

/** 19: a restarted task starts when its delay is over, at once only when its slot was drained. */
function delayed({ core }: Step, task: TaskRow): void {
  const delay = toMillis(restartPolicyOf(task.spec.RestartPolicy).Delay);
  const slot = core.view.table("tasks").by("slot", slotKey(task));
  const drained = slot.some(
    (other) =>
      other.id !== task.id &&
      (other.stopCause === "drain" || core.view.table("nodes").get(other.nodeId)?.spec.Availability === "drain"),
  );
  must(
    19,
    drained || core.now - task.createdAt >= delay,
    () => `${name(task)} started ${core.now - task.createdAt} ms after it was made, before its delay of ${delay} ms`,
  );
}

/** So long a new task waits for the old one at most. */
const OLD_TASK_TIMEOUT = 60_000;

/** 19: nor does it start before the one it follows has stopped, unless that is lost. */
function follows(step: Step, task: TaskRow): void {
  const { core } = step;
  const slot = core.view.table("tasks").by("slot", slotKey(task));
  const last = slot[slot.findIndex((other) => other.id === task.id) - 1];
  if (last?.desiredState !== "shutdown" || !holds(last)) return;
  const made = changesOf(step, "tasks");
  const asked = made.find(({ id }) => id === last.id)?.before?.desiredState === "running";
  if (!asked && made.some(({ id, before }) => id === task.id && !before)) return; // it follows nobody: that one went before
  const lost = (core.view.table("nodes").get(last.nodeId)?.status.state ?? "down") === "down";
  must(
    19,
    lost || core.now - task.createdAt >= OLD_TASK_TIMEOUT,
    () => `${name(task)} was started while ${name(last)} was being stopped`,
  );
}

function limits(view: View, service: ServiceRow, startFirst: boolean): void {
  const tasks = tasksOf(view, service);
  const { Replicated, ReplicatedJob } = service.spec.Mode;
  const running = tasks.filter((task) => task.desiredState === "running");
  if (Replicated && !startFirst)
    must(
      13,
      running.length <= (Replicated.Replicas ?? 1),
      () => `${service.spec.Name} should run ${running.length} tasks instead of ${Replicated.Replicas}`,
    );
  if (!ReplicatedJob) return;
  const current = tasks.filter((task) => task.jobIteration === (service.jobIteration ?? 0));
  const completed = completedSlots(current);
  const active = current.filter((task) => desired(task) <= rank("complete") && task.status.state !== "complete").length;
  must(20, active <= (ReplicatedJob.MaxConcurrent ?? 1), () => `${service.spec.Name} runs ${active} at a time`);
  must(
    20,
    completed <= (ReplicatedJob.TotalCompletions ?? 1),
    () => `${service.spec.Name} completed ${completed} times`,
  );
}

/** Slots, not tasks: a node that was lost may tell of a completion when its task has long been replaced. */
const completedSlots = (tasks: readonly TaskRow[]) =>
  new Set(tasks.filter((task) => task.status.state === "complete").map((task) => task.slot)).size;

const isWanted = (task: TaskRow) => desired(task) <= rank("complete") && !ended(task);

/** Of a node that is lost the last report stays, whatever became of its tasks. */
const isReachable = (view: View, task: TaskRow) => view.table("nodes").get(task.nodeId)?.status.state === "ready";

/** What shows why a task does not run: a reason, its delay, or an image that is not there and is tried again and again. */
const isWaiting = (task: TaskRow) =>
  (task.status.state === "pending" && Boolean(task.status.err)) ||
  task.desiredState === "ready" ||
  task.spec.ContainerSpec?.Image === "nosuch:1";

/** The slot has its task, or the reason why it has none can be seen. */
function isInOrder(view: View, slot: readonly TaskRow[], restarts: Restarts): boolean {
  const wanted = slot.filter((task) => desired(task) <= rank("running"));
  if (wanted.some((task) => task.status.state === "running" && isReachable(view, task))) return true;
  if (wanted.some((task) => isWaiting(task))) return true;
  const last = lastOf(slot);
  return last !== undefined && restarts.forbids(last);
}

/**
 * Old and new run side by side: a failure stopped a start-first update, so that the updater touches nothing any more, or its
 * new task finds no place and it waits.
 */
const isBetween = (service: ServiceRow, slot: readonly TaskRow[]) =>
  service.updateStatus?.state.endsWith("paused") ||
  slot.some((task) => task.byUpdate && isWanted(task) && isWaiting(task));

function replicated(view: View, service: ServiceRow, restarts: Restarts): void {
  const slots = new Map<number, TaskRow[]>();
  for (const task of tasksOf(view, service))
    if (task.desiredState !== "remove") slots.set(task.slot, [...(slots.get(task.slot) ?? []), task]);
  const wanted = service.spec.Mode.Replicated?.Replicas ?? 1;
  const inOrder = [...slots.values()].filter((slot) => isInOrder(view, slot, restarts)).length;
  const all = () => tasksOf(view, service).map(name).join("; ");
  must(16, inOrder >= wanted, () => `${service.spec.Name} has ${inOrder} of ${wanted} slots in order: ${all()}`);
  const running = [...slots.values()].map((slot) => {
    const count = slot.filter((task) => task.status.state === "running" && isReachable(view, task)).length;
    return count > 1 && isBetween(service, slot) ? 1 : count;
  });
  const total = running.reduce((sum, count) => sum + count, 0);
  must(16, total <= wanted, () => `${service.spec.Name} runs ${total} tasks instead of ${wanted}: ${all()}`);
}

function global(view: View, service: ServiceRow, restarts: Restarts): void {
  for (const node of view.table("nodes").by("swarm", service.swarm)) {
    if (node.status.state !== "ready") continue;
    const slot = view.table("tasks").by("slot", `${service.id}/${node.id}`);
    const running = slot.filter((task) => task.status.state === "running").length;
    const text = () =>
      `${service.spec.Name} has on ${node.machine} (${node.spec.Availability}): ${slot.map(name).join("; ")}`;
    must(17, running <= 1 || isBetween(service, slot), text);
    const fits = matchesConstraints(service.spec.TaskTemplate.Placement?.Constraints, node);
    if (node.spec.Availability === "drain" || !fits) must(17, running === 0, text);
    else if (node.spec.Availability === "active") must(17, isInOrder(view, slot, restarts), text);
  }
}

function job(view: View, service: ServiceRow): void {
  const { MaxConcurrent = 1, TotalCompletions = MaxConcurrent } = service.spec.Mode.ReplicatedJob ?? {};
  const current = tasksOf(view, service).filter((task) => task.jobIteration === (service.jobIteration ?? 0));
  const completed = completedSlots(current);
  const exhausted = current.some((task) => task.status.state !== "complete" && ended(task));
  const waiting = current.some((task) => isWanted(task) && isWaiting(task));
  must(
    20,
    completed === TotalCompletions || exhausted || waiting,
    () => `${service.spec.Name} completed ${completed} of ${TotalCompletions}: ${current.map(name).join("; ")}`,
  );
}
