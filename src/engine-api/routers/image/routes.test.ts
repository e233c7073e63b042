import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { Catalog, createCore } from "../../../core";
import { encodeUtf8 } from "../../../core/bytes";
import { sha256 } from "../../../core/digest";
import type { ReplyOf } from "../../../core/room";
import { createEngineApp } from "../../app";
import type { Backend, StepNews } from "../../backend";

const CREATED = "2024-09-26T21:31:42Z";

/** One machine with busybox to pull; time runs as fast as it can and every program prints its command. */
function machine() {
  const blobs = new Map<string, Uint8Array>();
  const store = {
    get: (digest: string) => blobs.get(digest),
    put: (bytes: Uint8Array) => {
      blobs.set(sha256(bytes), bytes);
      return sha256(bytes);
    },
  };
  const catalog = new Catalog({
    machineFiles: [],
    images: [
      {
        repository: "busybox",
        tags: ["latest"],
        created: CREATED,
        architecture: "amd64",
        os: "linux",
        config: { Env: ["PATH=/bin"], Cmd: ["sh"] },
        history: [{ created: CREATED, createdBy: "BusyBox 1.37.0 (glibc), Debian 13" }],
        layers: [
          {
            size: 2_063_705,
            compressedSize: 1_091_644,
            files: [{ path: "/bin/sh", type: "file", mode: 0o755, content: "\x7fELFslipway:sh\n" }],
          },
        ],
      },
    ],
  });
  const core = createCore({ blobs: store, catalog }, []);
  core.initialise(1, 1_700_000_000_000);
  core.dispatch("machine.create", { name: "node1" });
  const listeners = new Set<(news: StepNews) => void>();
  const tell = (news: StepNews) => {
    for (const listener of [...listeners]) listener(news);
  };
  let driving = false;
  const drive = () => {
    if (driving) return;
    driving = true;
    setTimeout(() => {
      driving = false;
      for (const process of [...core.view.table("processes").all()]) {
        tell(core.dispatch("processes.started", { processes: [process.id] }));
        tell(
          core.dispatch("process.wrote", {
            process: process.id,
            stream: "stdout",
            bytes: encodeUtf8(`${process.argv[2]}\n`),
          }),
        );
        tell(core.dispatch("process.exited", { process: process.id, code: process.argv[2] === "exit 3" ? 3 : 0 }));
      }
      const due = core.nextDue();
      if (due === undefined) return;
      tell(core.advanceTo(due, 100).outcome);
      if (listeners.size > 0) drive();
    }, 0);
  };
  const backend: Backend = {
    machine: "node1",
    view: core.view,
    catalog,
    blobs: store,
    now: () => core.now,
    dispatch: (kind, args) => {
      const outcome = core.dispatch(kind, args);
      tell(outcome);
      drive();
      if (outcome.error) throw outcome.error;
      return outcome.reply as ReplyOf<typeof kind>;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      drive();
      return () => listeners.delete(listener);
    },
    stdin: () => undefined,
    resize: () => undefined,
    sleep: (_, signal) => new Promise((resolve) => signal?.addEventListener("abort", () => resolve())),
    hold: () => () => undefined,
  };
  const app = createEngineApp(backend);
  const call = (method: string, path: string, body?: BodyInit, headers?: Record<string, string>) =>
    app.fetch(
      new Request(`http://engine${path}`, {
        method,
        ...(body === undefined ? {} : { body }),
        ...(headers ? { headers } : {}),
      }),
    );
  const lines = async (method: string, path: string, body?: BodyInit, headers?: Record<string, string>) =>
    (await (await call(method, path, body, headers)).text())
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const context = (files: Record<string, string>) =>
    packTar(
      Object.entries(files).map(([name, body]) => ({
        header: { name, size: encodeUtf8(body).length, mode: 0o644 },
        body,
      })),
    );
  return { call, lines, context };
}

const PULL = "/v1.50/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest";

describe("images over HTTP", () => {
  it("pulls, lists, inspects and tells the history", async () => {
    const { lines, call } = machine();
    const pulled = await lines("POST", PULL);
    expect(pulled.at(-1)).toEqual({ status: "Status: Downloaded newer image for busybox:latest" });
    const [summary] = (await (await call("GET", "/v1.50/images/json")).json()) as Record<string, unknown>[];
    const { Id, RepoDigests } = summary as { Id: string; RepoDigests: string[] };
    expect(summary).toEqual({
      Containers: -1,
      Created: 1727386302,
      Id,
      Labels: null,
      ParentId: "",
      RepoDigests,
      RepoTags: ["busybox:latest"],
      SharedSize: -1,
      Size: 2063705,
    });
    expect(await (await call("GET", "/v1.50/images/busybox/json")).json()).toMatchObject({
      Id,
      Created: CREATED,
      Config: {
        Cmd: ["sh"],
        Entrypoint: null,
        Env: ["PATH=/bin"],
        Labels: null,
        OnBuild: null,
        User: "",
        Volumes: null,
        WorkingDir: "",
      },
      Metadata: { LastTagTime: "0001-01-01T00:00:00Z" },
    });
    expect(await (await call("GET", "/v1.50/images/docker.io/library/busybox/history")).json()).toEqual([
      {
        Comment: "",
        Created: 1727386302,
        CreatedBy: "BusyBox 1.37.0 (glibc), Debian 13",
        Id,
        Size: 2063705,
        Tags: ["busybox:latest"],
      },
    ]);
    expect(await (await call("GET", `/v1.50/images/json?filters={"reference":{"busy*:l*":true}}`)).json()).toHaveLength(
      1,
    );
    expect(await (await call("GET", `/v1.50/images/json?filters={"reference":{"nosuch":true}}`)).json()).toEqual([]);
  });

  it.each([
    [
      "POST",
      "/v1.50/images/create?fromImage=docker.io%2Flibrary%2Fnosuch&tag=latest",
      404,
      "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    [
      "POST",
      "/v1.50/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=no",
      404,
      "manifest for busybox:no not found: manifest unknown: manifest unknown",
    ],
    ["GET", "/images/nosuch/json", 404, "No such image: nosuch:latest"],
    ["GET", "/images/get?names=nosuch", 404, "No such image: nosuch"],
    ["POST", "/images/nosuch/tag?repo=x&tag=1", 404, "No such image: nosuch:latest"],
    ["DELETE", "/images/me/nosuch:1", 404, "No such image: me/nosuch:1"],
  ])("%s %s is answered with %i", async (method, path, status, message) => {
    const response = await machine().call(method, path);
    expect([response.status, await response.json()]).toEqual([status, { message }]);
  });

  it("refuses a push without login in the stream", async () => {
    const { lines, call } = machine();
    await lines("POST", PULL);
    expect((await call("POST", "/images/busybox/tag?repo=docker.io%2Fstudent%2Fapp&tag=1")).status).toBe(201);
    const error = "denied: requested access to the resource is denied";
    const pushed = await lines("POST", "/images/docker.io/student/app/push?tag=1", undefined, {
      "X-Registry-Auth": "e30=",
    });
    expect(pushed.map(({ status, error: refused }) => status ?? refused)).toEqual([
      "The push refers to repository [docker.io/student/app]",
      "Preparing",
      error,
    ]);
    expect(pushed.at(-1)).toEqual({ errorDetail: { message: error }, error });
  });

  it("saves an image and loads it back under the same id", async () => {
    const { lines, call } = machine();
    await lines("POST", PULL);
    const before = (await (await call("GET", "/images/busybox/json")).json()) as { Id: string };
    const tar = await (await call("GET", "/images/get?names=busybox")).arrayBuffer();
    await call("DELETE", "/images/busybox");
    expect(await lines("POST", "/images/load?quiet=1", tar)).toEqual([{ stream: "Loaded image: busybox:latest\n" }]);
    expect(await (await call("GET", "/images/busybox/json")).json()).toMatchObject({ Id: before.Id, Size: 2063705 });
    expect(await lines("POST", "/images/load", "junk\n")).toEqual([
      { errorDetail: { message: "unexpected EOF" }, error: "unexpected EOF" },
    ]);
  });
});

describe("builds over HTTP", () => {
  it("streams the steps and the id", async () => {
    const { lines, context } = machine();
    await lines("POST", PULL);
    const body = await context({
      Dockerfile: "FROM busybox\nRUN hello\nCOPY Dockerfile /x\n",
      ".dockerignore": "Dockerfile*\n!Dockerfile\n",
    });
    const shown = await lines(
      "POST",
      "/v1.50/build?dockerfile=Dockerfile&t=app%3A1&labels=%7B%22l%22%3A%221%22%7D&version=1",
      body,
    );
    const text = shown.map((line) => line.stream ?? "").join("");
    expect(text.replace(/[0-9a-f]{12}/g, "ID")).toBe(
      [
        "Step 1/4 : FROM busybox\n ---> ID\n",
        "Step 2/4 : RUN hello\n ---> Running in ID\nhello\n ---> Removed intermediate container ID\n ---> ID\n",
        "Step 3/4 : COPY Dockerfile /x\n ---> ID\n",
        "Step 4/4 : LABEL l=1\n ---> Running in ID\n ---> Removed intermediate container ID\n ---> ID\n",
        "Successfully built ID\nSuccessfully tagged app:1\n",
      ].join(""),
    );
    expect(shown.find((line) => line.aux)).toEqual({ aux: { ID: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) } });
    const quiet = await lines("POST", "/build?q=1", body);
    expect(quiet).toEqual([{ stream: expect.stringMatching(/^sha256:[0-9a-f]{64}\n$/) }]);
  });

  it("fails in the stream with the code of the command", async () => {
    const { lines, context } = machine();
    const message = "The command '/bin/sh -c exit 3' returned a non-zero code: 3";
    const shown = await lines("POST", "/build", await context({ Dockerfile: "FROM busybox\nRUN exit 3\n" }));
    expect(shown.at(-1)).toEqual({ errorDetail: { code: 3, message }, error: message });
  });

  it.each([
    [
      { Dockerfile: "FROM busybox\nRUM x\n" },
      "",
      "dockerfile parse error on line 2: unknown instruction: RUM (did you mean RUN?)",
    ],
    [{ Dockerfile: "FROM busybox\n" }, "?target=nosuch", 'target stage "nosuch" could not be found'],
    [{ a: "" }, "", "Cannot locate specified Dockerfile: Dockerfile"],
    [{ Dockerfile: "" }, "", "the Dockerfile (Dockerfile) cannot be empty"],
  ])("refuses %j %s before the stream", async (files, query, message) => {
    const { call, context } = machine();
    const response = await call("POST", `/build${query}`, await context(files as Record<string, string>));
    expect([response.status, await response.json()]).toEqual([400, { message }]);
  });
});

describe("login", () => {
  it("takes any password but an empty one", async () => {
    const { call } = machine();
    const login = (password: string) =>
      call("POST", "/auth", JSON.stringify({ username: "u", password, serveraddress: "https://index.docker.io/v1/" }), {
        "Content-Type": "application/json",
      });
    expect(await (await login("open-sesame")).json()).toEqual({ IdentityToken: "", Status: "Login Succeeded" });
    expect((await login("")).status).toBe(401);
  });
});
