import { describe, expect, it } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../bytes";
import { Core } from "../core";
import { sha256 } from "../digest";
import { Catalog } from "../engine/catalog";
import type { Blobs, Tx } from "../room";
import { tables } from "../tables";
import { applyOps, treeEntries } from "./file-ops";
import { openRoot } from "./files";
import type { FileOp } from "./process";

const root = { kind: "machine", id: "node1" } as const;

function disk() {
  const kept = new Map<string, Uint8Array>();
  const blobs: Blobs = {
    get: (digest) => kept.get(digest),
    put: (bytes) => {
      kept.set(sha256(bytes), bytes);
      return sha256(bytes);
    },
  };
  const catalog = new Catalog({
    images: [],
    machineFiles: [
      { path: "/etc/hosts", type: "file", content: "127.0.0.1 localhost\n" },
      { path: "/lib", type: "symlink", target: "usr/lib" },
      { path: "/usr/lib/os-release", type: "file", content: "ID=slipway\n" },
      { path: "/loop", type: "symlink", target: "loop" },
    ],
  });
  let action: (tx: Tx) => unknown = () => undefined;
  const core = new Core(
    { tables, blobs, catalog, rooms: [{ commands: { "files.apply": (tx) => action(tx) as { error?: undefined } } }] },
    [],
  );
  core.initialise(1, 1000);
  const step = <T>(work: (tx: Tx) => T): T => {
    action = work;
    return core.dispatch("files.apply", { root, ops: [] }).reply as T;
  };
  const write = (path: string, text: string): FileOp => ({
    op: "write",
    path,
    blob: blobs.put(encodeUtf8(text)),
    size: text.length,
  });
  const apply = (...ops: FileOp[]) => step((tx) => applyOps(tx, root, ops).error);
  const read = (path: string) => step((tx) => decodeUtf8(openRoot(tx, root).readFile(path)));
  const list = (path: string) => step((tx) => openRoot(tx, root).readdir(path));
  const code = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return { apply, read, list, write, step, code };
}

describe("files of a machine", () => {
  it("reads through links and lower layers", () => {
    const { read, list, code } = disk();
    expect(read("/lib/os-release")).toBe("ID=slipway\n");
    expect(list("/")).toEqual(["etc", "lib", "loop", "usr"]);
    expect([
      code(() => read("/nosuch")),
      code(() => read("/etc/hosts/x")),
      code(() => read("/etc")),
      code(() => read("/loop")),
    ]).toEqual(["ENOENT", "ENOTDIR", "EISDIR", "ELOOP"]);
  });

  it("hides deleted files of the lower layer, and keeps a directory made anew empty", () => {
    const { apply, list, step } = disk();
    expect(apply({ op: "rm", path: "/etc", recursive: true })).toBeUndefined();
    expect(list("/")).toEqual(["lib", "loop", "usr"]);
    apply({ op: "mkdir", path: "/etc" });
    expect(list("/etc")).toEqual([]);
    expect(step((tx) => treeEntries(tx, "machine:node1").map((row) => [row.path, row.type, row.opaque]))).toEqual([
      ["/etc", "dir", true],
    ]);
  });

  it("undoes a batch of which one operation fails", () => {
    const { apply, write, list } = disk();
    expect(apply(write("/a", "1"), { op: "mkdir", path: "/nosuch/b" })).toEqual({
      code: "ENOENT",
      path: "/nosuch/b",
      op: 1,
    });
    expect(list("/")).not.toContain("a");
  });

  it("renames a directory of the lower layer with all that is in it", () => {
    const { apply, read, list } = disk();
    expect(apply({ op: "rename", path: "/usr", to: "/opt" })).toBeUndefined();
    expect(read("/opt/lib/os-release")).toBe("ID=slipway\n");
    expect(list("/")).toEqual(["etc", "lib", "loop", "opt"]);
  });

  it("appends, changes modes and owners, makes directories with their parents", () => {
    const { apply, read, write, step } = disk();
    apply({ ...write("/etc/hosts", "more\n"), append: true } as FileOp, {
      op: "mkdir",
      path: "/x/y/z",
      recursive: true,
    });
    apply({ op: "chmod", path: "/etc/hosts", mode: 0o600 }, { op: "chown", path: "/etc/hosts", uid: 7, gid: 8 });
    expect(read("/etc/hosts")).toBe("127.0.0.1 localhost\nmore\n");
    expect(step((tx) => openRoot(tx, root).stat("/etc/hosts"))).toMatchObject({
      type: "file",
      mode: 0o600,
      uid: 7,
      gid: 8,
      size: 25,
    });
    expect(apply({ op: "mkdir", path: "/x" })?.code).toBe("EEXIST");
    expect(apply({ op: "rm", path: "/x" })?.code).toBe("ENOTEMPTY");
    expect(apply({ op: "rename", path: "/x", to: "/x/y/w" })?.code).toBe("EINVAL");
  });
});
