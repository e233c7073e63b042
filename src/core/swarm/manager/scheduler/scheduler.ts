/**
 * Gives each pending task a node (swarmkit `manager/scheduler/scheduler.go`). Runs 50 ms after something changed that
 * could make a difference, never by the clock.
 */
import type { Loop, Tx } from "../../../room";
import { type Change, isChange } from "../../../store/schema";
import type { Millis } from "../../../time/agenda";
import { rank } from "../../protocol";
import { led, nextIndex, written } from "../raft";
import type { NodeRow, TaskRow } from "../tables";
import { Books, failureKey, type NodeBook } from "./books";
import { Pipeline } from "./filters";
import { place } from "./spread";

/** Gathers what is committed within this time into one pass. */
const DEBOUNCE: Millis = 50;

export interface Scheduler {
  readonly loop: Loop;
  /** Timer `swarm.schedule`: one pass over the swarm's pending tasks. */
  pass(tx: Tx, swarm: string): void;
}

export function createScheduler(): Scheduler {
  let books: Books | undefined;
  return {
    loop: {
      name: "scheduler",
      watches: ["tasks", "nodes", "swarms"],
      run(tx, changes) {
        const fresh = books === undefined;
        books ??= new Books(tx);
        const swarms = new Set<string>();
        for (const change of changes) {
          if (!fresh && isChange(change, "nodes")) books.setNode(change.id, change.after);
          if (!fresh && isChange(change, "tasks")) books.setTask(change.id, change.after);
          const swarm = concerns(change);
          if (swarm) swarms.add(swarm);
        }
        for (const swarm of swarms)
          if (!tx.table("timers").has(`swarm.schedule:${swarm}`)) tx.schedule("swarm.schedule", swarm, DEBOUNCE);
      },
      reset() {
        books = undefined;
      },
    },
    pass(tx, swarm) {
      books ??= new Books(tx);
      if (led(tx, swarm)) schedule(tx, swarm, books);
    },
  };
}

/** The swarm in which this change may let a pending task go somewhere. */
function concerns(change: Change): string | undefined {
  if (isChange(change, "nodes")) {
    const { before, after } = change;
    if (!after) return undefined;
    const same =
      before &&
      before.spec === after.spec &&
      before.status.state === after.status.state &&
      before.description === after.description;
    return same ? undefined : after.swarm;
  }
  if (isChange(change, "swarms"))
    return change.after?.leader && change.before?.leader !== change.after.leader ? change.id : undefined;
  if (!isChange(change, "tasks")) return undefined;
  const { before, after } = change;
  if (after?.status.state === "pending") {
    const same = before?.status.state === "pending" && before.desiredState === after.desiredState;
    return same ? undefined : after.swarm;
  }
  const ended = (task: TaskRow | undefined) => !task || rank(task.status.state) > rank("running");
  return before && !ended(before) && ended(after) ? before.swarm : undefined;
}

function schedule(tx: Tx, swarm: string, books: Books): void {
  const groups = new Map<string, TaskRow[]>();
  const index = nextIndex(tx, swarm);
  for (const task of tx.table("tasks").by("pending", swarm)) {
    if (rank(task.desiredState) > rank("complete")) {
      abandon(tx, task, index);
    } else if (task.nodeId) {
      confirm(tx, task, books, index);
    } else {
      const key = failureKey(task);
      const group = groups.get(key);
      if (group) group.push(task);
      else groups.set(key, [task]);
    }
  }
  const nodes = groups.size > 0 ? [...books.nodes.values()].filter((book) => book.node.swarm === swarm) : [];
  for (const tasks of groups.values()) scheduleGroup(tx, tasks, nodes, books, index);
}

/** Nobody wants it any more, and it never got a node. */
function abandon(tx: Tx, task: TaskRow, index: number): void {
  if (task.desiredState === "remove") return; // the reaper's
  tx.table("tasks").patch(task.id, {
    status: { state: "shutdown", message: "shutdown", timestamp: tx.now },
    ...written(tx, index),
  });
}

function scheduleGroup(
  tx: Tx,
  tasks: readonly TaskRow[],
  nodes: readonly NodeBook[],
  books: Books,
  index: number,
): void {
  const [first] = tasks;
  if (!first) return;
  const pipeline = new Pipeline(first);
  let next = 0;
  place(
    nodes,
    tasks.length,
    { serviceId: first.serviceId, failureKey: failureKey(first), now: tx.now, placement: first.spec.Placement },
    (book) => pipeline.passes(book),
    (book) => {
      const task = tasks[next++];
      if (task) assign(tx, task, book.node, books, index, "scheduler assigned task to node");
    },
  );
  if (next === tasks.length) return;
  const why = pipeline.explain();
  const err = why ? `no suitable node (${why})` : "no suitable node";
  for (const task of tasks.slice(next)) complain(tx, task, err, index);
}

function confirm(tx: Tx, task: TaskRow, books: Books, index: number): void {
  const book = books.nodes.get(task.nodeId);
  if (!book) return;
  books.setTask(task.id, undefined); // it must not stand in its own way
  const pipeline = new Pipeline(task);
  if (pipeline.passes(book))
    assign(tx, task, book.node, books, index, "scheduler confirmed task can run on preassigned node");
  else complain(tx, task, pipeline.explain(), index);
}

function assign(tx: Tx, task: TaskRow, node: NodeRow, books: Books, index: number, message: string): void {
  const row = tx.table("tasks").patch(task.id, {
    nodeId: node.id,
    status: { state: "assigned", message, timestamp: tx.now },
    ...written(tx, index),
  });
  books.setTask(row.id, row);
}

function complain(tx: Tx, task: TaskRow, err: string, index: number): void {
  if (task.status.err === err) return;
  tx.table("tasks").patch(task.id, {
    status: { ...task.status, err, timestamp: tx.now },
    ...written(tx, index),
  });
}
