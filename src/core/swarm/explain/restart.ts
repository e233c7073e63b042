/** The slot's story around one task: what it replaced, what the restart policy says, what replaced it. */
import type { View } from "../../store/store";
import type { Millis } from "../../time/agenda";
import { isJob, restartPolicyOf, toMillis } from "../manager/defaults";
import { shouldRestart } from "../manager/orchestrator/restart";
import { hasEnded, isRunnable } from "../manager/orchestrator/tasks";
import { slotKey, type TaskRow } from "../manager/tables";
import { rank } from "../protocol";
import { hostnameOf, titleOf } from "./find";
import { type Reason, reason } from "./sentences";
import type { RestartReport } from "./types";

export interface SlotStory {
  readonly report: RestartReport;
  /** Why it exists: the task before it in its slot. */
  readonly origin: readonly Reason[];
  /** What became of its slot when it ended. */
  readonly sequel: readonly Reason[];
}

export function slotStory(view: View, task: TaskRow, now: Millis): SlotStory {
  const slot = view.table("tasks").by("slot", slotKey(task));
  const at = slot.findIndex((each) => each.id === task.id);
  const before = slot[at - 1];
  const after = slot[at + 1];
  const policy = policyOf(view, task, now);
  const report: RestartReport = {
    ...policy,
    ...delayLeft(view, task, now),
    ...(before && { replaces: before.id }),
    ...(after && { replacedBy: after.id }),
  };
  return { report, origin: origin(view, task, before, policy), sequel: sequel(view, task, after, policy) };
}

function policyOf(view: View, task: TaskRow, now: Millis) {
  const service = view.table("services").get(task.serviceId);
  const policy = restartPolicyOf(task.spec.RestartPolicy);
  const history = view.table("restarts").get(slotKey(task));
  const windowMillis = toMillis(policy.Window);
  const same = history && history.specVersion === task.specVersion;
  const until = hasEnded(task) ? task.status.timestamp : now;
  const used = same
    ? windowMillis === 0
      ? history.total
      : history.at.filter((each) => each > until - windowMillis && each < until).length
    : 0;
  const job = service !== undefined && isJob(service.spec);
  return {
    condition: policy.Condition === "any" && job ? "on-failure" : policy.Condition,
    delayMillis: toMillis(policy.Delay),
    maxAttempts: policy.MaxAttempts,
    windowMillis,
    used,
  };
}

function delayLeft(view: View, task: TaskRow, now: Millis): { delayLeftMillis?: number } {
  const waiting = view.table("delays").get(task.id);
  const due = view.table("timers").get(`swarm.delay:${task.id}`)?.due;
  return waiting?.phase === "delay" && due !== undefined ? { delayLeftMillis: Math.max(0, due - now) } : {};
}

type Policy = ReturnType<typeof policyOf>;

function policyReason({ condition, delayMillis, maxAttempts, windowMillis, used }: Policy): Reason {
  if (maxAttempts === 0) return reason("policy.unlimited", { condition, delayMillis });
  const values = { condition, delayMillis, used, most: maxAttempts };
  return windowMillis > 0 ? reason("policy.window", { ...values, windowMillis }) : reason("policy.attempts", values);
}

function origin(view: View, task: TaskRow, before: TaskRow | undefined, policy: Policy): Reason[] {
  if (!before) return [];
  const values = { task: titleOf(before), taskId: before.id };
  if (task.byUpdate || task.specVersion !== before.specVersion)
    return [reason("restarted.update", { ...values, version: task.specVersion })];
  const { stopCause, nodeId } = before;
  if (stopCause === "drain" || stopCause === "down" || stopCause === "gone") {
    const node = hostnameOf(view.table("nodes").get(nodeId), nodeId);
    return [reason("restarted.moved", { ...values, node, cause: stopCause }), policyReason(policy)];
  }
  return [reason("restarted.ended", { ...values, state: before.status.state }), policyReason(policy)];
}

function sequel(view: View, task: TaskRow, after: TaskRow | undefined, policy: Policy): Reason[] {
  if (after) return [reason("replacedBy", { task: titleOf(after), taskId: after.id })];
  const service = view.table("services").get(task.serviceId);
  if (!service || !hasEnded(task) || isRunnable(task) || task.desiredState === "remove") return [];
  if (rank(task.status.state) === rank("complete") && isJob(service.spec)) return [];
  if (shouldRestart(view, service, task)) return [];
  if (policy.condition === "none") return [reason("noRestart.none")];
  if (policy.condition === "on-failure" && task.status.state === "complete") return [reason("noRestart.complete")];
  return [reason("noRestart.attempts", { most: policy.maxAttempts })];
}
