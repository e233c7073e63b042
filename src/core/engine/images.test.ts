import { beforeEach, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../bytes";
import type { Core } from "../core";
import { sha256 } from "../digest";
import { createCore } from "../index";
import type { ArgsOf, CommandKind, ReplyOf } from "../room";
import type { BuildOptions } from "./build/state";
import type { Catalog } from "./catalog";
import { Catalog as RealCatalog } from "./catalog";

const OPTIONS: BuildOptions = {
  tags: ["app:1"],
  buildArgs: {},
  labels: {},
  noCache: false,
  pull: false,
  remove: true,
  forceRemove: false,
  target: "",
  networkMode: "",
  extraHosts: [],
  memory: 0,
};

const stub = (name: string) => `\x7fELFslipway:${name}\n`;

function catalog(): Catalog {
  const history = [{ created: "2024-01-01T00:00:00Z", createdBy: "base" }];
  const shared = { architecture: "amd64", os: "linux", created: "2024-01-01T00:00:00Z", history };
  const files = [
    { path: "/bin/sh", type: "file" as const, mode: 0o755, content: stub("sh") },
    { path: "/etc/passwd", type: "file" as const, content: "root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/:/bin/sh\n" },
    { path: "/etc/group", type: "file" as const, content: "root:x:0:\napp:x:1001:\n" },
  ];
  const config = { Env: ["PATH=/bin"], Cmd: ["sh"] };
  return new RealCatalog({
    machineFiles: [],
    images: [
      {
        ...shared,
        repository: "busybox",
        tags: ["latest", "1.37"],
        config,
        layers: [{ size: 2_000_000, compressedSize: 1_000_000, files }],
      },
      {
        ...shared,
        repository: "triggered",
        tags: ["latest"],
        config: { ...config, OnBuild: ["ENV T=1", "RUN touch /t"] },
        layers: [{ size: 5, compressedSize: 5, files }],
      },
    ],
  });
}

/** A cluster whose registry and programs are played by the test. */
class Bench {
  readonly blobs = new Map<string, Uint8Array>();
  readonly registry = new Map<string, { digest: string; document: string }>();
  readonly core: Core;
  readonly lines: Record<string, unknown>[] = [];
  /** What a RUN writes and how it ends, by its command line. */
  run: (command: string) => { out?: string; err?: string; code?: number; file?: string } = () => ({});

  constructor() {
    const blobs = {
      get: (digest: string) => this.blobs.get(digest),
      put: (bytes: Uint8Array) => {
        this.blobs.set(sha256(bytes), bytes);
        return sha256(bytes);
      },
    };
    this.core = createCore({ blobs, catalog: catalog() }, []);
    this.core.initialise(7, 1_700_000_000_000);
    this.do("machine.create", { name: "node1" });
    this.do("machine.create", { name: "node2" });
  }

  do<K extends CommandKind>(kind: K, args: ArgsOf<K>): ReplyOf<K> {
    const outcome = this.core.dispatch(kind, args);
    for (const event of outcome.events) if (event.topic === "operation.progress") this.lines.push(event.data.message);
    if (outcome.error) throw outcome.error;
    return outcome.reply as ReplyOf<K>;
  }

  /** Lets time pass, answers the registry and plays the processes, until the operation ends. */
  finish(operation: string) {
    for (let n = 0; n < 2000; n++) {
      this.#play();
      const row = this.core.view.table("operations").get(operation);
      if (row?.state !== "running") return row;
      const due = this.core.nextDue();
      if (due === undefined) continue;
      const { outcome } = this.core.advanceTo(due, 100);
      for (const event of outcome.events) if (event.topic === "operation.progress") this.lines.push(event.data.message);
    }
    throw new Error("the operation does not end");
  }

  #play() {
    for (const request of [...this.core.view.table("requests").all()]) {
      const args = request.args as {
        repository: string;
        reference: string;
        tag: string;
        manifest: { digest: string; document: string };
      };
      if (request.kind === "registry.push") {
        this.registry.set(`${args.repository}:${args.tag}`, args.manifest);
        this.do("request.answered", { request: request.id, answer: {} });
      } else
        this.do("request.answered", {
          request: request.id,
          answer: { manifest: this.registry.get(`${args.repository}:${args.reference}`) },
        });
    }
    for (const process of [...this.core.view.table("processes").all()]) {
      const { out = "", err = "", code = 0, file } = this.run(process.argv.slice(2).join(" "));
      this.do("processes.started", { processes: [process.id] });
      if (out) this.do("process.wrote", { process: process.id, stream: "stdout", bytes: encodeUtf8(out) });
      if (err) this.do("process.wrote", { process: process.id, stream: "stderr", bytes: encodeUtf8(err) });
      if (file)
        this.do("files.apply", {
          root: process.root,
          ops: [{ op: "write", path: file, blob: this.put("made\n"), size: 5 }],
        });
      this.do("process.exited", { process: process.id, code });
    }
  }

  put(text: string): string {
    const bytes = encodeUtf8(text);
    this.blobs.set(sha256(bytes), bytes);
    return sha256(bytes);
  }

  pull(reference: string, machine = "node1") {
    return this.finish(this.do("image.pull", { machine, reference }).operation);
  }

  push(repository: string, tag: string, username = "") {
    return this.finish(this.do("image.push", { machine: "node1", repository, tag, username }).operation);
  }

  build(dockerfile: string, files: Record<string, string> = {}, options: Partial<BuildOptions> = {}) {
    const entries = Object.entries(files).map(([path, text]) => ({
      ...{ path, type: "file" as const, mode: 0o644, uid: 0, gid: 0, mtime: 0 },
      ...{ blob: this.put(text), size: text.length },
    }));
    this.lines.length = 0;
    const { operation } = this.do("build.start", {
      machine: "node1",
      entries,
      dockerfile,
      dockerfileName: "Dockerfile",
      options: { ...OPTIONS, ...options },
    });
    return this.finish(operation);
  }

  /** What the stream showed, container ids taken out. */
  text(): string {
    return this.lines
      .map((line) => String(line.stream ?? ""))
      .join("")
      .replace(/(Running in|container) [0-9a-f]{12}/g, "$1 ID");
  }

  image(name: string, machine = "node1") {
    return [...this.core.view.table("images").by("machine", machine)].find((row) => row.repoTags.includes(name));
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe("pull", () => {
  it("tells each layer's way and ends with digest and status", () => {
    expect(bench.pull("busybox")?.state).toBe("done");
    const shown = bench.lines
      .filter((line) => !line.progress)
      .map((line) => (line.id ? `${line.id}: ${line.status}` : line.status));
    const layer = String(bench.lines[1]?.id);
    expect(shown).toEqual([
      "latest: Pulling from library/busybox",
      `${layer}: Pulling fs layer`,
      `${layer}: Verifying Checksum`,
      `${layer}: Download complete`,
      `${layer}: Pull complete`,
      `Digest: ${bench.image("busybox:latest")?.repoDigests[0]?.split("@")[1]}`,
      "Status: Downloaded newer image for busybox:latest",
    ]);
    bench.lines.length = 0;
    bench.pull("busybox");
    expect(bench.lines.at(-1)).toEqual({ status: "Status: Image is up to date for busybox:latest" });
  });

  it.each([
    [
      "nosuch",
      "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    ["busybox:nosuchtag", "manifest for busybox:nosuchtag not found: manifest unknown: manifest unknown"],
    [
      "me/nosuch",
      "pull access denied for me/nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
  ])("refuses %s before anything is said", (name, error) => {
    expect(bench.pull(name)).toMatchObject({ state: "failed", error, errorKind: "notFound" });
    expect(bench.lines).toEqual([]);
  });
});

describe("build", () => {
  const DOCKERFILE =
    'FROM busybox\nENV A=1\nWORKDIR /app\nCOPY a.txt .\nRUN echo hello > /made\nCMD ["cat", "/made"]\n';

  it("runs each step once and takes it from the cache the second time", () => {
    bench.run = (command) => ({ out: `${command}\n`, err: "warning\n", file: "/made" });
    bench.pull("busybox");
    expect(bench.build(DOCKERFILE, { "/a.txt": "A" })?.state).toBe("done");
    const ids = bench.text().match(/ ---> [0-9a-f]{12}/g) ?? [];
    const ran = " ---> Running in ID\n";
    const removed = " ---> Removed intermediate container ID\n";
    expect(bench.text()).toBe(
      [
        `Step 1/6 : FROM busybox\n${ids[0]}\n`,
        `Step 2/6 : ENV A=1\n${ran}${removed}${ids[1]}\n`,
        `Step 3/6 : WORKDIR /app\n${ran}${removed}${ids[2]}\n`,
        `Step 4/6 : COPY a.txt .\n${ids[3]}\n`,
        `Step 5/6 : RUN echo hello > /made\n${ran}echo hello > /made\n\u001b[91mwarning\n\u001b[0m${removed}${ids[4]}\n`,
        `Step 6/6 : CMD ["cat", "/made"]\n${ran}${removed}${ids[5]}\n`,
        `Successfully built ${ids[5]?.slice(6)}\nSuccessfully tagged app:1\n`,
      ].join(""),
    );
    const first = bench.image("app:1");
    expect(first?.config).toMatchObject({ Env: ["PATH=/bin", "A=1"], WorkingDir: "/app", Cmd: ["cat", "/made"] });
    expect(
      first?.history.map((entry) => [entry.createdBy.replace(/file:[0-9a-f]{64}/, "file:HASH"), entry.emptyLayer]),
    ).toEqual([
      ["base", false],
      ["/bin/sh -c #(nop)  ENV A=1", true],
      ["/bin/sh -c #(nop) WORKDIR /app", false],
      ["/bin/sh -c #(nop) COPY file:HASH in . ", false],
      ["/bin/sh -c echo hello > /made", false],
      ['/bin/sh -c #(nop)  CMD ["cat" "/made"]', true],
    ]);
    bench.build(DOCKERFILE, { "/a.txt": "A" });
    expect(bench.text().match(/Using cache/g)).toHaveLength(5);
    expect(bench.image("app:1")?.imageId).toBe(first?.imageId);
    bench.build(DOCKERFILE, { "/a.txt": "B" });
    expect(bench.text().match(/Using cache/g)).toHaveLength(2);
    expect([...bench.core.view.table("containers").all()]).toEqual([]);
    expect([...bench.core.view.table("files").all()].filter((row) => row.tree.startsWith("context:"))).toEqual([]);
  });

  it("pulls a base that is not there, within its own stream", () => {
    bench.build("FROM busybox\nLABEL a=b\n");
    expect(bench.lines.some((line) => line.status === "Status: Downloaded newer image for busybox:latest")).toBe(true);
    expect(bench.text()).toContain("Successfully tagged app:1\n");
  });

  it("ends with the code of a RUN that fails, its container left", () => {
    bench.run = () => ({ out: "some output\n", code: 3 });
    expect(bench.build("FROM busybox\nRUN echo some output && exit 3\nRUN never\n")).toMatchObject({
      state: "failed",
      error: "The command '/bin/sh -c echo some output && exit 3' returned a non-zero code: 3",
      errorCode: 3,
    });
    expect(bench.text().endsWith(" ---> Running in ID\nsome output\n")).toBe(true);
    expect([...bench.core.view.table("containers").all()].map((row) => row.state)).toEqual(["exited"]);
    expect(bench.core.view.table("images").size).toBe(1);
  });

  it("takes its container with it when the client goes away", () => {
    bench.pull("busybox");
    const args = {
      machine: "node1",
      entries: [],
      dockerfile: "FROM busybox\nRUN sleep 100\n",
      dockerfileName: "Dockerfile",
    };
    const { operation } = bench.do("build.start", { ...args, options: OPTIONS });
    bench.core.advanceTo(bench.core.now + 1000, 1000);
    const running = () =>
      [...bench.core.view.table("containers").all()].filter((row) => row.state === "running").length;
    expect(running()).toBe(1);
    bench.do("operation.cancel", { operation });
    expect(bench.core.view.table("operations").get(operation)).toMatchObject({
      state: "failed",
      error: "context canceled",
    });
    expect([running(), bench.core.view.table("processes").size]).toEqual([0, 0]);
  });

  it("copies from an earlier stage with an owner of the image's own", () => {
    bench.run = () => ({ file: "/made" });
    bench.build(
      "FROM busybox AS one\nRUN make\nFROM busybox\nCOPY --from=one --chown=app:app /made /x/\nARG V\nRUN echo $V\n",
      {},
      { buildArgs: { V: "1", W: "2" } },
    );
    expect(bench.text()).toContain("[Warning] One or more build-args [W] were not consumed\n");
    const image = bench.image("app:1");
    const rows = (image?.layers ?? []).flatMap((layer) => bench.core.view.table("files").by("tree", `layer:${layer}`));
    expect(rows.filter((row) => row.path.startsWith("/x")).map((row) => [row.path, row.uid, row.gid])).toEqual([
      ["/x", 1000, 1001],
      ["/x/made", 1000, 1001],
    ]);
    expect(image?.history.at(-1)?.createdBy).toBe("|1 V=1 /bin/sh -c echo $V");
  });

  it("runs the base's triggers within FROM", () => {
    bench.run = () => ({ file: "/t" });
    bench.build("FROM triggered\nLABEL a=b\n");
    const text = bench.text().replace(/ ---> [0-9a-f]{12}/g, " ---> IMAGE");
    const ran = " ---> Running in ID\n ---> Removed intermediate container ID\n";
    expect(text).toBe(
      `Step 1/2 : FROM triggered\n# Executing 2 build triggers\n${ran}${ran} ---> IMAGE\nStep 2/2 : LABEL a=b\n${ran} ---> IMAGE\nSuccessfully built ${bench.image("app:1")?.imageId.slice(7, 19)}\nSuccessfully tagged app:1\n`,
    );
  });

  it.each([
    [
      "FROM busybox\nCOPY nosuch.txt /\n",
      "COPY failed: file not found in build context or excluded by .dockerignore: stat nosuch.txt: file does not exist",
    ],
    ["FROM busybox\nCOPY ../a /\n", "COPY failed: forbidden path outside the build context: ../a ()"],
    [
      "FROM busybox\nCOPY a b /dest\n",
      "When using COPY with more than one source file, the destination must be a directory and end with a /",
    ],
    [
      "FROM busybox\nCOPY --from=nosuch /x /\n",
      "invalid from flag value nosuch: pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    ["FROM busybox\nEXPOSE nan\n", "Invalid containerPort: nan"],
    ["FROM $NOSUCH\n", "base name ($NOSUCH) should not be blank"],
    [
      "FROM busybox\nRUN --mount=type=cache,target=/x true\n",
      "the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled",
    ],
    [
      "FROM nosuchimage:1\n",
      "pull access denied for nosuchimage, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    ["FROM busybox AS a\nFROM busybox AS a\n", "same stage name already used"],
  ])("fails at the step of %j", (dockerfile, error) => {
    expect(bench.build(dockerfile, { "/a": "a", "/b": "b" })).toMatchObject({ state: "failed", error });
  });

  it.each([
    ["", "the Dockerfile (Dockerfile) cannot be empty"],
    ["# nothing\n", "failed to parse Dockerfile: file with no instructions"],
    ["FROM busybox\nRUM x\n", "dockerfile parse error on line 2: unknown instruction: RUM (did you mean RUN?)"],
    ["RUN x\n", "no build stage in current context"],
    ["FROM busybox\nENV KEY\n", "failed to parse Dockerfile: ENV must have two arguments"],
  ])("refuses %j before the first step", (dockerfile, error) => {
    expect(() => bench.build(dockerfile)).toThrow(error);
  });
});

describe("push, tag and removal", () => {
  it("pushes to one's own name space, and another machine pulls the same image", () => {
    bench.build("FROM busybox\nENV A=1\nCOPY a /\n", { "/a": "A" }, { tags: ["username/repo:tag"] });
    bench.lines.length = 0;
    expect(bench.push("username/repo", "tag")).toMatchObject({
      state: "failed",
      error: "denied: requested access to the resource is denied",
    });
    bench.lines.length = 0;
    expect(bench.push("username/repo", "tag", "username")?.state).toBe("done");
    const shown = bench.lines
      .filter((line) => !line.progress)
      .map((line) => String(line.status ?? "").replace(/sha256:[0-9a-f]{64} size: \d+/, "DIGEST"));
    expect(shown).toEqual([
      "The push refers to repository [docker.io/username/repo]",
      "Preparing",
      "Preparing",
      "Mounted from library/busybox",
      "Pushed",
      "tag: digest: DIGEST",
      "",
    ]);
    expect(bench.pull("username/repo:tag", "node2")?.state).toBe("done");
    const [mine, theirs] = [bench.image("username/repo:tag"), bench.image("username/repo:tag", "node2")];
    expect([theirs?.imageId, theirs?.repoDigests]).toEqual([mine?.imageId, mine?.repoDigests]);
    bench.lines.length = 0;
    bench.push("username/repo", "tag", "username");
    expect(bench.lines.filter((line) => line.status === "Layer already exists")).toHaveLength(2);
    expect(bench.push("nosuch/image", "1", "nosuch")?.error).toBe(
      "An image does not exist locally with the tag: nosuch/image",
    );
  });

  it("untags and deletes as docker rmi does", () => {
    bench.pull("busybox");
    const id = bench.image("busybox:latest")?.imageId;
    const digest = bench.image("busybox:latest")?.repoDigests[0];
    bench.do("image.tag", { machine: "node1", source: "busybox", repository: "docker.io/me/app", tag: "v1" });
    expect(bench.do("image.remove", { machine: "node1", ref: "me/app:v1" })).toEqual([{ Untagged: "me/app:v1" }]);
    expect(() => bench.do("image.remove", { machine: "node1", ref: "nosuch" })).toThrow("No such image: nosuch:latest");
    const { id: container } = bench.do("container.create", {
      machine: "node1",
      name: "c1",
      request: { Image: "busybox" },
    });
    expect(() => bench.do("image.remove", { machine: "node1", ref: "busybox" })).toThrow(
      `conflict: unable to remove repository reference "busybox" (must force) - container ${container.slice(0, 12)} is using its referenced image ${id?.slice(7, 19)}`,
    );
    bench.do("container.remove", { machine: "node1", ref: "c1" });
    const layer = bench.image("busybox:latest")?.layers[0];
    expect(bench.do("image.remove", { machine: "node1", ref: "busybox" })).toEqual([
      { Untagged: "busybox:latest" },
      { Untagged: digest },
      { Deleted: id },
      { Deleted: layer },
    ]);
  });

  it("prunes what nobody names, intermediate images with their child", () => {
    bench.build("FROM busybox\nENV A=1\nENV B=2\n", {}, { tags: [] });
    expect(bench.do("image.prune", { machine: "node1", dangling: true, filters: {} }).deleted).toHaveLength(2);
    expect(bench.image("busybox:latest")).toBeDefined();
    const all = bench.do("image.prune", { machine: "node1", dangling: false, filters: {} });
    expect(all.reclaimed).toBe(2_000_000);
    expect([bench.core.view.table("images").size, bench.core.view.table("layers").size]).toEqual([0, 0]);
  });

  it("commits a container's files under a new name", () => {
    bench.pull("busybox");
    const { id } = bench.do("container.create", { machine: "node1", request: { Image: "busybox", Cmd: ["sh"] } });
    bench.do("files.apply", {
      root: { kind: "container", id },
      ops: [{ op: "write", path: "/new", blob: bench.put("x"), size: 1 }],
    });
    const reply = bench.do("image.commit", {
      machine: "node1",
      container: id,
      repository: "docker.io/me/y",
      tag: "2",
      changes: ["ENV X=1"],
    });
    expect(bench.image("me/y:2")).toMatchObject({
      imageId: reply.id,
      size: 2_000_001,
      config: { Env: ["PATH=/bin", "X=1"] },
    });
  });
});
