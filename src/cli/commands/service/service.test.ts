import { describe, expect, it } from "vitest";
import { type Answer, docker, NOW } from "../../testing";

const ID = "svc1id0000000000000000000";
const NODE = "node1id000000000000000000";
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const node = { ID: NODE, Spec: {}, Description: { Hostname: "node1" }, Status: { State: "ready" } };

function service(more: object = {}, spec: object = {}) {
  return {
    ID,
    Version: { Index: 5 },
    Spec: {
      Name: "web",
      Labels: {},
      TaskTemplate: { ContainerSpec: { Image: "busybox:latest@sha256:aa", Env: ["A=1"] }, ForceUpdate: 0 },
      Mode: { Replicated: { Replicas: 2 } },
      EndpointSpec: { Mode: "vip" },
      ...spec,
    },
    ...more,
  };
}

function task(slot: number, state: string, more: object = {}) {
  return {
    ID: `task${slot}${state}000000000000000`,
    ServiceID: ID,
    Slot: slot,
    NodeID: NODE,
    CreatedAt: ago(60),
    DesiredState: "running",
    Spec: { ContainerSpec: { Image: `busybox:latest@sha256:${"a".repeat(64)}` } },
    Status: { State: state, Timestamp: ago(5) },
    ...more,
  };
}

/** One answer after the other; the last one stays. */
function sequence(...all: unknown[]): () => Answer {
  return () => ({ json: all.length > 1 ? all.shift() : all[0] });
}

const upToDate = (name: string) => `GET /tasks?filters={"_up-to-date":{"true":true},"service":{"${name}":true}}`;
const times = (text: string, count: number) => `${text}\n`.repeat(count);
const WAITING = [5, 4, 3, 2, 1].map((n) => `verify: Waiting ${n} seconds to verify that tasks are stable...`);

describe("waiting for a service", () => {
  const create = {
    "GET /distribution/busybox:latest/json": { status: 403, json: { message: "denied" } },
    "POST /services/create": { json: { ID } },
    "GET /nodes": { json: [node] },
  };

  it("shows the tasks until they run, then watches them for five seconds", async () => {
    const { stdout, stderr, code } = await docker(["service", "create", "--replicas", "2", "busybox"], {
      answers: {
        ...create,
        [`GET /services/${ID}?insertDefaults=false`]: { json: service() },
        [upToDate(ID)]: sequence(
          [],
          [task(1, "running"), task(2, "pending", { Status: { State: "pending", Err: "no suitable node" } })],
          [task(1, "running"), task(2, "running")],
        ),
      },
    });
    expect(code).toBe(0);
    expect(stderr).toBe(`image busybox:latest could not be accessed on a registry to record
its digest. Each node will access busybox:latest independently,
possibly leading to different nodes running different
versions of the image.

`);
    expect(stdout).toBe(
      `${ID}\noverall progress: 0 out of 2 tasks\n1/2:  \n2/2:  \noverall progress: 0 out of 2 tasks\n2/2: no suitable node\noverall progress: 1 out of 2 tasks\noverall progress: 2 out of 2 tasks\n${WAITING.map((line) => times(line, 5)).join("")}verify: Service ${ID} converged\n`,
    );
  });

  it("tells when a task breaks while it is watched", async () => {
    const running = [task(1, "running"), task(2, "running")];
    const { stdout } = await docker(["service", "create", "--no-resolve-image", "busybox"], {
      answers: {
        ...create,
        [`GET /services/${ID}?insertDefaults=false`]: { json: service() },
        [upToDate(ID)]: sequence(running, [task(1, "running"), task(2, "failed")], running),
      },
    });
    expect(stdout).toContain(
      "overall progress: 1 out of 2 tasks\nverify: Detected task failure\noverall progress: 2 out of 2",
    );
  });

  it("fails when the update is paused", async () => {
    const paused = { UpdateStatus: { State: "paused", Message: "update paused due to failure" } };
    const result = await docker(["service", "update", "--force", "web"], {
      answers: {
        "GET /services/web?insertDefaults=false": sequence(service(), service(paused)),
        [`POST /services/${ID}/update?registryAuthFrom=spec&version=5`]: { json: { Warnings: null } },
      },
    });
    expect(result).toMatchObject({
      stdout: "web\n",
      stderr: "service update paused: update paused due to failure\n",
      code: 1,
    });
  });

  it("ends at once for a job that is done", async () => {
    const job = service(
      { JobStatus: { JobIteration: { Index: 4 } } },
      { Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } } },
    );
    const done = task(0, "complete", { DesiredState: "complete", JobIteration: { Index: 4 } });
    const { stdout } = await docker(
      ["service", "create", "--no-resolve-image", "--mode", "replicated-job", "busybox"],
      {
        answers: {
          ...create,
          [`GET /services/${ID}?insertDefaults=false`]: { json: job },
          [upToDate(ID)]: { json: [done] },
        },
      },
    );
    expect(stdout).toBe(
      `${ID}\nactive tasks: 0 out of 1 tasks\n1/1:  \nactive tasks: 0 out of 0 tasks\njob complete\n`,
    );
  });
});

describe("service scale", () => {
  it.each([
    [
      ["web"],
      "invalid scale specifier 'web'.\nSee 'docker service scale --help'.\n\nUsage:  docker service scale SERVICE=REPLICAS [SERVICE=REPLICAS...]\n\nScale one or multiple replicated services\n",
    ],
    [["web=x"], 'web: invalid replicas value x: strconv.ParseUint: parsing "x": invalid syntax\n'],
    [["glob=2"], "glob: scale can only be used with replicated or replicated-job mode\n"],
    [["no=1"], "no: Error response from daemon: service no not found\n"],
  ])("%j fails", async (args, stderr) => {
    const answers = {
      "GET /services/glob?insertDefaults=false": { json: service({}, { Mode: { Global: {} } }) },
      "GET /services/no?insertDefaults=false": { status: 404, json: { message: "service no not found" } },
    };
    expect(await docker(["service", "scale", "-d", ...args], { answers })).toMatchObject({
      stdout: "",
      stderr,
      code: 1,
    });
  });

  it("sends the whole specification with another number", async () => {
    const key = `POST /services/${ID}/update?version=5`;
    const answers = { "GET /services/web?insertDefaults=false": { json: service() }, [key]: { json: {} } };
    const result = await docker(["service", "scale", "-d", "web=7"], { answers });
    expect(result.stdout).toBe("web scaled to 7\n");
    expect(result.bodies[key]).toEqual(service({}, { Mode: { Replicated: { Replicas: 7 } } }).Spec);
  });
});

describe("service update", () => {
  const key = `POST /services/${ID}/update?registryAuthFrom=spec&version=5`;
  const answers = { "GET /services/web?insertDefaults=false": { json: service() }, [key]: { json: {} } };
  const container = (result: { bodies: Record<string, unknown> }) =>
    (result.bodies[key] as ReturnType<typeof service>["Spec"]).TaskTemplate.ContainerSpec;

  it.each([
    [["--env-add", "B=2", "--env-rm", "A"], { Env: ["B=2"] }],
    [["--args", "sh -c 'a b'"], { Args: ["sh", "-c", "a b"] }],
    [
      ["--cap-add", "net_admin", "--cap-drop", "CAP_CHOWN"],
      { CapabilityAdd: ["CAP_NET_ADMIN"], CapabilityDrop: ["CAP_CHOWN"] },
    ],
    [["--host-add", "db:10.0.0.1"], { Hosts: ["10.0.0.1 db"] }],
    [["--mount-add", "type=volume,src=v,dst=/v"], { Mounts: [{ Type: "volume", Source: "v", Target: "/v" }] }],
    [["--no-healthcheck"], { Healthcheck: { Test: ["NONE"] } }],
  ])("%j", async (flags, expected) => {
    expect(container(await docker(["service", "update", "-d", ...flags, "web"], { answers }))).toMatchObject(expected);
  });

  it("does not roll back and change at once", async () => {
    const result = await docker(["service", "update", "--rollback", "--replicas", "2", "web"], { answers });
    expect(result).toMatchObject({ stderr: "other flags may not be combined with --rollback\n", code: 1 });
  });
});

describe("service create", () => {
  it("sends what the flags say", async () => {
    const flags = [
      "--name",
      "web",
      "--replicas",
      "2",
      "-p",
      "8080:80",
      "--network",
      "ov",
      "--env",
      "A=1",
      "--limit-memory",
      "64m",
    ];
    const result = await docker(
      ["service", "create", "-d", "--no-resolve-image", ...flags, "busybox", "sh", "-c", "x"],
      {
        answers: {
          "GET /networks/ov?scope=swarm": { json: { Id: "net1" } },
          "POST /services/create": { json: { ID } },
        },
      },
    );
    expect(result.stdout).toBe(`${ID}\n`);
    expect(result.bodies["POST /services/create"]).toEqual({
      Name: "web",
      Labels: {},
      TaskTemplate: {
        ContainerSpec: { Image: "busybox:latest", Args: ["sh", "-c", "x"], Env: ["A=1"], Init: false, DNSConfig: {} },
        Resources: { Limits: { MemoryBytes: 67108864 }, Reservations: {} },
        Placement: {},
        Networks: [{ Target: "net1" }],
        ForceUpdate: 0,
      },
      Mode: { Replicated: { Replicas: 2 } },
      EndpointSpec: {
        Mode: "vip",
        Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 8080, PublishMode: "ingress" }],
      },
    });
  });

  it.each([
    [["--mode", "x"], 1, "Unknown mode: x, only replicated and global supported\n"],
    [["--mode", "global", "--replicas", "2"], 1, "replicas can only be used with replicated or replicated-job mode\n"],
    [["-p", "published=80"], 125, "missing mandatory field 'target'"],
    [["-p", "99999:80"], 125, "invalid hostPort: 99999"],
    [["-p", "127.0.0.1:80:80"], 125, "hostip is not supported"],
    [["--secret", "source=a,mode=9x"], 125, 'invalid mode specified: strconv.ParseUint: parsing "9x": invalid syntax'],
  ])("%j", async (flags, code, text) => {
    const result = await docker(["service", "create", ...flags, "busybox"]);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(text);
  });
});

describe("service ps", () => {
  it("puts earlier tasks of a slot below the newest, and names who is missing", async () => {
    const failed = task(1, "failed", {
      ID: "oldtask00000000000000000",
      CreatedAt: ago(600),
      DesiredState: "shutdown",
      Status: { State: "failed", Timestamp: ago(61), Err: "task: non-zero exit (3) and much more" },
    });
    const result = await docker(["service", "ps", "web", "no"], {
      answers: {
        'GET /services?filters={"id":{"no":true,"web":true}}': { json: [] },
        'GET /services?filters={"name":{"no":true,"web":true}}': { json: [service()] },
        [`GET /tasks?filters={"service":{"${ID}":true}}`]: {
          json: [failed, task(10, "running"), task(2, "running"), task(1, "running")],
        },
        [`GET /services/${ID}?insertDefaults=false`]: { json: service() },
        [`GET /nodes/${NODE}`]: { json: node },
      },
    });
    expect(
      result.stdout,
    ).toBe(`ID             NAME        IMAGE            NODE      DESIRED STATE   CURRENT STATE               ERROR                              PORTS
task1running   web.1       busybox:latest   node1     Running         Running 5 seconds ago                                          
oldtask00000    \\_ web.1   busybox:latest   node1     Shutdown        Failed about a minute ago   "task: non-zero exit (3) and m…"   
task2running   web.2       busybox:latest   node1     Running         Running 5 seconds ago                                          
task10runnin   web.10      busybox:latest   node1     Running         Running 5 seconds ago                                          
`);
    expect(result).toMatchObject({ stderr: "no such service: no\n", code: 1 });
  });
});

describe("service logs", () => {
  const frame = (stream: number, text: string) => {
    const body = new TextEncoder().encode(text);
    return [stream, 0, 0, 0, 0, 0, body.length >> 8, body.length & 255, ...body];
  };
  const context = (slot: number) =>
    `com.docker.swarm.node.id=${NODE},com.docker.swarm.service.id=${ID},com.docker.swarm.task.id=t${slot}`;
  const answers = {
    "GET /services/web?insertDefaults=false": { json: service({}, { Mode: { Replicated: { Replicas: 10 } } }) },
    "GET /services/web/logs?details=1&stderr=1&stdout=1&tail=all": {
      body: new Uint8Array([
        ...frame(1, `${context(1)} hello there\n`),
        ...frame(2, `${context(10)} oo`),
        ...frame(2, "ps\n"),
      ]),
    },
    [`GET /services/${ID}?insertDefaults=false`]: { json: service() },
    [`GET /nodes/${NODE}`]: { json: node },
    "GET /tasks/t1": { json: { ...task(1, "running"), ID: "task1id00000000000000000" } },
    "GET /tasks/t10": { json: { ...task(10, "running"), ID: "task10id0000000000000000" } },
  };

  it("puts task and node before each line, aligned, each stream to its own", async () => {
    expect(await docker(["service", "logs", "web"], { answers })).toMatchObject({
      stdout: "web.1.task1id00000@node1     | hello there\n",
      stderr: "web.10.task10id0000@node1    | oops\n",
      code: 0,
    });
  });

  it("knows neither such a task nor such a service", async () => {
    expect((await docker(["service", "logs", "no"])).stderr).toBe("no such task or service: no\n");
  });
});

describe("service inspect --pretty", () => {
  it("prints what there is", async () => {
    const full = service(
      {
        UpdateStatus: { State: "completed", StartedAt: ago(20), CompletedAt: ago(0), Message: "update completed" },
        Endpoint: { Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 4000, PublishMode: "ingress" }] },
      },
      {
        Labels: { k: "v" },
        TaskTemplate: {
          ContainerSpec: {
            Image: "busybox",
            Args: ["sh", "-c"],
            Init: false,
            Mounts: [{ Type: "volume", Source: "v", Target: "/v" }],
          },
          Resources: { Limits: { NanoCPUs: 5e8, MemoryBytes: 52428800 }, Reservations: {} },
          Placement: { Constraints: ["node.role==manager"] },
          Networks: [{ Target: "n1" }],
        },
        UpdateConfig: {
          Parallelism: 1,
          Delay: 1e10,
          FailureAction: "pause",
          Monitor: 5e9,
          MaxFailureRatio: 0.5,
          Order: "stop-first",
        },
      },
    );
    const { stdout } = await docker(["service", "inspect", "--pretty", "web"], {
      answers: {
        "GET /services/web?insertDefaults=true": { json: full },
        "GET /networks/n1?scope=swarm": { json: { Name: "net" } },
      },
    });
    expect(stdout).toBe(`
ID:\t\t${ID}
Name:\t\tweb
Labels:
 k=v
Service Mode:\tReplicated
 Replicas:\t2
UpdateStatus:
 State:\t\tcompleted
 Started:\t20 seconds ago
 Completed:\tLess than a second ago
 Message:\tupdate completed
Placement:
 Constraints:\t[node.role==manager]
UpdateConfig:
 Parallelism:\t1
 Delay:\t\t10s
 On failure:\tpause
 Monitoring Period: 5s
 Max failure ratio: 0.5
 Update order:      stop-first
ContainerSpec:
 Image:\t\tbusybox
 Args:\t\tsh -c 
 Init:\t\tfalse
Mounts:
 Target:\t/v
  Source:\tv
  ReadOnly:\tfalse
  Type:\t\tvolume
Resources:
 Limits:
  CPU:\t\t0.5
  Memory:\t50MiB
Networks: net 
Endpoint Mode:\tvip
Ports:
 PublishedPort = 4000
  Protocol = tcp
  TargetPort = 80
  PublishMode = ingress 

`);
  });
});
