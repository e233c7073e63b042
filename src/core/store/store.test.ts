import { describe, expect, it } from "vitest";
import type { TableDefinitions } from "./schema";
import { Store } from "./store";

interface Item {
  readonly id: string;
  readonly colour?: string;
  readonly size?: number;
}

const definitions = { items: { indexes: { colour: (row: Item) => row.colour } } } as unknown as TableDefinitions;

/** A store of one table, with a step around each piece of work. */
function store() {
  const made = new Store(definitions);
  const items = made.table("items" as never) as unknown as {
    put(row: Item): Item;
    patch(id: string, fields: Partial<Item>): Item;
    delete(id: string): boolean;
    get(id: string): Item | undefined;
    all(): Iterable<Item>;
    by(index: string, key: string): Item[];
    first(index: string, key: string): Item | undefined;
    last(index: string, key: string): Item | undefined;
    count(index: string, key: string): number;
  };
  const step = (work: () => void, keep = true) => {
    made.begin();
    work();
    if (keep) made.commit();
    else made.rollback();
  };
  const changes = () => made.takeChanges() as unknown as { id: string; before?: Item; after?: Item }[];
  const ids = (rows: Iterable<Item>) => [...rows].map((row) => row.id).join("");
  return { made, items, step, changes, ids };
}

describe("a change set", () => {
  it("tells of each row once, over several steps, in the order of the first writes", () => {
    const { items, step, changes } = store();
    step(() => items.put({ id: "a", size: 1 }));
    step(() => items.put({ id: "b" }));
    step(() => items.patch("a", { size: 2 }));
    expect(changes()).toEqual([
      { table: "items", id: "a", before: undefined, after: { id: "a", size: 2 } },
      { table: "items", id: "b", before: undefined, after: { id: "b" } },
    ]);
    step(() => items.patch("a", { size: 3 }));
    expect(changes()).toEqual([{ table: "items", id: "a", before: { id: "a", size: 2 }, after: { id: "a", size: 3 } }]);
    expect(changes()).toEqual([]);
  });

  it("is silent about a row that came and went, and knows one that went and came", () => {
    const { items, step, changes } = store();
    step(() => items.put({ id: "a", size: 1 }));
    changes();
    step(() => items.put({ id: "b" }));
    step(() => items.delete("b"));
    step(() => items.delete("a"));
    step(() => items.put({ id: "a", size: 2 }));
    expect(changes()).toEqual([{ table: "items", id: "a", before: { id: "a", size: 1 }, after: { id: "a", size: 2 } }]);
  });

  it("holds nothing of a step that was undone, and all of those before it", () => {
    const { items, step, changes, ids } = store();
    step(() => items.put({ id: "a", size: 1 }));
    step(() => {
      items.patch("a", { size: 2 });
      items.delete("a");
      items.put({ id: "a", size: 3 });
      items.put({ id: "b" });
    }, false);
    expect(ids(items.all())).toBe("a");
    expect(changes()).toEqual([{ table: "items", id: "a", before: undefined, after: { id: "a", size: 1 } }]);
    step(() => items.patch("a", { size: 4 }));
    expect(changes()).toEqual([{ table: "items", id: "a", before: { id: "a", size: 1 }, after: { id: "a", size: 4 } }]);
  });
});

describe("the order of a table", () => {
  it("is that of first insertion, also after a deletion was undone", () => {
    const { items, step, ids } = store();
    step(() => {
      for (const id of ["a", "b", "c"]) items.put({ id, colour: "red" });
    });
    expect(ids(items.by("colour", "red"))).toBe("abc");
    step(() => items.delete("a"), false);
    expect(ids(items.all())).toBe("abc");
    expect(ids(items.by("colour", "red"))).toBe("abc");
    expect(items.first("colour", "red")?.id).toBe("a");
  });

  it("is the same for an index that is asked for the first time after the rows changed", () => {
    const { items, step, ids } = store();
    step(() => {
      for (const id of ["a", "b", "c"]) items.put({ id, colour: "red" });
      items.patch("b", { colour: "blue" });
      items.patch("b", { colour: "red" });
    });
    expect(ids(items.by("colour", "red"))).toBe("abc");
    expect(items.count("colour", "blue")).toBe(0);
  });
});

describe("an index", () => {
  it("follows rows from key to key", () => {
    const { items, step, ids } = store();
    expect(items.by("colour", "red")).toEqual([]);
    step(() => {
      items.put({ id: "a", colour: "red" });
      items.put({ id: "b", colour: "red" });
      items.put({ id: "c" });
    });
    step(() => items.patch("a", { colour: undefined }));
    step(() => items.patch("c", { colour: "red" }));
    expect(ids(items.by("colour", "red"))).toBe("bc");
    step(() => items.patch("a", { colour: "red" }));
    expect(ids(items.by("colour", "red"))).toBe("abc");
    expect([items.first("colour", "red")?.id, items.last("colour", "red")?.id]).toEqual(["a", "c"]);
    step(() => items.delete("c"));
    expect(items.last("colour", "red")?.id).toBe("b");
    expect(items.count("colour", "red")).toBe(2);
  });
});

it("refuses to be written outside a step", () => {
  const { items } = store();
  expect(() => items.put({ id: "a" })).toThrow("write to items outside a step");
});
