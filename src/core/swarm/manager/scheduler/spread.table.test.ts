/**
 * Which nodes the tasks of one group go to, as a table (swarmkit `manager/scheduler/{scheduler,decision_tree}.go`). A node is
 * written COPIES/TASKS, with `x` where no filter lets it pass, `a` or `b` for its zone, `fN` for N failures of the service there,
 * `mN` for room for N copies.
 */
import { expect, it } from "vitest";
import type { NodeRow } from "../tables";
import { FAILURE_WINDOW, type NodeBook } from "./books";
import { place } from "./spread";

const NOW = 10 * FAILURE_WINDOW;

interface Shape {
  readonly book: NodeBook;
  readonly room: number;
}

function parse(text: string, rank: number, age = 0): Shape {
  const [, copies = "0", active = "0", marks = ""] = /^(\d+)\/(\d+)(.*)$/.exec(text) ?? [];
  const zone = /[ab]/.exec(marks)?.[0];
  const failures = Number(/f(\d+)/.exec(marks)?.[1] ?? 0);
  const failed = new Map(Array.from({ length: failures }, (_, n) => [`t${n}`, NOW - age] as const));
  const node = { id: `n${rank}`, rank, spec: { Labels: zone ? { zone } : {} } } as unknown as NodeRow;
  const book: NodeBook = {
    node,
    cpu: 0,
    memory: 0,
    generic: new Map(),
    active: Number(active),
    services: new Map([["web", Number(copies)]]),
    ports: new Map(),
    failures: new Map([["web/0", failed]]),
  };
  return { book, room: marks.includes("x") ? 0 : Number(/m(\d+)/.exec(marks)?.[1] ?? Number.POSITIVE_INFINITY) };
}

/** How many of so many tasks each node is given. */
function given(count: number, nodes: string, spread: boolean, age?: number): string {
  const shapes = nodes.split(" ").map((text, rank) => parse(text, rank, age));
  const got = new Map<NodeBook, number>();
  const room = (book: NodeBook) => shapes.find((shape) => shape.book === book)?.room ?? 0;
  const Preferences = spread ? [{ Spread: { SpreadDescriptor: "node.labels.zone" } }] : [];
  place(
    shapes.map(({ book }) => book),
    count,
    { serviceId: "web", failureKey: "web/0", now: NOW, placement: { Preferences } },
    (book) => (book.services.get("web") ?? 0) < room(book),
    (book) => {
      got.set(book, (got.get(book) ?? 0) + 1);
      book.active++;
      book.services.set("web", (book.services.get("web") ?? 0) + 1);
    },
  );
  return shapes.map(({ book }) => got.get(book) ?? 0).join(" ");
}

it.each([
  // an empty service on equal nodes: level, the odd ones to the lowest ranks
  [6, "0/0 0/0 0/0", "2 2 2"],
  [5, "0/0 0/0 0/0", "2 2 1"],
  [2, "0/0 0/0 0/0", "1 1 0"],
  [1, "0/0 0/0 0/0", "1 0 0"],
  [0, "0/0 0/0", "0 0"],
  // fewer copies of the service first, then fewer tasks of all
  [1, "1/1 0/9", "0 1"],
  [1, "0/5 0/2 0/3", "0 1 0"],
  [2, "0/5 0/2 0/3", "0 1 1"],
  [1, "2/2 1/9 1/8", "0 0 1"],
  // nodes that have copies are levelled up to, none is moved: the next node's turn comes when it has become the better one
  [3, "3/3 0/0", "0 3"],
  [4, "3/3 0/0", "0 4"],
  [5, "3/3 0/0", "1 4"],
  [6, "3/3 0/0 0/0", "1 1 4"], // swarmkit fills the last of the emptier ones, not each of them
  // filters
  [4, "0/0x 0/0 0/0", "0 2 2"],
  [3, "0/0x 0/0x", "0 0"],
  [5, "0/0m1 0/0m2 0/0", "1 2 2"],
  [5, "0/0m1 0/0m1 0/0m1", "1 1 1"],
  [6, "0/0m1 0/0", "1 5"],
  // five failures make a node the last choice, four do not
  [2, "0/0f5 4/4", "0 2"],
  [2, "0/0f4 4/4", "2 0"],
  [2, "0/0f6 0/0f5", "0 2"],
  [2, "0/0f5x 0/0f9", "0 2"],
])("%i tasks on %s: %s", (count, nodes, result) => {
  expect(given(count, nodes, false)).toBe(result);
});

it("failures are forgotten after five minutes", () => {
  expect(given(2, "0/0f5 4/4", false, FAILURE_WINDOW)).toBe("0 2");
  expect(given(2, "0/0f5 4/4", false, FAILURE_WINDOW + 1)).toBe("2 0");
});

it.each([
  // spread over zones: each zone the same, whatever it has of nodes
  [6, "0/0a 0/0a 0/0a 0/0b", "1 1 1 3"],
  [4, "0/0a 0/0b", "2 2"],
  [6, "0/0a 0/0b 0/0", "2 2 2"], // no label is a zone as well
  [4, "2/2a 0/0b", "1 3"],
  [2, "3/3a 0/0b", "0 2"],
  // a zone that is full, or that no filter lets pass, leaves its share to the others
  [4, "0/0a 0/0bx", "4 0"],
  [6, "0/0a 0/0bm1", "5 1"],
  [6, "0/0am1 0/0bm2", "1 2"],
  // a node that does not pass counts with the copies it has
  [2, "2/2ax 0/0a 0/0b", "0 0 2"],
  [3, "1/1ax 0/0a 0/0b", "0 1 2"],
])("%i tasks spread over the zones of %s: %s", (count, nodes, result) => {
  expect(given(count, nodes, true)).toBe(result);
});
