/** Invariant 10: how many tasks a slot keeps. */
import type { View } from "../../../../src/core/store/store";
import { restartPolicyOf } from "../../../../src/core/swarm/manager/defaults";
import { led } from "../../../../src/core/swarm/manager/raft";
import { slotKey, type TaskRow } from "../../../../src/core/swarm/manager/tables";
import { rank } from "../../../../src/core/swarm/protocol";
import { changesOf, desired, ended, must, name, observed, type Watch } from "./watch";

/** The reaper has this long after a change. */
const REAPED = 1000;
/** Nobody leads: the next leader looks again. */
const NOBODY = -1;

export function history(): Watch {
  const crowded = new Map<string, number>(); // slot -> since when it keeps what could go
  return {
    step(step) {
      const { view, now } = step.core;
      for (const { before, after } of changesOf(step, "tasks")) {
        if (before && !after) taken(view, before);
        const task = after ?? before;
        if (!task || task.jobIteration !== undefined) continue; // a job keeps all
        const key = slotKey(task);
        if (!isCrowded(view, key)) crowded.delete(key);
        else if (!before || !crowded.has(key)) crowded.set(key, now);
      }
      for (const [key, since] of crowded) {
        const [first] = view.table("tasks").by("slot", key);
        if (!first || !isCrowded(view, key)) crowded.delete(key);
        else if (!led(view, first.swarm)) crowded.set(key, NOBODY);
        else if (since === NOBODY) crowded.set(key, now);
        else
          must(
            10,
            now - since <= REAPED,
            () => `the slot of ${name(first)} keeps too many tasks, since ${now - since} ms`,
          );
      }
    },
  };
}

/** The reaper takes nobody that is still being stopped, and the oldest first. */
function taken(view: View, task: TaskRow): void {
  if (!view.table("swarms").has(task.swarm) || (task.nodeId !== "" && !view.table("nodes").has(task.nodeId))) return;
  const over = observed(task) >= rank("complete") || observed(task) < rank("assigned");
  must(10, task.desiredState !== "remove" || over, () => `${name(task)} was taken away before it had stopped`);
  if (task.desiredState === "remove" || !view.table("services").has(task.serviceId)) return;
  const older = view
    .table("tasks")
    .by("slot", slotKey(task))
    .find((other) => isReapable(other) && other.status.timestamp < task.status.timestamp);
  must(10, !older, () => `${name(task)} was taken away before ${name(older as TaskRow)}`);
}

/** More than its limit, and one of them could go: it ended, or never will run. */
function isCrowded(view: View, key: string): boolean {
  const tasks = view.table("tasks").by("slot", key);
  const [first] = tasks;
  return first !== undefined && tasks.length > limitOf(view, first) && tasks.some(isReapable);
}

const isReapable = (task: TaskRow) =>
  ended(task) || (observed(task) < rank("assigned") && desired(task) > rank("running"));

function limitOf(view: View, task: TaskRow): number {
  const service = view.table("services").get(task.serviceId);
  if (!service) return Number.POSITIVE_INFINITY; // all of them go
  const { MaxAttempts } = restartPolicyOf(service.spec.TaskTemplate.RestartPolicy);
  if (MaxAttempts > 0) return MaxAttempts + 1;
  return view.table("swarms").get(task.swarm)?.spec.Orchestration.TaskHistoryRetentionLimit ?? 5;
}
