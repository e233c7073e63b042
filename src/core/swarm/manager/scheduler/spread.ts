/**
 * How the tasks of one group are shared out among the nodes that passed (swarmkit `manager/scheduler/{scheduler,decision_tree}.go`):
 * level with each other, by placement preferences first.
 */
import type { Millis } from "../../../time/agenda";
import type { Placement } from "../../spec";
import type { NodeRow } from "../tables";
import { FAILURE_WINDOW, type NodeBook } from "./books";

/** From so many failures of a service on a node the node is a worse choice. */
const MANY_FAILURES = 5;

export interface Group {
  readonly serviceId: string;
  readonly failureKey: string; // SERVICE/SPECVERSION
  readonly now: Millis;
  readonly placement: Placement | undefined;
}

/** Negative when `a` is the better node for another task of the group. */
export function compareNodes(a: NodeBook, b: NodeBook, group: Group): number {
  const failuresA = failuresOf(a, group);
  const failuresB = failuresOf(b, group);
  if ((failuresA >= MANY_FAILURES || failuresB >= MANY_FAILURES) && failuresA !== failuresB)
    return failuresA - failuresB;
  const copies = (a.services.get(group.serviceId) ?? 0) - (b.services.get(group.serviceId) ?? 0);
  return copies || a.active - b.active;
}

function failuresOf(book: NodeBook, group: Group): number {
  const failures = book.failures.get(group.failureKey);
  if (!failures) return 0;
  return [...failures.values()].filter((at) => group.now - at <= FAILURE_WINDOW).length;
}

const better = (a: NodeBook, b: NodeBook, group: Group) => compareNodes(a, b, group) || a.node.rank - b.node.rank;

/** Places up to `count` tasks; `assign` books one on a node, `passes` asks the filters again. Returns how many were placed. */
export function place(
  books: readonly NodeBook[],
  count: number,
  group: Group,
  passes: (book: NodeBook) => boolean,
  assign: (book: NodeBook) => void,
): number {
  return placeIn(branchOf(books, spreadLabels(group.placement), group), count, group, passes, assign);
}

/** The labels that tasks are spread over, as `node.labels.KEY`; descriptors of another form count for nothing. */
export const spreadLabels = (placement: Placement | undefined): string[] =>
  (placement?.Preferences ?? [])
    .map((preference) => preference.Spread?.SpreadDescriptor ?? "")
    .filter((descriptor) => /^(node|engine)\.labels\./i.test(descriptor));

interface Branch {
  readonly books: readonly NodeBook[];
  readonly children: readonly Branch[]; // empty: a leaf
  tasks: number; // of the service, on all its nodes
}

function branchOf(books: readonly NodeBook[], descriptors: readonly string[], group: Group): Branch {
  const tasks = books.reduce((sum, book) => sum + (book.services.get(group.serviceId) ?? 0), 0);
  const [descriptor, ...rest] = descriptors;
  if (descriptor === undefined) return { books, children: [], tasks };
  const values = new Map<string, NodeBook[]>();
  for (const book of books) {
    const value = labelOf(book.node, descriptor);
    values.set(value, [...(values.get(value) ?? []), book]);
  }
  return { books, children: [...values.values()].map((part) => branchOf(part, rest, group)), tasks };
}

/** The value of such a label on a node; "" where it is missing. */
export function labelOf(node: NodeRow, descriptor: string): string {
  const key = descriptor.slice(descriptor.indexOf(".", descriptor.indexOf(".") + 1) + 1);
  return (/^node/i.test(descriptor) ? node.spec.Labels?.[key] : node.description?.Engine.Labels?.[key]) ?? "";
}

type Passes = (book: NodeBook) => boolean;
type Assign = (book: NodeBook) => void;

function placeIn(branch: Branch, count: number, group: Group, passes: Passes, assign: Assign): number {
  if (branch.children.length === 0) return placeLeaf(branch, count, group, passes, assign);
  let usable = [...branch.children];
  let placed = 0;
  while (placed < count && usable.length > 0) {
    const present = usable.reduce((sum, child) => sum + child.tasks, 0);
    const target = Math.floor((present + count - placed) / usable.length);
    let odd = (present + count - placed) % usable.length;
    let moved = 0;
    const full = new Set<Branch>();
    for (const child of usable) {
      let wanted = target - child.tasks;
      if (odd > 0 && wanted >= 0) {
        wanted++;
        odd--;
      }
      wanted = Math.min(wanted, count - placed - moved);
      if (wanted <= 0) continue;
      const taken = placeIn(child, wanted, group, passes, assign);
      moved += taken;
      if (taken < wanted) full.add(child);
    }
    placed += moved;
    usable = usable.filter((child) => !full.has(child));
    if (moved === 0 && full.size === 0) break;
  }
  branch.tasks += placed;
  return placed;
}

function placeLeaf(branch: Branch, count: number, group: Group, passes: Passes, assign: Assign): number {
  let nodes = branch.books.filter(passes).sort((a, b) => better(a, b, group));
  nodes = nodes.slice(0, count);
  let placed = 0;
  let at = 0;
  let firstPass = true;
  while (placed < count && nodes.length > 0) {
    const book = nodes[at] as NodeBook;
    if (placed > 0 && !passes(book)) {
      nodes.splice(at, 1);
      if (at >= nodes.length) {
        at = 0;
        firstPass = false;
      }
      continue;
    }
    assign(book);
    placed++;
    const next = nodes[at + 1];
    if (!firstPass || !next || compareNodes(next, book, group) < 0) at++;
    if (at >= nodes.length) {
      at = 0;
      firstPass = false;
    }
  }
  branch.tasks += placed;
  return placed;
}
