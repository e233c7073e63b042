/** Finds the task that a user means: by id, by name (`web.1`, `web.1.ID`), by the beginning of its id. */
import { invalidParameter, notFound } from "../../errors";
import type { View } from "../../store/store";
import type { NodeRow, TaskRow } from "../manager/tables";
import { rank } from "../protocol";

/** The name that `docker service ps` shows. */
export const nameOf = (task: TaskRow) => `${task.serviceName}.${task.slot > 0 ? task.slot : task.nodeId}`;

/** Name and short id: tells the tasks of one slot apart. */
export const titleOf = (task: TaskRow) =>
  `${task.serviceName}.${task.slot || task.nodeId.slice(0, 5)} (${task.id.slice(0, 12)})`;

export const hostnameOf = (node: NodeRow | undefined, id = "") => node?.description?.Hostname ?? node?.machine ?? id;

/** Throws Docker's own refusal. A slot's name means the task that is wanted there, else the newest. */
export function findTaskByRef(view: View, ref: string): TaskRow {
  const tasks = view.table("tasks");
  const byId = tasks.get(ref);
  if (byId) return byId;
  let named: TaskRow | undefined;
  const begun: TaskRow[] = [];
  for (const task of tasks.all()) {
    const name = nameOf(task);
    if (ref === `${name}.${task.id}`) return task;
    if (ref === name || (task.slot === 0 && ref === `${task.serviceName}.${nodeName(view, task)}`))
      named = named ? better(named, task) : task;
    if (ref !== "" && task.id.startsWith(ref)) begun.push(task);
  }
  if (named) return named;
  if (begun.length > 1) throw invalidParameter(`task ${ref} is ambiguous (${begun.length} matches found)`);
  if (!begun[0]) throw notFound(`task ${ref} not found`);
  return begun[0];
}

const nodeName = (view: View, task: TaskRow) => hostnameOf(view.table("nodes").get(task.nodeId), task.nodeId);

/** `later` is the younger of the two. */
function better(now: TaskRow, later: TaskRow): TaskRow {
  const wanted = (task: TaskRow) => rank(task.desiredState) <= rank("complete");
  return wanted(now) && !wanted(later) ? now : later;
}
