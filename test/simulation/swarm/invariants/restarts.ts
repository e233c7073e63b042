/** What the restart policy has done in each slot, counted from the outside, and what it still allows. */
import { restartPolicyOf, toMillis } from "../../../../src/core/swarm/manager/defaults";
import { slotKey, type TaskRow } from "../../../../src/core/swarm/manager/tables";
import { rank } from "../../../../src/core/swarm/protocol";
import type { Step } from "../world";
import { changesOf, desired, ended } from "./watch";

interface Spent {
  readonly specVersion: number;
  readonly at: readonly number[]; // when each replacement was made
}

export class Restarts {
  readonly #slots = new Map<string, Spent>();

  /** The tasks that this step made because another of their slot ended, or its node did. */
  note(step: Step): TaskRow[] {
    const stopped = new Map<string, TaskRow>(); // by slot: asked to stop in this step
    const made: TaskRow[] = [];
    for (const { before, after } of changesOf(step, "tasks")) {
      if (!before && after && !after.byUpdate && after.jobIteration === undefined) made.push(after);
      if (!before || !after || desired(before) > rank("running") || desired(after) <= rank("running")) continue;
      if (after.stopCause !== "update" && after.stopCause !== "rollback") stopped.set(slotKey(after), after);
    }
    return made.filter((task) => {
      if (!stopped.has(slotKey(task))) return false;
      const known = this.#slots.get(slotKey(task));
      const earlier = known?.specVersion === task.specVersion ? known.at : [];
      this.#slots.set(slotKey(task), { specVersion: task.specVersion, at: [...earlier, step.core.now] });
      return true;
    });
  }

  /** Restarts of the task's slot under its spec version. */
  count(task: TaskRow): number {
    const known = this.#slots.get(slotKey(task));
    return known?.specVersion === task.specVersion ? known.at.length : 0;
  }

  /** Whether the policy that a dead task was made with lets nobody follow it. */
  forbids(task: TaskRow): boolean {
    const { Condition, MaxAttempts, Window } = restartPolicyOf(task.spec.RestartPolicy);
    if (Condition === "none" || (Condition === "on-failure" && task.status.state === "complete")) return true;
    if (MaxAttempts === 0) return false;
    if (Window === 0) return this.count(task) >= MaxAttempts;
    const known = this.#slots.get(slotKey(task));
    const { timestamp } = task.status;
    const recent = (known?.at ?? []).filter((at) => at > timestamp - toMillis(Window) && at < timestamp);
    return known?.specVersion === task.specVersion && recent.length >= MaxAttempts;
  }
}

/** The task of a slot that was made last, where none is meant to run any more. */
export function lastOf(slot: readonly TaskRow[]): TaskRow | undefined {
  return slot.some((task) => desired(task) <= rank("running") && !ended(task)) ? undefined : slot.at(-1);
}
