/** Tasks as all orchestrators make and judge them. */
import { swarmId } from "../../../chance/ids";
import type { Tx } from "../../../room";
import { rank, type TaskState, type TaskStatus } from "../../protocol";
import type { TaskSpec } from "../../spec";
import { isJob, modeOf } from "../defaults";
import { created, written } from "../raft";
import type { NodeRow, ServiceRow, StopCause, TaskRow } from "../tables";

export interface NewTask {
  readonly slot: number;
  readonly nodeId?: string; // preset for global services
  readonly desiredState: TaskState;
  readonly byUpdate?: true; // made by the updater, which answers for it
}

/** How many of so many more tasks the cluster has room for. */
export function roomFor(tx: Tx, wanted: number): number {
  return Math.max(0, Math.min(wanted, tx.mostTasks - tx.table("tasks").size));
}

/** Creates a task of the service as its spec is now. */
export function createTask(tx: Tx, service: ServiceRow, index: number, wanted: NewTask): TaskRow {
  return tx.table("tasks").put({
    id: swarmId(tx.random("swarm.task")),
    ...created(tx, service.swarm, index),
    serviceId: service.id,
    serviceName: service.spec.Name ?? "",
    serviceLabels: service.spec.Labels ?? {},
    slot: wanted.slot,
    nodeId: wanted.nodeId ?? "",
    global: modeOf(service.spec).startsWith("global"),
    spec: taskSpecOf(service.spec.TaskTemplate),
    ...(service.spec.EndpointSpec && { endpointSpec: service.spec.EndpointSpec }),
    specVersion: service.specVersion,
    ...(isJob(service.spec) && { jobIteration: service.jobIteration ?? 0 }),
    desiredState: wanted.desiredState,
    ...(wanted.byUpdate && { byUpdate: true as const }),
    status: { state: "new", message: "created", timestamp: tx.now },
    attachments: [],
  });
}

const taskSpecs = new WeakMap<TaskSpec, TaskSpec>();

/** What tasks keep of a service's template: one object for all of them. */
function taskSpecOf(template: TaskSpec): TaskSpec {
  const known = taskSpecs.get(template);
  if (known) return known;
  const { Runtime: _runtime, ...spec } = template;
  taskSpecs.set(template, spec);
  return spec;
}

/** Raises a task's desired state; never lowers it. */
export function want(tx: Tx, id: string, desiredState: TaskState, index: number, stopCause?: StopCause): void {
  const task = tx.table("tasks").get(id);
  if (!task || rank(task.desiredState) >= rank(desiredState)) return;
  tx.table("tasks").patch(id, { desiredState, ...(stopCause && { stopCause }), ...written(tx, index) });
}

/** Sets a task's observed state from the manager's side. */
export function setStatus(tx: Tx, id: string, status: Omit<TaskStatus, "timestamp">, index: number): void {
  tx.table("tasks").patch(id, { status: { ...status, timestamp: tx.now }, ...written(tx, index) });
}

/** Whether the task is meant to run, now or once its delay is over. */
export const isRunnable = (task: TaskRow) => rank(task.desiredState) <= rank("running");

/** Whether the task ended, in whichever way. */
export const hasEnded = (task: TaskRow) => rank(task.status.state) > rank("running");

/** Why a task has to leave this node; nothing where it may stay. */
export function nodeCause(node: NodeRow | undefined): StopCause | undefined {
  if (!node) return "gone";
  if (node.status.state === "down") return "down";
  return node.spec.Availability === "drain" ? "drain" : undefined;
}

/** Whether tasks on the node have to go elsewhere: it is gone, down or drained. */
export const isInvalidNode = (node: NodeRow | undefined) =>
  !node || node.status.state === "down" || node.spec.Availability === "drain";
