/**
 * The restart supervisor, as helpers of the orchestrators: what follows when a task ended or its node is no good. The
 * replacement exists during the delay and starts when it is over and the old task has stopped (swarmkit
 * `manager/orchestrator/restart/restart.go`). History and delays are rows.
 */
import type { Tx } from "../../../room";
import type { View } from "../../../store/store";
import type { Millis } from "../../../time/agenda";
import { rank, type TaskState } from "../../protocol";
import { isJob, restartPolicyOf, toMillis } from "../defaults";
import { led, nextIndex } from "../raft";
import { type DelayRow, type ServiceRow, slotKey, type TaskRow } from "../tables";
import { isDirty } from "./dirty";
import { createTask, hasEnded, isRunnable, nodeCause, want } from "./tasks";

/** How long a new task waits for the one it replaces before it starts all the same. */
const OLD_TASK_TIMEOUT: Millis = 60_000;

/** Ends a task and, if the service's policy says so, puts another in its slot. */
export function restartTask(tx: Tx, service: ServiceRow, task: TaskRow): void {
  const waiting = tx.table("delays").get(task.id);
  if (waiting) {
    if (!waiting.restart) tx.table("delays").patch(task.id, { restart: true });
    return;
  }
  const index = nextIndex(tx, service.swarm);
  const again = shouldRestart(tx, service, task) && !isSuperseded(tx, service, task);
  const cause = hasEnded(task) ? undefined : nodeCause(tx.table("nodes").get(task.nodeId));
  want(tx, task.id, "shutdown", index, cause);
  if (!again) return;
  const fresh = createTask(tx, service, index, {
    slot: task.slot,
    ...(task.global && { nodeId: task.nodeId }),
    desiredState: "ready",
  });
  remember(tx, service, fresh);
  const policy = restartPolicyOf(task.spec.RestartPolicy);
  const drained = tx.table("nodes").get(task.nodeId)?.spec.Availability === "drain";
  startLater(tx, fresh, task, drained ? 0 : toMillis(policy.Delay), isJob(service.spec) ? "complete" : "running");
}

/** An update has put another into its slot already, which was to follow it anyway. */
const isSuperseded = (tx: Tx, service: ServiceRow, task: TaskRow) =>
  isDirty(tx, service, task) &&
  tx
    .table("tasks")
    .by("slot", slotKey(task))
    .some((other) => other.id !== task.id && isRunnable(other) && !isDirty(tx, service, other));

/**
 * What the policy says about a task that ended (or whose node did): the policy that the task was made with, and the
 * restarts of its slot under its own spec version.
 */
export function shouldRestart(tx: View, service: ServiceRow, task: TaskRow): boolean {
  const policy = restartPolicyOf(task.spec.RestartPolicy);
  const condition = policy.Condition === "any" && isJob(service.spec) ? "on-failure" : policy.Condition;
  if (condition === "none") return false;
  if (condition === "on-failure" && task.status.state === "complete") return false;
  if (policy.MaxAttempts === 0) return true;
  const history = tx.table("restarts").get(slotKey(task));
  if (!history || history.specVersion !== task.specVersion) return true;
  if (policy.Window === 0) return history.total < policy.MaxAttempts;
  const { timestamp } = task.status;
  const since = timestamp - toMillis(policy.Window);
  return history.at.filter((at) => at > since && at < timestamp).length < policy.MaxAttempts;
}

function remember(tx: Tx, service: ServiceRow, fresh: TaskRow): void {
  const policy = restartPolicyOf(service.spec.TaskTemplate.RestartPolicy);
  if (policy.MaxAttempts === 0) return;
  const id = slotKey(fresh);
  const before = tx.table("restarts").get(id);
  const same = before?.specVersion === service.specVersion ? before : undefined;
  tx.table("restarts").put({
    id,
    swarm: service.swarm,
    serviceId: service.id,
    specVersion: service.specVersion,
    at: policy.Window === 0 ? [] : [...(same?.at ?? []), tx.now].slice(-policy.MaxAttempts),
    total: (same?.total ?? 0) + 1,
  });
}

/** Lets a READY task start after the delay and once the old task has stopped. */
export function startLater(tx: Tx, fresh: TaskRow, old: TaskRow | undefined, delay: Millis, startTo: TaskState): void {
  tx.table("delays").put({
    id: fresh.id,
    swarm: fresh.swarm,
    oldTaskId: old?.id ?? "",
    phase: "delay",
    deadline: tx.now + Math.max(delay, OLD_TASK_TIMEOUT),
    startTo,
    restart: false,
  });
  if (delay > 0) tx.schedule("swarm.delay", fresh.id, delay);
  else delayOver(tx, fresh.id);
}

/** The delay's timer: starts the task, or waits on for the old one. */
export function delayOver(tx: Tx, id: string): void {
  const delay = tx.table("delays").get(id);
  if (!delay || !led(tx, delay.swarm)) return; // the next leader looks at it again
  if (delay.phase === "delay" && !isOutOfTheWay(tx, delay)) {
    tx.table("delays").patch(id, { phase: "old" });
    tx.schedule("swarm.delay", id, Math.max(0, delay.deadline - tx.now));
    return;
  }
  finish(tx, delay);
}

/** Starts whoever waited for this task, if it is out of the way now. */
export function oldTaskChanged(tx: Tx, oldTaskId: string): void {
  for (const delay of tx.table("delays").by("old", oldTaskId))
    if (delay.phase === "old" && isOutOfTheWay(tx, delay)) finish(tx, delay);
}

function isOutOfTheWay(tx: Tx, delay: DelayRow): boolean {
  const old = tx.table("tasks").get(delay.oldTaskId);
  if (!old || hasEnded(old) || !old.nodeId || rank(old.status.state) < rank("assigned")) return true;
  const node = tx.table("nodes").get(old.nodeId);
  return !node || node.status.state === "down";
}

function finish(tx: Tx, delay: DelayRow): void {
  tx.table("delays").delete(delay.id);
  tx.cancel("swarm.delay", delay.id);
  const task = tx.table("tasks").get(delay.id);
  if (!task) return;
  if (task.desiredState === "ready") want(tx, task.id, delay.startTo, nextIndex(tx, delay.swarm));
  const service = tx.table("services").get(task.serviceId);
  const now = tx.table("tasks").get(delay.id);
  if (delay.restart && service && now && isRunnable(now)) restartTask(tx, service, now);
}
