/** What only the platform can show: the storage on a real Durable Object, and the registry of pushed images. */
import { env, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import type { Registry } from "./registry";
import { SqlStorage } from "./storage";

const bindings = env as unknown as { PROBE: DurableObjectNamespace; REGISTRY: DurableObjectNamespace<Registry> };

let names = 0;
const probe = (): DurableObjectStub => bindings.PROBE.getByName(`probe-${names++}`);
/** Runs on an object's own storage, as the code of the object would. */
const within = <T>(stub: DurableObjectStub, act: (storage: SqlStorage, ctx: DurableObjectState) => T): Promise<T> =>
  runInDurableObject(stub, (_, ctx) => act(new SqlStorage(ctx.storage), ctx));

const row = (table: string, id: string, sequence: number, fields: object | undefined) => ({
  table,
  id,
  sequence,
  row: fields && { id, ...fields },
});

describe("a cluster's storage", () => {
  let object: DurableObjectStub;
  beforeEach(() => {
    object = probe();
  });

  it("writes nothing where no cluster is, whatever is read", async () => {
    const size = await within(object, (storage, ctx) => {
      const before = ctx.storage.sql.databaseSize;
      expect(storage.exists()).toBe(false);
      expect([storage.getMeta("a"), storage.getBlob("b"), [...storage.loadRows()]]).toEqual([undefined, undefined, []]);
      storage.keepBlobs(new Set());
      return ctx.storage.sql.databaseSize - before;
    });
    expect(size).toBe(0);
    expect(await within(object, (storage) => storage.exists())).toBe(false);
  });

  it("gives back rows in the order of their tables, after another life too", async () => {
    await within(object, (storage) => {
      storage.commit({
        rows: [
          row("tasks", "b", 0, { n: 1 }),
          row("tasks", "a", 1, { n: 2 }),
          row("nodes", "z", 0, { text: "集群 \u0000" }),
        ],
      });
      storage.commit({ rows: [row("tasks", "b", 0, { n: 3 }), row("nodes", "z", 0, undefined)] });
      storage.setMeta("speed", "2");
    });
    await within(object, (storage) => {
      expect([...storage.loadRows()]).toEqual([
        { table: "tasks", id: "b", sequence: 0, row: { id: "b", n: 3 } },
        { table: "tasks", id: "a", sequence: 1, row: { id: "a", n: 2 } },
      ]);
      expect(storage.getMeta("speed")).toBe("2");
    });
  });

  it("leaves nothing of a step that fails", async () => {
    await within(object, (storage) => {
      storage.commit({ rows: [row("tasks", "a", 0, { n: 1 })] });
      const circular: Record<string, unknown> = {};
      circular.self = circular;
      expect(() =>
        storage.commit({ rows: [row("tasks", "a", 0, { n: 2 }), row("tasks", "b", 1, circular)] }),
      ).toThrow();
      expect([...storage.loadRows()].map((stored) => stored.row)).toEqual([{ id: "a", n: 1 }]);
    });
  });

  it.each([0, 1, 999_999, 1_000_000, 2_500_001])("keeps a blob of %i bytes whole", async (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => index * 31);
    await within(object, (storage) => {
      storage.putBlob("sha256:x", bytes.subarray(0));
      storage.putBlob("sha256:x", bytes);
    });
    const back = await within(object, (storage) => storage.getBlob("sha256:x"));
    expect(back?.length).toBe(length);
    expect(back?.every((byte, index) => byte === bytes[index])).toBe(true);
  });

  it("stores only the part of a buffer that a blob is", async () => {
    const whole = new Uint8Array([1, 2, 3, 4, 5]);
    await within(object, (storage) => storage.putBlob("sha256:part", whole.subarray(1, 3)));
    expect(await within(object, (storage) => storage.getBlob("sha256:part"))).toEqual(new Uint8Array([2, 3]));
  });

  it("keeps a row of any length whole, and nothing of it once it is short or gone", async () => {
    const text = "é".repeat(3_000_000);
    await within(object, (storage) => {
      storage.commit({ rows: [row("configs", "a", 0, { text }), row("configs", "b", 1, { text: "short" })] });
      storage.keepBlobs(new Set());
    });
    const texts = () =>
      within(object, (storage) =>
        [...storage.loadRows()].map((stored) => (stored.row as unknown as { text: string }).text),
      );
    expect((await texts()).map((one) => one.length)).toEqual([3_000_000, 5]);
    const left = await within(object, (storage, ctx) => {
      expect([...storage.loadRows()].length).toBe(2); // a life begins with it
      storage.commit({ rows: [row("configs", "a", 0, { text: "now short" })] });
      return ctx.storage.sql.exec("SELECT count(*) AS n FROM blobs").one().n;
    });
    expect([left, await texts()]).toEqual([0, ["now short", "short"]]);
  });

  it("forgets the blobs that are not kept", async () => {
    await within(object, (storage) => {
      for (const digest of ["a", "b", "c"]) storage.putBlob(digest, new Uint8Array([1]));
      storage.keepBlobs(new Set(["b"]));
      expect(["a", "b", "c"].map((digest) => storage.getBlob(digest) !== undefined)).toEqual([false, true, false]);
    });
  });

  it("caps the journal at its newest 2,000 steps", async () => {
    const kept = await within(object, (storage, ctx) => {
      for (let at = 1; at <= 2150; at++) storage.commit({ rows: [], journal: { at, command: "x", before: [] } });
      return ctx.storage.sql.exec("SELECT count(*) AS n, max(at) AS newest FROM journal").one();
    });
    expect(kept.newest).toBe(2150);
    expect(kept.n).toBeGreaterThanOrEqual(2000);
    expect(kept.n).toBeLessThan(2050);
  });

  it("caps the journal at 16 MB", async () => {
    const kept = await within(object, (storage, ctx) => {
      const image = { table: "files", id: "f", row: { id: "f", text: "x".repeat(400_000) } };
      for (let at = 1; at <= 100; at++) storage.commit({ rows: [], journal: { at, command: "x", before: [image] } });
      return ctx.storage.sql.exec("SELECT sum(length(before)) AS bytes, max(at) AS newest FROM journal").one();
    });
    expect(kept.newest).toBe(100);
    expect(kept.bytes).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(kept.bytes).toBeGreaterThan(15 * 1024 * 1024);
  });

  it("is empty after it was destroyed, and can begin again", async () => {
    await within(object, (storage) => {
      storage.commit({ rows: [row("tasks", "a", 0, {})] });
      storage.putBlob("b", new Uint8Array([1]));
      storage.destroy();
      expect(storage.exists()).toBe(false);
      expect([...storage.loadRows()]).toEqual([]);
    });
    await within(object, (storage) => {
      expect(storage.exists()).toBe(false);
      storage.setMeta("a", "b");
      expect([storage.exists(), storage.getBlob("b"), [...storage.loadRows()]]).toEqual([true, undefined, []]);
    });
  });
});

describe("the registry of pushed images", () => {
  const registry = () => bindings.REGISTRY.getByName(`registry-${names++}`);
  const manifest = (digest: string) => ({ digest, document: `{"of":"${digest}"}` });

  it("finds a manifest by tag and by digest; a tag moves, a digest stays", async () => {
    const pushed = registry();
    await pushed.putManifest("docker.io/me/app", "1", manifest("sha256:a"));
    await pushed.putManifest("docker.io/me/app", "1", manifest("sha256:b"));
    expect(await pushed.getManifest("docker.io/me/app", "1")).toEqual(manifest("sha256:b"));
    expect(await pushed.getManifest("docker.io/me/app", "sha256:a")).toEqual(manifest("sha256:a"));
    expect(await pushed.getManifest("docker.io/me/other", "1")).toBeUndefined();
  });

  it("keeps blobs until it is cleared", async () => {
    const pushed = registry();
    await pushed.putBlob("sha256:l", new Uint8Array([1, 2]));
    expect([await pushed.hasBlob("sha256:l"), await pushed.hasBlob("sha256:m")]).toEqual([true, false]);
    expect(await pushed.getBlob("sha256:l")).toEqual(new Uint8Array([1, 2]));
    await pushed.clear();
    expect(await pushed.hasBlob("sha256:l")).toBe(false);
  });
});
