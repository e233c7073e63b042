/** What an invariant is given, and how it complains. */
import type { Change, TableName } from "../../../../src/core/store/schema";
import { isChange } from "../../../../src/core/store/schema";
import type { View } from "../../../../src/core/store/store";
import type { TaskRow } from "../../../../src/core/swarm/manager/tables";
import { rank } from "../../../../src/core/swarm/protocol";
import type { Step } from "../world";

/** Raised by the first invariant that does not hold. */
export class Violation extends Error {
  readonly invariant: number;
  constructor(invariant: number, text: string) {
    super(`invariant ${invariant}: ${text}`);
    this.invariant = invariant;
  }
}

export function must(invariant: number, holds: boolean, text: () => string): void {
  if (!holds) throw new Violation(invariant, text());
}

/** Checks the steps of one history; remembers what it needs between them. */
export interface Watch {
  step(step: Step): void;
  /** When nothing is under way any more and all machines have been up for a while. */
  quiet?(view: View): void;
}

export const changesOf = <K extends TableName>(step: Step, table: K): Change<K>[] =>
  step.changes.filter((change): change is Change<K> => isChange(change, table));

export const observed = (task: TaskRow) => rank(task.status.state);
export const desired = (task: TaskRow) => rank(task.desiredState);
export const ended = (task: TaskRow) => observed(task) > rank("running");
/** Takes up resources, ports and an address of its node. */
export const holds = (task: TaskRow) => observed(task) >= rank("assigned") && !ended(task);

export const name = (task: TaskRow) =>
  `task ${task.serviceName}.${task.slot} ${task.id.slice(0, 6)} (${task.status.state}, desired ${task.desiredState})`;
