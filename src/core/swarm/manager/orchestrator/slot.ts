/** Slots of a service: the tasks that were, are and will be in each. */
import type { Tx } from "../../../room";
import { rank } from "../../protocol";
import { type ServiceRow, slotKey, type TaskRow } from "../tables";
import { shouldRestart } from "./restart";
import { isRunnable } from "./tasks";

export interface Slot {
  readonly key: string;
  readonly number: number;
  readonly tasks: TaskRow[];
}

export interface Slots {
  /** With a task that is meant to run, or one that ended and by policy is not replaced. */
  readonly runnable: Slot[];
  readonly dead: Slot[];
}

/** Sorts a service's tasks into slots, in the order of their first task. Tasks to be removed belong to none. */
export function slotsOf(tx: Tx, service: ServiceRow): Slots {
  const slots = new Map<string, Slot>();
  for (const task of tx.table("tasks").by("service", service.id)) {
    if (task.desiredState === "remove") continue;
    const key = slotKey(task);
    const slot = slots.get(key);
    if (slot) slot.tasks.push(task);
    else slots.set(key, { key, number: task.slot, tasks: [task] });
  }
  const runnable: Slot[] = [];
  const dead: Slot[] = [];
  for (const slot of slots.values()) (isLive(tx, service, slot) ? runnable : dead).push(slot);
  return { runnable, dead };
}

function isLive(tx: Tx, service: ServiceRow, slot: Slot): boolean {
  if (slot.tasks.some(isRunnable)) return true;
  if (service.updateStatus?.state === "rollback_started") return false;
  const newest = slot.tasks.reduce((a, b) => (b.status.timestamp >= a.status.timestamp ? b : a));
  return rank(newest.status.state) > rank("running") && !shouldRestart(tx, service, newest);
}
