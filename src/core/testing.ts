/** For tests: a whole core over a small catalogue, and the host's reports by hand. */
import type { Core } from "./core";
import { sha256 } from "./digest";
import { Catalog, type CatalogFile } from "./engine/catalog";
import type { ContainerRow } from "./engine/tables";
import type { ContainerCreateRequest } from "./engine/types";
import { createCore } from "./index";
import type { ProcessRow } from "./machine/tables";
import type { Route } from "./net/connect";
import type { ArgsOf, Blobs, CommandKind, CoreEvent, ReplyOf } from "./room";
import type { StoredRow } from "./store/store";

const program = (path: string): CatalogFile => ({
  path,
  type: "file",
  mode: 0o755,
  content: `\x7fELFslipway:${path.slice(path.lastIndexOf("/") + 1)}\n`,
});

const file = (path: string, content: string): CatalogFile => ({ path, type: "file", content });

/** `busybox`: a shell and a few tools, a passwd with two users, a directory `/srv` with a file. */
export const testCatalog = new Catalog({
  images: [
    {
      repository: "busybox",
      tags: ["latest"],
      created: "2024-09-26T21:31:42Z",
      architecture: "amd64",
      os: "linux",
      config: { Cmd: ["sh"], Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] },
      history: [{ created: "2024-09-26T21:31:42Z", createdBy: "BusyBox" }],
      layers: [
        {
          size: 2_063_705,
          compressedSize: 1_000_000,
          files: [
            program("/bin/sh"),
            program("/bin/sleep"),
            program("/bin/true"),
            program("/bin/httpd"),
            file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n"),
            file("/etc/group", "root:x:0:\n"),
            file("/etc/plain", "not a program\n"),
            file("/srv/index.html", "hello\n"),
          ],
        },
      ],
    },
  ],
  machineFiles: [file("/home/student/notes.txt", "notes\n")],
});

export function memoryBlobs(): Blobs {
  const blobs = new Map<string, Uint8Array>();
  return {
    get: (digest) => blobs.get(digest),
    put: (bytes) => {
      const digest = sha256(bytes);
      blobs.set(digest, bytes);
      return digest;
    },
  };
}

export interface TestEngine {
  readonly core: Core;
  readonly blobs: Blobs;
  /** What the steps so far emitted. */
  readonly events: CoreEvent[];
  run<K extends CommandKind>(kind: K, args: ArgsOf<K>): ReplyOf<K>;
  /** Lets time pass. */
  pass(millis: number): void;
  create(request: Partial<ContainerCreateRequest>, name?: string, machine?: string): string;
  /** Creates and starts; reports the process as started. */
  start(request: Partial<ContainerCreateRequest>, name?: string, machine?: string): string;
  container(id: string): ContainerRow;
  process(ownerId: string): ProcessRow;
  /** The host's report: the process of this owner ended. */
  exit(ownerId: string, code: number, oom?: boolean): void;
  /** The host's report: it listens. */
  listen(ownerId: string, ...ports: number[]): void;
  write(ownerId: string, text: string, stream?: "stdout" | "stderr"): void;
  connect(host: string, port: number, containerId?: string, machine?: string): Route;
  /** `TYPE ACTION` of the machine's events, oldest first. */
  actions(machine?: string): string[];
}

/** Machines node1.. with `busybox` pulled on each. `reload`: before each step the core is made anew from its rows. */
export function testEngine(machines = 1, options: { readonly reload?: boolean } = {}): TestEngine {
  const parts = { blobs: memoryBlobs(), catalog: testCatalog };
  let core = createCore(parts, []);
  const reload = () => {
    if (options.reload) core = createCore(parts, JSON.parse(JSON.stringify([...core.store.dump()])) as StoredRow[]);
  };
  const events: CoreEvent[] = [];
  core.initialise(1, Date.UTC(2026, 0, 1));
  const run = <K extends CommandKind>(kind: K, args: ArgsOf<K>): ReplyOf<K> => {
    reload();
    const outcome = core.dispatch(kind, args);
    events.push(...outcome.events);
    if (outcome.error) throw outcome.error;
    return outcome.reply as ReplyOf<K>;
  };
  const pass = (millis: number) => {
    const until = core.now + millis;
    for (;;) {
      reload();
      const { outcome, done } = core.advanceTo(until, 1);
      events.push(...outcome.events);
      if (done) return;
    }
  };
  const process = (ownerId: string) => {
    const row = core.view.table("processes").by("owner", ownerId)[0];
    if (!row) throw new Error(`no process of ${ownerId}`);
    return row;
  };
  const create: TestEngine["create"] = (request, name = "", machine = "node1") =>
    run("container.create", { machine, name, request: { Image: "busybox", ...request } }).id;
  for (let n = 1; n <= machines; n++) {
    const { name: machine } = run("machine.create", {});
    run("image.pull", { machine, reference: "busybox:latest" });
  }
  pass(60_000);
  return {
    blobs: parts.blobs,
    get core() {
      return core;
    },
    events,
    run,
    pass,
    create,
    start(request, name, machine = "node1") {
      const id = create(request, name, machine);
      run("container.start", { machine, ref: id });
      run("processes.started", { processes: [process(id).id] });
      return id;
    },
    container(id) {
      const row = core.view.table("containers").get(id);
      if (!row) throw new Error(`no container ${id}`);
      return row;
    },
    process,
    exit: (ownerId, code, oom) => run("process.exited", { process: process(ownerId).id, code, oom }),
    listen: (ownerId, ...ports) => run("process.listening", { process: process(ownerId).id, ports }),
    write: (ownerId, text, stream = "stdout") =>
      run("process.wrote", {
        process: process(ownerId).id,
        stream,
        bytes: Uint8Array.from(text, (char) => char.charCodeAt(0)),
      }),
    connect: (host, port, containerId, machine = "node1") =>
      run("net.connect", { from: { machine, ...(containerId ? { containerId } : {}) }, host, port }),
    actions: (machine = "node1") =>
      core.view
        .table("engineEvents")
        .by("machine", machine)
        .map((event) => `${event.type} ${event.action}`),
  };
}
