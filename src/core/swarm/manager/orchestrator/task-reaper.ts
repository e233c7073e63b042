/**
 * Keeps a slot's history short and takes away tasks that are to be removed and have stopped (swarmkit
 * `manager/orchestrator/taskreaper`). What it has to look at is in the rows; its delay is one timer per swarm.
 */
import type { Loop, Tx } from "../../../room";
import { isChange } from "../../../store/schema";
import type { Millis } from "../../../time/agenda";
import { rank } from "../../protocol";
import { restartPolicyOf } from "../defaults";
import { led } from "../raft";
import { slotKey, type TaskRow } from "../tables";

/** So long after a change the reaper comes by. */
const REAP_AFTER: Millis = 250;

export const taskReaper: Loop = {
  name: "taskReaper",
  watches: ["tasks", "swarms"],
  run(tx, changes) {
    for (const change of changes) {
      if (isChange(change, "swarms") && change.after?.leader && change.before?.leader !== change.after.leader)
        takeUp(tx, change.id);
      if (!isChange(change, "tasks") || !change.after) continue;
      const task = change.after;
      // what a job has completed stays: it tells what is done
      const news =
        task.jobIteration === undefined && (!change.before || (isHistory(task) && !isHistory(change.before)));
      const crowded = news && tx.table("tasks").count("slot", slotKey(task)) > limitOf(tx, task);
      if (crowded) later(tx, "swarm.reap.slot", slotKey(task));
      else if (isRemovable(task)) later(tx, "swarm.reap.task", task.id);
    }
  },
};

/** What was left lying while nobody led. */
function takeUp(tx: Tx, swarm: string): void {
  for (const task of tx.table("tasks").by("swarm", swarm)) {
    if (isRemovable(task)) later(tx, "swarm.reap.task", task.id);
    else if (task.jobIteration === undefined && isHistory(task)) later(tx, "swarm.reap.slot", slotKey(task));
  }
}

function later(tx: Tx, kind: string, key: string): void {
  if (!tx.table("timers").has(`${kind}:${key}`)) tx.schedule(kind, key, REAP_AFTER);
}

const isRemovable = (task: TaskRow) =>
  task.desiredState === "remove" &&
  (rank(task.status.state) >= rank("complete") || rank(task.status.state) < rank("assigned"));

/** Tasks a slot may keep, the current one included. */
function limitOf(tx: Tx, task: TaskRow): number {
  const service = tx.table("services").get(task.serviceId);
  const attempts = restartPolicyOf(service?.spec.TaskTemplate.RestartPolicy).MaxAttempts;
  if (attempts > 0) return attempts + 1;
  const limit = tx.table("swarms").get(task.swarm)?.spec.Orchestration.TaskHistoryRetentionLimit ?? 5;
  return limit < 0 ? Number.POSITIVE_INFINITY : limit;
}

export function reapTask(tx: Tx, id: string): void {
  const task = tx.table("tasks").get(id);
  if (task && isRemovable(task) && led(tx, task.swarm)) tx.table("tasks").delete(id);
}

/** Deletes the oldest tasks of a slot that ended or never will run, until it is within its limit. */
export function reapSlot(tx: Tx, key: string): void {
  const tasks = tx.table("tasks").by("slot", key);
  const [first] = tasks;
  if (!first || !led(tx, first.swarm)) return;
  let excess = tasks.length - limitOf(tx, first);
  const ended = tasks.filter(isHistory).sort((a, b) => a.status.timestamp - b.status.timestamp);
  for (const task of ended) {
    if (excess-- <= 0) break;
    tx.table("tasks").delete(task.id);
  }
}

const isHistory = (task: TaskRow) =>
  rank(task.status.state) > rank("running") ||
  (rank(task.status.state) < rank("assigned") && rank(task.desiredState) > rank("running"));
