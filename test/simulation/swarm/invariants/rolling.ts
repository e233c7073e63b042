/** Invariants 14 and 15: what a rolling update leaves running, as long as nothing else interferes. */
import { modeOf, updateConfigOf } from "../../../../src/core/swarm/manager/defaults";
import { type ServiceRow, slotKey, type TaskRow } from "../../../../src/core/swarm/manager/tables";
import type { Step } from "../world";
import { changesOf, ended, must, type Watch } from "./watch";

/** An update that began with every slot of its service running. */
interface Rolling {
  readonly parallelism: number; // Infinity: all at once
  readonly startFirst: boolean;
  /** Slots that only the updater has touched since. */
  readonly slots: Set<string>;
}

export function rolling(): Watch {
  const updates = new Map<string, Rolling>();
  return {
    step(step) {
      // a new leader begins anew: a slot whose new task is on its way is done for it
      if (changesOf(step, "swarms").length > 0) updates.clear();
      const touched = new Set<string>();
      for (const { id, before, after } of changesOf(step, "services")) {
        if (after && before?.spec === after.spec && before.updateStatus?.state === after.updateStatus?.state) continue;
        updates.delete(id);
        const begun = after && before && step.command?.kind === "service.update" && begin(step, before, after);
        if (begun) updates.set(id, begun);
        touched.add(id);
      }
      for (const { before, after } of changesOf(step, "tasks")) {
        const task = after ?? before;
        const update = task && updates.get(task.serviceId);
        if (!task || !update) continue;
        touched.add(task.serviceId);
        if (!after || disturbs(after)) update.slots.delete(slotKey(task));
      }
      for (const id of touched) {
        const update = updates.get(id);
        if (update) check(step, id, update);
      }
    },
  };
}

/** It ended by itself, was stopped by somebody else, or is lost with its node. */
const disturbs = (task: TaskRow) =>
  task.stopCause === "update" || task.stopCause === "rollback"
    ? false
    : ended(task) || task.desiredState === "shutdown";

const serves = (task: TaskRow) => task.status.state === "running" && task.desiredState === "running";

function begin(step: Step, before: ServiceRow, after: ServiceRow): Rolling | undefined {
  const { view } = step.core;
  const mode = modeOf(after.spec);
  const state = after.updateStatus?.state;
  if (mode.endsWith("job") || (state !== "updating" && state !== "rollback_started")) return undefined;
  if (JSON.stringify(before.spec.Mode) !== JSON.stringify(after.spec.Mode)) return undefined;
  const { Parallelism, Order } = updateConfigOf(
    state === "updating" ? after.spec.UpdateConfig : after.spec.RollbackConfig,
  );
  const slots = new Set<string>();
  const was = new Map(changesOf(step, "tasks").map((change) => [change.id, change.before]));
  for (const now of view.table("tasks").by("service", after.id)) {
    const task = was.has(now.id) ? was.get(now.id) : now; // before the update stopped it
    if (task && serves(task) && view.table("nodes").get(task.nodeId)?.status.state === "ready")
      slots.add(slotKey(task));
  }
  const all = mode === "global" ? slots.size : (after.spec.Mode.Replicated?.Replicas ?? 1);
  if (slots.size !== all) return undefined;
  return { parallelism: Parallelism || Number.POSITIVE_INFINITY, startFirst: Order === "start-first", slots };
}

function check({ core }: Step, id: string, { parallelism, startFirst, slots }: Rolling): void {
  const { view } = core;
  const missing = [...slots].filter((slot) => !view.table("tasks").by("slot", slot).some(serves));
  const name = () => view.table("services").get(id)?.spec.Name;
  if (startFirst)
    must(15, missing.length === 0, () => `slot ${missing[0]} of ${name()} stands still in a start-first update`);
  else
    must(
      14,
      missing.length <= parallelism,
      () => `${missing.length} slots of ${name()} stand still, ${parallelism} are updated at a time`,
    );
}
