/** Invariants 13 to 20: how many tasks there are, and how often they are started again. */

import type { View } from "../../../../src/core/store/store";
import { restartPolicyOf, toMillis } from "../../../../src/core/swarm/manager/defaults";
import { hasQuorum, leaderMachine } from "../../../../src/core/swarm/manager/raft";
import { matchesConstraints } from "../../../../src/core/swarm/manager/scheduler/constraints";
import { type ServiceRow, slotKey, type TaskRow } from "../../../../src/core/swarm/manager/tables";
import { rank } from "../../../../src/core/swarm/protocol";
import type { Step } from "../world";
import { changesOf, desired, ended, must, name, type Watch } from "./watch";

export function counts(): Watch {
  const restarts = new Map<string, { specVersion: number; count: number }>();
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
        const service = view.table("services").get(after.serviceId);
        if (!before && service && after.desiredState === "ready" && !after.byUpdate) count(restarts, service, after);
        if (before?.desiredState === "ready" && after.desiredState === "running" && !after.byUpdate)
          delayed(step, after);
      }
      for (const id of services) {
        const service = view.table("services").get(id);
        const leader = service && leaderMachine(view, service.swarm);
        if (service && leader && hasQuorum(view, service.swarm, leader)) limits(view, service, startFirst.has(id));
      }
    },
    quiet(view) {
      for (const service of view.table("services").all()) {
        if (service.spec.Mode.Replicated) replicated(view, service);
        if (service.spec.Mode.Global) global(view, service);
        if (service.spec.Mode.ReplicatedJob) job(view, service);
      }
    },
  };
}

const tasksOf = (view: View, service: ServiceRow) => view.table("tasks").by("service", service.id);

function count(
  restarts: Map<string, { specVersion: number; count: number }>,
  service: ServiceRow,
  task: TaskRow,
): void {
  const policy = restartPolicyOf(service.spec.TaskTemplate.RestartPolicy);
  const known = restarts.get(slotKey(task));
  const total = (known?.specVersion === task.specVersion ? known.count : 0) + 1;
  restarts.set(slotKey(task), { specVersion: task.specVersion, count: total });
  must(
    18,
    policy.MaxAttempts === 0 || policy.Window > 0 || total <= policy.MaxAttempts,
    () => `${name(task)} is restart ${total} of ${policy.MaxAttempts}`,
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
  const completed = current.filter((task) => task.status.state === "complete").length;
  const active = current.filter((task) => desired(task) <= rank("complete") && task.status.state !== "complete").length;
  must(20, active <= (ReplicatedJob.MaxConcurrent ?? 1), () => `${service.spec.Name} runs ${active} at a time`);
  must(
    20,
    completed <= (ReplicatedJob.TotalCompletions ?? 1),
    () => `${service.spec.Name} completed ${completed} times`,
  );
}

/** The slot has its task, or the reason why it has none can be seen. */
function isExcused(service: ServiceRow, slot: readonly TaskRow[]): boolean {
  if (slot.some((task) => task.status.state === "running" && task.desiredState === "running")) return true;
  if (slot.some((task) => task.status.state === "pending" && desired(task) <= rank("running") && task.status.err))
    return true;
  if (slot.some((task) => task.status.state === "new" && desired(task) <= rank("running") && task.spec.Networks))
    return true;
  if (slot.some((task) => task.desiredState === "ready")) return true;
  // an image that is not there, a program that does not stay: tried again and again
  if (
    slot.some(
      (task) => desired(task) <= rank("running") && !ended(task) && task.spec.ContainerSpec?.Image === "nosuch:1",
    )
  )
    return true;
  const policy = restartPolicyOf(service.spec.TaskTemplate.RestartPolicy);
  const newest = slot.at(-1);
  return Boolean(newest && ended(newest) && (policy.Condition !== "any" || policy.MaxAttempts > 0));
}

/** Of a node that is lost the last report stays, whatever became of its tasks. */
const isReachable = (view: View, task: TaskRow) => view.table("nodes").get(task.nodeId)?.status.state === "ready";

function replicated(view: View, service: ServiceRow): void {
  const slots = new Map<number, TaskRow[]>();
  for (const task of tasksOf(view, service))
    if (task.desiredState !== "remove") slots.set(task.slot, [...(slots.get(task.slot) ?? []), task]);
  const wanted = service.spec.Mode.Replicated?.Replicas ?? 1;
  const excused = [...slots.values()].filter((slot) => isExcused(service, slot)).length;
  const stuck = service.updateStatus?.state === "updating" || service.updateStatus?.state === "rollback_started";
  must(
    16,
    excused >= wanted || stuck,
    () =>
      `${service.spec.Name} has ${excused} of ${wanted} slots in order: ${tasksOf(view, service).map(name).join("; ")}`,
  );
  const running = tasksOf(view, service).filter(
    (task) => task.status.state === "running" && isReachable(view, task),
  ).length;
  must(
    16,
    running <= wanted || stuck,
    () =>
      `${service.spec.Name} runs ${running} tasks instead of ${wanted}: ${tasksOf(view, service).map(name).join("; ")}`,
  );
}

function global(view: View, service: ServiceRow): void {
  for (const node of view.table("nodes").by("swarm", service.swarm)) {
    const slot = view.table("tasks").by("slot", `${service.id}/${node.id}`);
    const running = slot.filter((task) => task.status.state === "running").length;
    const fits =
      node.status.state === "ready" && matchesConstraints(service.spec.TaskTemplate.Placement?.Constraints, node);
    const text = () =>
      `${service.spec.Name} has on ${node.machine} (${node.status.state}, ${node.spec.Availability}): ${slot.map(name).join("; ")}`;
    must(17, running <= 1, text);
    if (node.spec.Availability === "drain" || !fits) must(17, running === 0 || node.status.state !== "ready", text);
    else if (node.spec.Availability === "active")
      must(17, isExcused(service, slot) || service.updateStatus?.state === "updating", text);
  }
}

function job(view: View, service: ServiceRow): void {
  const { MaxConcurrent = 1, TotalCompletions = MaxConcurrent } = service.spec.Mode.ReplicatedJob ?? {};
  const current = tasksOf(view, service).filter((task) => task.jobIteration === (service.jobIteration ?? 0));
  const completed = current.filter((task) => task.status.state === "complete").length;
  const exhausted = current.some((task) => task.status.state !== "complete" && ended(task));
  const pending = current.some(
    (task) => !ended(task) && (task.status.err || task.spec.ContainerSpec?.Image === "nosuch:1" || task.spec.Networks),
  );
  must(
    20,
    completed === TotalCompletions || exhausted || pending,
    () => `${service.spec.Name} completed ${completed} of ${TotalCompletions}: ${current.map(name).join("; ")}`,
  );
}
