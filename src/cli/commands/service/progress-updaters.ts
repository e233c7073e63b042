/** The lines of a waiting command for each kind of service: one for the whole, one for each task. */
import type { Service, Task } from "../../api";
import { CliError } from "../../errors";
import { shortId } from "../../format/text";
import type { Message } from "../../progress";

type Show = (message: Message) => Promise<void>;

export interface Updater {
  /** Shows the tasks; true when all is as wanted. */
  update(service: Service, tasks: readonly Task[], active: ReadonlySet<string>, rollback: boolean): Promise<boolean>;
}

const STATES = [
  "",
  "new",
  "allocated",
  "pending",
  "assigned",
  "accepted",
  "preparing",
  "ready",
  "starting",
  "running",
  // Not shown, but they have their place in the order.
  "complete",
  "shutdown",
  "failed",
  "rejected",
];
const RUNNING = STATES.indexOf("running");
const COMPLETE = STATES.indexOf("complete");
const MAX_BARS = 20;
const STATE_WIDTH = 9;

const rank = (state: string) => Math.max(0, STATES.indexOf(state));
const isTerminal = (state: string) => rank(state) > RUNNING;
const isKnown = (task: Task) => rank(task.DesiredState) > 0 && rank(task.Status.State) > 0;
const isUp = (task: Task) => !isTerminal(task.DesiredState) && task.Status.State === "running";

/** The one for the service's mode. */
export function makeUpdater(service: Service, show: Show): Updater {
  const { Mode: mode } = service.Spec;
  if (mode.Replicated) return new ReplicatedUpdater(show);
  if (mode.Global) return new GlobalUpdater(show);
  if (mode.ReplicatedJob) return new ReplicatedJobUpdater(service, show);
  if (mode.GlobalJob) return new GlobalJobUpdater(service, show);
  throw new CliError("unrecognized service mode");
}

function overall(show: Show, done: number, total: number, rollback: boolean): Promise<void> {
  const status = `${rollback ? "rolling back update: " : ""}${done} out of ${total} tasks`;
  return show({ id: "overall progress", status, progressDetail: {} });
}

/** One line, and short enough for a narrow terminal: 75 bytes. */
function shortError(text: string): string {
  const line = text.replaceAll("\n", " ");
  const bytes = new TextEncoder().encode(line);
  return bytes.length > 75 ? `${new TextDecoder().decode(bytes.subarray(0, 74))}…` : line;
}

async function taskLine(show: Show, id: string, task: Task, current: number, total: number): Promise<void> {
  const { State: state, Err: error } = task.Status;
  if (error) {
    await show({ id, status: shortError(error), progressDetail: {} });
    return;
  }
  const progressDetail = { current, total, hidecounts: true };
  await show({ id, status: state.padEnd(STATE_WIDTH), progressDetail });
}

/** A task of a service that is to keep running. */
async function runningLine(show: Show, id: string, task: Task, rollback: boolean): Promise<void> {
  const { State: state, Err: error } = task.Status;
  if (!error && (isTerminal(task.DesiredState) || isTerminal(state))) return;
  const current = rollback ? RUNNING - rank(state) : rank(state);
  await taskLine(show, id, task, current, RUNNING);
}

class ReplicatedUpdater implements Updater {
  private readonly lines = new Map<number, number>();
  private initialized = false;
  private done = false;

  constructor(private readonly show: Show) {}

  async update(service: Service, tasks: readonly Task[], active: ReadonlySet<string>, rollback: boolean) {
    const replicas = service.Spec.Mode.Replicated?.Replicas;
    if (replicas === undefined) throw new CliError("no replica count");
    if (!this.initialized) await this.begin(replicas, rollback);
    const bySlot = tasksBySlot(tasks, active);
    if (bySlot.some((task) => task.Status.State !== "running")) this.done = false;
    for (const task of bySlot) {
      const slot = task.Slot ?? 0;
      const line = this.lines.get(slot) ?? this.lines.size + 1;
      this.lines.set(slot, line);
      if (this.done || replicas > MAX_BARS || line > replicas) continue;
      await runningLine(this.show, `${line}/${replicas}`, task, rollback);
    }
    const running = bySlot.filter(isUp).length;
    if (!this.done) {
      await overall(this.show, running, replicas, rollback);
      this.done = running === replicas;
    }
    return running === replicas;
  }

  private async begin(replicas: number, rollback: boolean): Promise<void> {
    this.initialized = true;
    await overall(this.show, 0, replicas, rollback);
    if (replicas > MAX_BARS) return;
    for (let line = 1; line <= replicas; line++) {
      await this.show({ id: `${line}/${replicas}`, status: " ", progressDetail: {} });
    }
  }
}

/** The task of each slot that comes nearest to its end: lower states win, nodes that are down do not count. */
function tasksBySlot(tasks: readonly Task[], active: ReadonlySet<string>): Task[] {
  const bySlot = new Map<number, Task>();
  for (const task of tasks.filter(isKnown)) {
    const other = bySlot.get(task.Slot ?? 0);
    if (other) {
      const difference = rank(other.DesiredState) - rank(task.DesiredState);
      if (difference < 0) continue;
      if (difference === 0 && rank(other.Status.State) <= rank(task.Status.State)) continue;
    }
    if (task.NodeID && !active.has(task.NodeID)) continue;
    bySlot.set(task.Slot ?? 0, task);
  }
  return [...bySlot.values()].sort((a, b) => (a.Slot ?? 0) - (b.Slot ?? 0));
}

class GlobalUpdater implements Updater {
  private initialized = false;
  private done = false;

  constructor(private readonly show: Show) {}

  async update(_: Service, tasks: readonly Task[], active: ReadonlySet<string>, rollback: boolean) {
    const byNode = tasksByNode(tasks);
    const total = byNode.length;
    if (!this.initialized) {
      if (total === 0) {
        await this.show({ id: "overall progress", status: "waiting for new tasks", progressDetail: {} });
        return false;
      }
      await overall(this.show, 0, total, rollback);
      this.initialized = true;
    }
    if (byNode.some((task) => task.Status.State !== "running")) this.done = false;
    const here = byNode.filter((task) => active.has(task.NodeID ?? ""));
    for (const task of here) {
      if (!this.done && total <= MAX_BARS) await runningLine(this.show, shortId(task.NodeID ?? ""), task, rollback);
    }
    const running = here.filter(isUp).length;
    if (!this.done) {
      await overall(this.show, running, total, rollback);
      this.done = running === total;
    }
    return running === total;
  }
}

function tasksByNode(tasks: readonly Task[]): Task[] {
  const byNode = new Map<string, Task>();
  for (const task of tasks.filter(isKnown)) {
    const node = task.NodeID ?? "";
    const other = byNode.get(node);
    if (other) {
      const difference = rank(other.DesiredState) - rank(task.DesiredState);
      if (difference < 0) continue;
      if (difference === 0 && rank(other.Status.State) <= rank(task.Status.State)) continue;
    }
    byNode.set(node, task);
  }
  return [...byNode.values()].sort((a, b) => ((a.NodeID ?? "") < (b.NodeID ?? "") ? -1 : 1));
}

const ofIteration = (tasks: readonly Task[], iteration: number) =>
  tasks.filter((task) => isKnown(task) && task.JobIteration && (task.JobIteration.Index ?? 0) === iteration);

class ReplicatedJobUpdater implements Updater {
  private readonly total: number;
  private readonly concurrent: number;
  private readonly iteration: number;
  private initialized = false;

  constructor(
    service: Service,
    private readonly show: Show,
  ) {
    const job = service.Spec.Mode.ReplicatedJob;
    this.total = job?.TotalCompletions ?? 1;
    this.concurrent = job?.MaxConcurrent ?? 1;
    this.iteration = service.JobStatus?.JobIteration.Index ?? 0;
  }

  async update(_: Service, tasks: readonly Task[]) {
    if (!this.initialized) {
      this.initialized = true;
      await this.overall(0, 0);
      for (let line = 1; line <= this.total && this.total <= MAX_BARS; line++) {
        await this.show({ id: this.lineId(line), status: " ", progressDetail: {} });
      }
    }
    const bySlot = new Map<number, Task>();
    for (const task of ofIteration(tasks, this.iteration)) {
      const other = bySlot.get(task.Slot ?? 0);
      if (!other || rank(other.Status.State) > rank(task.Status.State)) bySlot.set(task.Slot ?? 0, task);
    }
    const states = [...bySlot.values()].map((task) => rank(task.Status.State));
    const complete = states.filter((state) => state === COMPLETE).length;
    await this.overall(states.filter((state) => state < COMPLETE).length, complete);
    for (const [slot, task] of [...bySlot].sort(([a], [b]) => a - b)) {
      if (this.total > MAX_BARS) break;
      await taskLine(this.show, this.lineId(slot + 1), task, rank(task.Status.State), COMPLETE);
    }
    return complete === this.total;
  }

  private lineId(line: number): string {
    return `${String(line).padStart(String(this.total).length)}/${this.total}`;
  }

  private async overall(active: number, complete: number): Promise<void> {
    const done = String(complete).padStart(String(this.total).length);
    await this.show({
      id: "job progress",
      status: `${done} out of ${this.total} complete`,
      progressDetail: { current: complete, total: this.total, hidecounts: true },
    });
    const width = String(this.concurrent).length;
    const wanted = Math.min(this.total - complete, this.concurrent);
    const status = `${String(active).padStart(width)} out of ${String(wanted).padStart(width)} tasks`;
    await this.show({ id: "active tasks", status, progressDetail: {} });
  }
}

class GlobalJobUpdater implements Updater {
  private readonly iteration: number;
  private total = 0;

  constructor(
    service: Service,
    private readonly show: Show,
  ) {
    this.iteration = service.JobStatus?.JobIteration.Index ?? 0;
  }

  async update(_: Service, tasks: readonly Task[], active: ReadonlySet<string>) {
    const byNode = new Map<string, Task>();
    for (const task of ofIteration(tasks, this.iteration)) {
      if (!active.has(task.NodeID ?? "")) continue;
      const other = byNode.get(task.NodeID ?? "");
      if (!other || rank(other.Status.State) > rank(task.Status.State)) byNode.set(task.NodeID ?? "", task);
    }
    if (this.total === 0) {
      this.total = byNode.size;
      if (this.total === 0) {
        await this.show({ id: "job progress", status: "waiting for tasks", progressDetail: {} });
        return false;
      }
    }
    const complete = [...byNode.values()].filter((task) => task.Status.State === "complete").length;
    await this.show({
      id: "job progress",
      status: `${String(complete).padStart(String(this.total).length)} out of ${this.total} complete`,
      progressDetail: { current: complete, total: this.total, hidecounts: true },
    });
    for (const [node, task] of [...byNode].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (this.total > MAX_BARS) break;
      await taskLine(this.show, shortId(node), task, rank(task.Status.State), COMPLETE);
    }
    return complete === this.total;
  }
}
