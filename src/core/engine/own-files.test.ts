/** Files of a container that are not its image's: what was written above it, and the engine's own in /etc. */
import { expect, it } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../bytes";
import { openRoot } from "../machine/files";
import { type TestEngine, testCatalog, testEngine } from "../testing";

const machine = "node1";
const sleeper = { Entrypoint: ["/bin/sleep"], Cmd: ["1000"] };

const filesOf = (engine: TestEngine, id: string) =>
  openRoot(
    { table: (name) => engine.core.view.table(name), blobs: engine.blobs, catalog: testCatalog },
    {
      kind: "container",
      id,
    },
  );
const read = (engine: TestEngine, id: string, path: string) => decodeUtf8(filesOf(engine, id).readFile(path));

function write(engine: TestEngine, id: string, path: string, text: string): void {
  const bytes = encodeUtf8(text);
  const op = { op: "write", path, blob: engine.blobs.put(bytes), size: bytes.length } as const;
  expect(engine.run("files.apply", { root: { kind: "container", id }, ops: [op] }).error).toBeUndefined();
}

it("finds a user who was written above the image, and in that container only", () => {
  const engine = testEngine();
  engine.start(sleeper); // the image has answered for root already
  const own = engine.create({ ...sleeper, User: "bob" });
  write(engine, own, "/etc/passwd", "bob:x:7:7::/:/bin/sh\n");
  engine.run("container.start", { machine, ref: own });
  expect(engine.process(own).user).toBe("7:7");
  const other = engine.create({ ...sleeper, User: "bob" });
  expect(() => engine.run("container.start", { machine, ref: other })).toThrow("unable to find user bob");
});

it("runs a program that was written above the image", () => {
  const engine = testEngine();
  const missing = engine.create({ Entrypoint: ["/bin/own"], Cmd: [] });
  expect(() => engine.run("container.start", { machine, ref: missing })).toThrow("no such file or directory");
  write(engine, missing, "/bin/own", "#!/bin/sh\n");
  engine.run("files.apply", {
    root: { kind: "container", id: missing },
    ops: [{ op: "chmod", path: "/bin/own", mode: 0o755 }],
  });
  engine.run("container.start", { machine, ref: missing });
  expect(engine.process(missing).executable).toBe("/bin/own");
});

it("has /etc/hosts and /etc/hostname from the last start, and what was edited until the next", () => {
  const engine = testEngine();
  const id = engine.start(sleeper);
  const short = id.slice(0, 12);
  const [endpoint] = engine.core.view.table("endpoints").by("container", id);
  const hosts = read(engine, id, "/etc/hosts");
  expect(hosts.split("\n").at(-2)).toBe(`${endpoint?.address}\t${short}`);
  expect(read(engine, id, "/etc/hostname")).toBe(`${short}\n`);
  expect(engine.core.view.table("files").size).toBe(0);
  write(engine, id, "/etc/hosts", "10.0.0.1 own\n");
  expect(read(engine, id, "/etc/hosts")).toBe("10.0.0.1 own\n");
  engine.exit(id, 0);
  expect(read(engine, id, "/etc/hosts")).toBe("10.0.0.1 own\n");
  engine.run("container.start", { machine, ref: id });
  expect(read(engine, id, "/etc/hosts")).toBe(hosts);
});
