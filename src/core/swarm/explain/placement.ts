/**
 * The scheduler's verdict about every node, all filters asked and not only the first that fails, and its ranking. It is the
 * scheduler's own code that judges; the books are made from the rows as they are now, without the task itself.
 */
import type { View } from "../../store/store";
import type { Millis } from "../../time/agenda";
import { Books, FAILURE_WINDOW, failureKey, type NodeBook } from "../manager/scheduler/books";
import { filters } from "../manager/scheduler/filters";
import { compareNodes, type Group, labelOf, place, spreadLabels } from "../manager/scheduler/spread";
import type { TaskRow } from "../manager/tables";
import { factsOf } from "./facts";
import { hostnameOf } from "./find";
import type { Check, FilterName, NodeReport, PlacementReport } from "./types";

export function placementOf(view: View, task: TaskRow, now: Millis): PlacementReport {
  const books = new Books(view);
  books.setTask(task.id, undefined);
  const all = [...books.nodes.values()].filter(({ node }) => node.swarm === task.swarm);
  const allowed = task.global && task.nodeId ? all.filter(({ node }) => node.id === task.nodeId) : all;
  const group: Group = {
    serviceId: task.serviceId,
    failureKey: failureKey(task),
    now,
    placement: task.spec.Placement,
  };
  const active = filters.filter((filter) => filter.applies(task));
  const checks = new Map<NodeBook, Check[]>();
  for (const book of allowed)
    checks.set(
      book,
      active.map((filter) => {
        const name = filter.name as FilterName;
        const passes = filter.passes(task, book);
        return { filter: name, passes, facts: factsOf(name, passes, task, book, view) };
      }),
    );
  const fits = (book: NodeBook) => checks.get(book)?.every((check) => check.passes) ?? false;
  let chosen: NodeBook | undefined;
  place(all, 1, group, fits, (book) => {
    chosen ??= book;
  });
  const labels = spreadLabels(group.placement);
  const branches = branchesOf(all, labels, group);
  const weight = (book: NodeBook) => (book === chosen ? 0 : fits(book) ? 1 : 2);
  const nodes = [...allowed]
    .sort((a, b) => weight(a) - weight(b) || compareNodes(a, b, group) || a.node.rank - b.node.rank)
    .map((book): NodeReport => {
      const made = checks.get(book) ?? [];
      const first = made.find((check) => !check.passes);
      return {
        nodeId: book.node.id,
        node: hostnameOf(book.node),
        machine: book.node.machine,
        fits: !first,
        ...(first && { rejectedBy: first.filter }),
        checks: made,
        ranking: {
          branch: branches(book),
          recentFailures: [...(book.failures.get(group.failureKey)?.values() ?? [])].filter(
            (at) => now - at <= FAILURE_WINDOW,
          ).length,
          serviceTasks: book.services.get(task.serviceId) ?? 0,
          totalTasks: book.active,
        },
        chosen: book === chosen,
      };
    });
  return {
    asOf: new Date(now).toISOString(),
    filters: active.map((filter) => filter.name as FilterName),
    preferences: labels,
    nodes,
  };
}

/** For each node the groups of the placement preferences that it is in, with the service's tasks in each. */
function branchesOf(
  all: readonly NodeBook[],
  labels: readonly string[],
  group: Group,
): (book: NodeBook) => NodeReport["ranking"]["branch"] {
  const path = (book: NodeBook, depth: number) =>
    JSON.stringify(labels.slice(0, depth + 1).map((label) => labelOf(book.node, label)));
  const sums = new Map<string, number>();
  for (const book of all)
    labels.forEach((_label, depth) => {
      const key = path(book, depth);
      sums.set(key, (sums.get(key) ?? 0) + (book.services.get(group.serviceId) ?? 0));
    });
  return (book) =>
    labels.map((label, depth) => ({
      label,
      value: labelOf(book.node, label),
      serviceTasks: sums.get(path(book, depth)) ?? 0,
    }));
}
