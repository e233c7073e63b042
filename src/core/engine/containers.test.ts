import { describe, expect, it } from "vitest";
import { testEngine } from "../testing";

const sleeper = { Cmd: ["sleep", "1000"] };
const machine = "node1";

describe("creating", () => {
  it("completes the configuration with the image's", () => {
    const engine = testEngine();
    const row = engine.container(engine.create({ Env: ["A=1"], Labels: { tier: "front" } }, "web"));
    expect(row.config.Cmd).toEqual(["sh"]);
    expect(row.config.Env).toEqual(["A=1", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]);
    expect(row.config.Hostname).toBe(row.id.slice(0, 12));
    expect(row.hostConfig.NetworkMode).toBe("bridge");
    expect(row.state).toBe("created");
  });

  it.each([
    ["x", {}, "Invalid container name (x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"],
    ["", { Image: "alpine" }, "No such image: alpine:latest"],
    ["", { WorkingDir: "rel" }, "the working directory 'rel' is invalid, it needs to be an absolute path"],
    ["", { HostConfig: { Memory: 1048576 } }, "Minimum memory limit allowed is 6MB"],
    ["", { HostConfig: { NanoCpus: 1e12 } }, "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"],
    [
      "",
      { HostConfig: { RestartPolicy: { Name: "sometimes" } } },
      "invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
    ],
    [
      "",
      { HostConfig: { NetworkMode: "container:nosuch" } },
      "joining network namespace of container: No such container: nosuch",
    ],
    ["", { HostConfig: { Links: ["nosuch"] } }, "could not get container for nosuch: No such container: nosuch"],
    [
      "",
      { HostConfig: { Binds: ["/x:relative"] } },
      "invalid volume specification: '/x:relative': invalid mount config for type \"bind\": invalid mount path: 'relative' mount path must be absolute",
    ],
    [
      "",
      { HostConfig: { Binds: ["nosuch/path:/x"] } },
      'create nosuch/path: "nosuch/path" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
    ],
    [
      "",
      { HostConfig: { Mounts: [{ Type: "bind" as const, Source: "/nosuch/dir", Target: "/x" }] } },
      'invalid mount config for type "bind": bind source path does not exist: /nosuch/dir',
    ],
    ["", { HostConfig: { LogConfig: { Type: "x" } } }, 'error looking up logging plugin x: plugin "x" not found'],
  ])("refuses %s %j", (name, request, message) => {
    const engine = testEngine();
    expect(() => engine.create({ ...sleeper, ...request }, name)).toThrow(message);
    expect(engine.core.view.table("containers").size).toBe(0);
    expect(engine.core.view.table("volumes").size).toBe(0);
  });

  it("refuses a name that is taken", () => {
    const engine = testEngine();
    const id = engine.create(sleeper, "web");
    expect(() => engine.create(sleeper, "web")).toThrow(
      `Conflict. The container name "/web" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
  });

  it("fills a new volume with what the image has there, and lets it outlive the container", () => {
    const engine = testEngine();
    const id = engine.create({ ...sleeper, HostConfig: { Binds: ["data:/srv"] }, Volumes: { "/anonymous": {} } });
    const paths = engine.core.view
      .table("files")
      .by("tree", "volume:node1/data")
      .map((row) => row.path);
    expect(paths).toEqual(["/", "/index.html"]);
    engine.run("container.remove", { machine, ref: id, volumes: true });
    expect([...engine.core.view.table("volumes").all()].map((row) => row.name)).toEqual(["data"]);
  });
});

describe("starting", () => {
  it("puts the process with its environment, and tells of it", () => {
    const engine = testEngine();
    const id = engine.start({ ...sleeper, Tty: true, User: "app" }, "web");
    expect(engine.container(id)).toMatchObject({ state: "running", pid: engine.process(id).pid, exitCode: 0 });
    expect(engine.process(id)).toMatchObject({
      argv: ["sleep", "1000"],
      executable: "/bin/sleep",
      user: "1000:1000",
      cwd: "/",
      tty: true,
      env: { HOSTNAME: id.slice(0, 12), TERM: "xterm", HOME: "/home/app" },
    });
    expect(engine.actions().slice(1)).toEqual(["container create", "network connect", "container start"]);
  });

  it.each([
    [["nosuch"], 127, 'exec: "nosuch": executable file not found in $PATH'],
    [["/etc"], 126, 'exec: "/etc": is a directory: permission denied'],
    [["/etc/plain"], 126, 'exec: "/etc/plain": permission denied'],
    [["/bin/nosuch"], 127, 'exec: "/bin/nosuch": stat /bin/nosuch: no such file or directory'],
  ])("leaves the container created when %j cannot run", (Cmd, code, reason) => {
    const engine = testEngine();
    const id = engine.create({ Cmd });
    expect(() => engine.run("container.start", { machine, ref: id })).toThrow(
      `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${reason}`,
    );
    expect(engine.container(id)).toMatchObject({ state: "created", exitCode: code });
    expect(engine.core.view.table("endpoints").size).toBe(0);
  });

  it("refuses a port that is taken, and leaves the container created", () => {
    const engine = testEngine();
    const ports = { HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "4000" }] } } };
    engine.start({ ...sleeper, ...ports }, "w1");
    const second = engine.create({ ...sleeper, ...ports }, "w2");
    expect(() => engine.run("container.start", { machine, ref: "w2" })).toThrow(
      /^failed to set up container networking: driver failed programming external connectivity on endpoint w2 \([0-9a-f]{64}\): Bind for 0.0.0.0:4000 failed: port is already allocated$/,
    );
    expect(engine.container(second).state).toBe("created");
    engine.run("container.remove", { machine, ref: "w1", force: true });
    engine.run("container.start", { machine, ref: "w2" });
    expect(engine.container(second).state).toBe("running");
  });

  it("says nothing has changed when it runs already", () => {
    const engine = testEngine();
    engine.start(sleeper, "web");
    expect(() => engine.run("container.start", { machine, ref: "web" })).toThrow("not modified");
  });

  it("hands out ports from 32768 up when none is asked for", () => {
    const engine = testEngine();
    const any = { HostConfig: { PortBindings: { "80/tcp": [{}], "81/tcp": [{}] } } };
    engine.start({ ...sleeper, ...any });
    engine.start({ ...sleeper, ...any });
    const ports = engine.core.view
      .table("ports")
      .by("machine", machine)
      .map((row) => row.port);
    expect(ports).toEqual([32768, 32769, 32770, 32771]);
  });
});

describe("stopping", () => {
  it("sends SIGTERM, then SIGKILL after the grace", () => {
    const engine = testEngine();
    const id = engine.start(sleeper, "web");
    engine.run("container.stop", { machine, ref: "web" });
    expect(engine.process(id).signals).toEqual([{ number: 1, signal: "SIGTERM" }]);
    engine.pass(9_999);
    expect(engine.process(id).signals).toHaveLength(1);
    engine.pass(1);
    expect(engine.process(id).signals.at(-1)).toEqual({ number: 2, signal: "SIGKILL" });
    engine.exit(id, 137);
    expect(engine.container(id)).toMatchObject({ state: "exited", exitCode: 137, pid: 0 });
    expect(engine.actions().slice(4)).toEqual([
      "container kill",
      "container kill",
      "network disconnect",
      "container stop",
      "container die",
    ]);
    expect(() => engine.run("container.stop", { machine, ref: "web" })).toThrow("not modified");
    expect([...engine.core.view.table("timers").all()].filter((timer) => timer.key === id)).toEqual([]);
  });

  it("removes a container that was run with --rm, its anonymous volumes too", () => {
    const engine = testEngine();
    const id = engine.start({ ...sleeper, Volumes: { "/data": {} }, HostConfig: { AutoRemove: true } });
    engine.exit(id, 4);
    expect(engine.core.view.table("containers").size).toBe(0);
    expect(engine.core.view.table("volumes").size).toBe(0);
    expect(engine.core.view.table("files").by("tree", `etc:${id}/hosts`)).toEqual([]);
  });

  it("starts it again once it has ended, for a restart", () => {
    const engine = testEngine();
    const id = engine.start(sleeper, "web");
    const first = engine.process(id);
    engine.run("container.restart", { machine, ref: "web", timeout: 0 });
    expect(engine.process(id).signals.map((each) => each.signal)).toEqual(["SIGTERM", "SIGKILL"]);
    engine.exit(id, 137);
    expect(engine.container(id)).toMatchObject({ state: "running", exitCode: 0, restartCount: 0 });
    expect(engine.process(id).id).not.toBe(first.id);
    expect(engine.actions().at(-1)).toBe("container restart");
  });

  it.each([
    ["kill of a stopped one", "kill", "cannot kill container: web: container ID is not running"],
    ["pause of a stopped one", "pause", "container ID is not running"],
    ["unpause", "unpause", "Container ID is not paused"],
  ] as const)("refuses %s", (_, verb, message) => {
    const engine = testEngine();
    const id = engine.create(sleeper, "web");
    expect(() => engine.run(`container.${verb}`, { machine, ref: "web" })).toThrow(message.replace("ID", id));
  });

  it("refuses to remove what runs or is paused, unless forced", () => {
    const engine = testEngine();
    engine.start(sleeper, "web");
    expect(() => engine.run("container.remove", { machine, ref: "web" })).toThrow(
      'cannot remove container "web": container is running: stop the container before removing or force remove',
    );
    engine.run("container.pause", { machine, ref: "web" });
    expect(() => engine.run("container.remove", { machine, ref: "web" })).toThrow(
      'cannot remove container "web": container is paused and must be unpaused first',
    );
    engine.run("container.remove", { machine, ref: "web", force: true });
    expect(engine.core.view.table("processes").size).toBe(0);
    expect(engine.actions().slice(-4)).toEqual([
      "container unpause",
      "network disconnect",
      "container die",
      "container destroy",
    ]);
  });
});

describe("restart policies", () => {
  it("wait 100 ms, then twice as long each time, and begin anew after a run of ten seconds", () => {
    const engine = testEngine();
    const id = engine.start({ ...sleeper, HostConfig: { RestartPolicy: { Name: "always" } } });
    const waits: number[] = [];
    for (let n = 0; n < 12; n++) {
      engine.exit(id, 1);
      expect(engine.container(id)).toMatchObject({ state: "restarting", restartCount: n + 1 });
      waits.push((engine.core.nextDue() ?? 0) - engine.core.now);
      engine.pass(waits.at(-1) ?? 0);
      expect(engine.container(id).state).toBe("running");
    }
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000]);
    engine.pass(10_000);
    engine.exit(id, 1);
    expect((engine.core.nextDue() ?? 0) - engine.core.now).toBe(100);
  });

  it.each([
    ["no", 1, "exited"],
    ["on-failure", 0, "exited"],
    ["on-failure", 1, "restarting"],
    ["unless-stopped", 0, "restarting"],
    ["always", 0, "restarting"],
  ])("%s after code %i: %s", (Name, code, state) => {
    const engine = testEngine();
    const id = engine.start({ ...sleeper, HostConfig: { RestartPolicy: { Name } } });
    engine.exit(id, code);
    expect(engine.container(id).state).toBe(state);
  });

  it("give up after the number of tries", () => {
    const engine = testEngine();
    const RestartPolicy = { Name: "on-failure", MaximumRetryCount: 2 };
    const id = engine.start({ ...sleeper, HostConfig: { RestartPolicy } });
    for (let n = 0; n < 3; n++) {
      engine.exit(id, 4);
      engine.pass(1000);
    }
    expect(engine.container(id)).toMatchObject({ state: "exited", restartCount: 2, exitCode: 4 });
  });

  it("leave alone what a user stopped, even while it waits", () => {
    const engine = testEngine();
    const id = engine.start({ ...sleeper, HostConfig: { RestartPolicy: { Name: "always" } } }, "web");
    engine.exit(id, 1);
    engine.run("container.stop", { machine, ref: "web" });
    engine.pass(60_000);
    expect(engine.container(id)).toMatchObject({ state: "exited", exitCode: 1 });
  });
});

describe("a machine that fails", () => {
  const policies = ["no", "on-failure", "unless-stopped", "always"];

  it("brings back what its policy says when the power returns", () => {
    const engine = testEngine();
    const ids = policies.map((Name) => engine.start({ ...sleeper, HostConfig: { RestartPolicy: { Name } } }));
    engine.run("machine.update", { name: machine, power: "off" });
    expect(engine.core.view.table("processes").size).toBe(0);
    engine.run("machine.update", { name: machine, power: "on" });
    expect(ids.map((id) => engine.container(id).state)).toEqual(["exited", "running", "running", "running"]);
    expect(engine.container(ids[0] as string).exitCode).toBe(255);
  });

  it("kills what outlived a crash of the daemon once it is back", () => {
    const engine = testEngine();
    const id = engine.start(sleeper);
    engine.run("machine.update", { name: machine, daemon: "crashed" });
    expect(engine.process(id)).toBeDefined();
    engine.run("machine.update", { name: machine, daemon: "up" });
    expect(engine.container(id)).toMatchObject({ state: "exited", exitCode: 255 });
    expect(engine.core.view.table("processes").size).toBe(0);
  });
});

describe("logs", () => {
  it("keep whole lines, and the rest when the process ends", () => {
    const engine = testEngine();
    const id = engine.start(sleeper);
    const lines = () =>
      engine.core.view
        .table("logs")
        .by("container", id)
        .map((row) => `${row.stream}: ${row.text}`);
    engine.write(id, "one\ntw");
    engine.write(id, "err\n", "stderr");
    engine.write(id, "o\nthr");
    expect(lines()).toEqual(["stdout: one\n", "stderr: err\n", "stdout: two\n"]);
    engine.write(id, "\xc3");
    engine.write(id, "\xa9");
    engine.exit(id, 0);
    expect(lines().at(-1)).toBe("stdout: thré");
  });
});

describe("execs", () => {
  it("run in the container and end with its code", () => {
    const engine = testEngine();
    const id = engine.start(sleeper, "web");
    const exec = engine.run("exec.create", { machine, ref: "web", config: { Cmd: ["sh", "-c", "x"], Env: ["B=2"] } });
    engine.run("exec.start", { machine, id: exec.id });
    expect(engine.process(exec.id)).toMatchObject({
      argv: ["sh", "-c", "x"],
      root: { kind: "container", id },
      env: { B: "2" },
    });
    engine.exit(exec.id, 3);
    expect(engine.core.view.table("execs").get(exec.id)).toMatchObject({ running: false, exitCode: 3 });
    expect(engine.actions().slice(-3)).toEqual([
      "container exec_create: sh -c x",
      "container exec_start: sh -c x",
      "container exec_die",
    ]);
  });

  it("say on their output why they cannot run", () => {
    const engine = testEngine();
    engine.start(sleeper, "web");
    const { id } = engine.run("exec.create", { machine, ref: "web", config: { Cmd: ["nosuch"] } });
    engine.run("exec.start", { machine, id });
    expect(engine.core.view.table("execs").get(id)).toMatchObject({
      running: false,
      exitCode: 127,
      error:
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH',
    });
    expect(engine.events.filter((event) => event.topic === "process.output")).toHaveLength(1);
  });

  it("end with their container", () => {
    const engine = testEngine();
    const id = engine.start(sleeper, "web");
    const exec = engine.run("exec.create", { machine, ref: "web", config: { Cmd: ["sh"] } });
    engine.run("exec.start", { machine, id: exec.id });
    engine.exit(id, 0);
    expect(engine.core.view.table("execs").get(exec.id)).toMatchObject({ running: false, exitCode: 137 });
    expect(engine.core.view.table("processes").size).toBe(0);
  });
});

describe("health checks", () => {
  const Healthcheck = { Test: ["CMD-SHELL", "test -f /ok"], Interval: 500e6, Timeout: 2e9, Retries: 2 };
  const probe = (engine: ReturnType<typeof testEngine>, id: string) =>
    engine.core.view.table("execs").by("container", id)[0]?.id ?? "";

  it("turn unhealthy after the retries, and healthy at the first success", () => {
    const engine = testEngine();
    const id = engine.start({ ...sleeper, Healthcheck });
    const seen: (string | undefined)[] = [engine.container(id).health?.status];
    for (const code of [1, 1, 0]) {
      engine.pass(500);
      engine.exit(probe(engine, id), code);
      seen.push(engine.container(id).health?.status);
    }
    expect(seen).toEqual(["starting", "starting", "unhealthy", "healthy"]);
    expect(engine.container(id).health).toMatchObject({ failingStreak: 0 });
    expect(engine.container(id).health?.log.map((each) => each.exitCode)).toEqual([1, 1, 0]);
    expect(engine.actions().filter((each) => each.includes("health"))).toEqual([
      "container health_status: unhealthy",
      "container health_status: healthy",
    ]);
  });

  it("count a probe that takes too long as failed", () => {
    const engine = testEngine();
    const id = engine.start({ ...sleeper, Healthcheck });
    engine.pass(2500);
    expect(engine.container(id).health?.log).toMatchObject([
      { exitCode: -1, output: "Health check exceeded timeout (2s)" },
    ]);
    expect(engine.core.view.table("processes").size).toBe(1);
  });

  it("stop with the container", () => {
    const engine = testEngine();
    const id = engine.start({ ...sleeper, Healthcheck });
    engine.pass(500);
    engine.exit(id, 0);
    expect([...engine.core.view.table("timers").all()].filter((timer) => timer.key === id)).toEqual([]);
  });
});

describe("a machine that is taken away", () => {
  it("leaves nothing behind", () => {
    const engine = testEngine(2);
    engine.start({ ...sleeper, Volumes: { "/srv": {} } }, "web", "node2");
    engine.run("machine.remove", { name: "node2" });
    const left = [...engine.core.store.dump()].filter(({ row }) => JSON.stringify(row).includes("node2"));
    expect(left.filter(({ table }) => !["meta", "operations"].includes(table))).toEqual([]);
  });
});

describe("a reload", () => {
  /** Failures, restarts, probes and a stop, with the core's rows written out and read in again before each step or not. */
  const play = (reload: boolean) => {
    const engine = testEngine(1, { reload });
    const Healthcheck = { Test: ["CMD", "true"], Interval: 500e6 };
    const flaky = engine.start({ ...sleeper, HostConfig: { RestartPolicy: { Name: "always" } } }, "flaky");
    const steady = engine.start({ ...sleeper, Healthcheck, Volumes: { "/srv": {} } });
    for (let n = 0; n < 3; n++) {
      engine.write(steady, `line ${n}\nrest`);
      engine.exit(flaky, 1);
      engine.pass(700);
      const probe = engine.core.view.table("execs").by("container", steady)[0];
      if (probe) engine.exit(probe.id, n % 2);
    }
    engine.run("container.stop", { machine, ref: "flaky", timeout: 1 });
    engine.pass(1000);
    engine.exit(flaky, 137);
    // Sequence numbers count differently after a reload; the order they stand for is the order of this list.
    return [...engine.core.store.dump()].map(({ table, row }) => ({ table, ...row, sequence: 0 }));
  };

  it("between any two steps changes nothing", () => {
    expect(play(true)).toEqual(play(false));
  });
});
