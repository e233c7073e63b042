/** Slots of a service: the tasks that were, are and will be in each. */
import type { Tx } from "../../../room";
import { type ServiceRow, slotKey, type TaskRow } from "../tables";
import { shouldRestart } from "./restart";
import { isRunnable } from "./tasks";

export interface Slot {
  readonly key: string;
  readonly number: number;
  readonly tasks: TaskRow[];
  /** What an update looks at: the tasks meant to run, else the last one, which its policy does not replace. */
  updatable: readonly TaskRow[];
}

export interface Slots {
  /** With a task that is meant to run, or whose last one by policy is not replaced. */
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
    else slots.set(key, { key, number: task.slot, tasks: [task], updatable: [] });
  }
  const runnable: Slot[] = [];
  const dead: Slot[] = [];
  for (const slot of slots.values()) {
    slot.updatable = updatableOf(tx, service, slot.tasks);
    (slot.updatable.length > 0 ? runnable : dead).push(slot);
  }
  return { runnable, dead };
}

function updatableOf(tx: Tx, service: ServiceRow, tasks: readonly TaskRow[]): readonly TaskRow[] {
  const live = tasks.filter(isRunnable);
  if (live.length > 0) return live;
  if (service.updateStatus?.state === "rollback_started") return [];
  const newest = tasks.reduce((a, b) => (b.status.timestamp >= a.status.timestamp ? b : a));
  return shouldRestart(tx, service, newest) ? [] : [newest];
}
