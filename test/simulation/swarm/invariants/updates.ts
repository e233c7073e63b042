/** Invariants 28 to 31: rolling updates and rollbacks. */
import { toMillis, updateConfigOf } from "../../../../src/core/swarm/manager/defaults";
import { type ServiceRow, slotKey, type TaskRow, type UpdateStatus } from "../../../../src/core/swarm/manager/tables";
import type { Step } from "../world";
import { changesOf, ended, must, name, type Watch } from "./watch";

type State = UpdateStatus["state"] | "absent";

/** What the updater may make of each state; a client's update or rollback may do more. */
const NEXT: Record<State, readonly State[]> = {
  absent: ["updating", "paused", "rollback_started"],
  updating: ["completed", "paused", "rollback_started", "rollback_completed"], // the last: nothing is left to roll back
  paused: [],
  completed: [],
  rollback_started: ["rollback_completed", "rollback_paused"],
  rollback_paused: [],
  rollback_completed: [],
};

const stateOf = (service: ServiceRow | undefined): State => service?.updateStatus?.state ?? "absent";

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export const updates = (): Watch => ({
  step(step) {
    for (const { before, after } of changesOf(step, "services")) {
      if (!before || !after) continue;
      const byHand = step.command?.kind === "service.update" && step.command.refused === undefined;
      const [from, to] = [stateOf(before), stateOf(after)];
      if (from !== to && !byHand)
        must(28, NEXT[from].includes(to), () => `${after.spec.Name} went from ${from} to ${to}`);
      if (!byHand && before.spec !== after.spec) {
        must(
          31,
          to === "rollback_started" || to === "rollback_completed",
          () => `the spec of ${after.spec.Name} changed by itself`,
        );
        must(
          31,
          after.spec === before.previousSpec && !after.previousSpec,
          () => `${after.spec.Name} went back to something else`,
        );
      }
      if (byHand && argsOf(step).ref === after.id) {
        if (argsOf(step).rollback) swapped(before, after);
        else must(31, same(after.previousSpec, before.spec), () => `${after.spec.Name} does not know what it was`);
        unchanged(step, before, after);
      }
    }
    for (const { before, after } of changesOf(step, "tasks")) {
      if (before && after && ended(after) && !ended(before)) noticed(step, after);
      if (!before && after?.byUpdate)
        must(30, !wasPaused(step, after.serviceId), () => `${name(after)} was made by an update that is paused`);
    }
  },
  quiet(view) {
    for (const service of view.table("services").all()) {
      const state = stateOf(service);
      if (state !== "completed" && state !== "rollback_completed") continue;
      for (const task of view.table("tasks").by("service", service.id)) {
        if (ended(task) || task.desiredState !== "running") continue;
        const now = JSON.stringify(service.spec.TaskTemplate.ContainerSpec);
        const node = view.table("nodes").get(task.nodeId);
        if (task.global && node?.spec.Availability === "pause") continue;
        // start-first: the old task stays as long as its new one does not run
        const slot = view.table("tasks").by("slot", slotKey(task));
        if (slot.some((each) => each.createdAt > task.createdAt && JSON.stringify(each.spec.ContainerSpec) === now))
          continue;
        must(
          29,
          JSON.stringify(task.spec.ContainerSpec) === now,
          () => `${name(task)} is not what ${service.spec.Name} says after its update ${state}`,
        );
      }
    }
  },
});

const argsOf = (step: Step) => (step.command?.args ?? {}) as { readonly ref?: string; readonly rollback?: string };

/** 28: where no failure is tolerated, the first one stops the update or turns it back. */
function noticed(step: Step, task: TaskRow): void {
  const service = step.core.view.table("services").get(task.serviceId);
  if (service?.updateStatus?.state !== "updating" || !task.byUpdate) return;
  const { FailureAction, MaxFailureRatio, Monitor } = updateConfigOf(service.spec.UpdateConfig);
  const own = task.specVersion === service.specVersion && task.createdAt >= (service.updateStatus.startedAt ?? 0);
  const early = task.ranAt === undefined || task.status.timestamp - task.ranAt <= toMillis(Monitor);
  if (!own || !early || MaxFailureRatio > 0 || FailureAction === "continue" || task.stopCause) return;
  must(
    28,
    !(task.status.state === "failed" || task.status.state === "rejected") ||
      step.command !== undefined ||
      !service.previousSpec,
    () => `${name(task)} failed, and the update of ${service.spec.Name} takes no notice`,
  );
}

/** 31: a rollback by hand swaps the two specs, so that two of them are none. */
function swapped(before: ServiceRow, after: ServiceRow): void {
  const done = same([after.spec, after.specVersion], [before.previousSpec, before.previousSpecVersion]);
  must(31, done, () => `${after.spec.Name} went back to something else`);
  const undone = same([after.previousSpec, after.previousSpecVersion], [before.spec, before.specVersion]);
  must(31, undone, () => `a rollback of ${after.spec.Name} cannot be undone`);
}

/** Paused before the step and after it. */
function wasPaused(step: Step, id: string): boolean {
  const [change] = changesOf(step, "services").filter((each) => each.id === id);
  const now = step.core.view.table("services").get(id);
  return [change ? change.before : now, now].every((row) => stateOf(row).endsWith("paused"));
}

/** 30: an update that changes nothing a task is made of touches no task. */
function unchanged(step: Step, before: ServiceRow, after: ServiceRow): void {
  const text = ({ spec }: ServiceRow) => JSON.stringify([spec.TaskTemplate, spec.EndpointSpec, spec.Mode]);
  if (text(before) !== text(after) || after.jobIteration !== undefined) return;
  const tasks = step.core.view.table("tasks").by("service", after.id);
  if (tasks.some((task) => task.specVersion !== before.specVersion)) return;
  for (const { before: was, after: is } of changesOf(step, "tasks"))
    must(
      30,
      (is ?? was)?.serviceId !== after.id,
      () => `${is ? name(is) : was?.id} changed in an update of ${after.spec.Name} that changes nothing`,
    );
}
