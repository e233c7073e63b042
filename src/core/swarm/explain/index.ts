/**
 * Explains a task: why it waits, why it is where it is, why it was restarted, stopped, refused. Everything is worked out from
 * the rows when somebody asks; nothing is written, and the swarm does no work for it otherwise.
 */
import type { View } from "../../store/store";
import type { Millis } from "../../time/agenda";
import { hasEnded } from "../manager/orchestrator/tasks";
import type { TaskRow } from "../manager/tables";
import { findTaskByRef, hostnameOf } from "./find";
import { placementOf } from "./placement";
import { slotStory } from "./restart";
import { stateReasons } from "./state";
import type { ExplainedTask, TaskExplanation } from "./types";

export type { Reason, ReasonCode } from "./sentences";
export type { TaskExplanation } from "./types";

/** Throws Docker's refusal when there is no such task. */
export function explainTask(view: View, ref: string, now: Millis): TaskExplanation {
  const task = findTaskByRef(view, ref);
  const placement = hasEnded(task) || task.status.state === "new" ? undefined : placementOf(view, task, now);
  const story = slotStory(view, task, now);
  return {
    task: described(view, task),
    reasons: [...stateReasons(view, task, now, placement), ...story.sequel, ...story.origin],
    ...(placement && { placement }),
    restart: story.report,
  };
}

function described(view: View, task: TaskRow): ExplainedTask {
  const { state, message, err, timestamp, container } = task.status;
  const node = view.table("nodes").get(task.nodeId);
  return {
    id: task.id,
    name: `${task.serviceName}.${task.slot || task.nodeId.slice(0, 5)}`,
    serviceId: task.serviceId,
    service: task.serviceName,
    slot: task.slot,
    state,
    desiredState: task.desiredState,
    message,
    ...(err && { error: err }),
    ...(container && hasEnded(task) && { exitCode: container.exitCode }),
    since: new Date(timestamp).toISOString(),
    version: task.specVersion,
    image: (task.spec.ContainerSpec?.Image ?? "").replace(/@sha256:[0-9a-f]+$/, ""),
    ...(task.nodeId && { nodeId: task.nodeId, node: hostnameOf(node, task.nodeId) }),
  };
}
