import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { emptyCatalog } from "../../../core/engine/catalog";
import { DockerError } from "../../../core/errors";
import { testCluster } from "../../../core/swarm/testing";
import type { Backend } from "../../backend";
import { configRoutes } from "../config/routes";
import { nodeRoutes } from "../node/routes";
import { secretRoutes } from "../secret/routes";
import { serviceRoutes } from "../service/routes";
import { taskRoutes } from "../task/routes";
import { swarmRoutes } from "./routes";

const STATUS: Record<string, number> = {
  notFound: 404,
  invalidParameter: 400,
  conflict: 409,
  unavailable: 503,
  forbidden: 403,
  notImplemented: 501,
  system: 500,
  unauthorized: 401,
};

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
type Answer = Record<string, any>;

function server(machines = 1) {
  const cluster = testCluster(machines);
  const apis = Array.from({ length: machines }, (_, n) => {
    const backend: Backend = {
      machine: `node${n + 1}`,
      view: cluster.core.view,
      catalog: emptyCatalog(),
      now: () => cluster.core.now,
      dispatch: cluster.run,
      subscribe: () => () => undefined,
      blobs: { get: () => undefined, put: () => "" },
      stdin: () => undefined,
      resize: () => undefined,
      sleep: async (millis) => cluster.pass(millis),
      hold: () => () => undefined,
    };
    const app = new Hono();
    for (const routes of [swarmRoutes, nodeRoutes, serviceRoutes, taskRoutes, secretRoutes, configRoutes])
      app.route("/", routes(backend));
    app.onError((error, c) => {
      if (error instanceof DockerError) return c.json({ message: error.message }, (STATUS[error.kind] ?? 500) as 400);
      throw error;
    });
    return app;
  });
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    machine = 1,
  ): Promise<{ status: number; body: Answer }> => {
    const response = await (apis[machine - 1] as Hono).request(path, {
      method,
      ...(body !== undefined && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };
  return { cluster, call };
}

const web = {
  Name: "web",
  Labels: {},
  TaskTemplate: {
    ContainerSpec: { Image: "busybox:latest", Args: ["sleep", "9"], Init: false, DNSConfig: {} },
    Resources: { Limits: {}, Reservations: {} },
    ForceUpdate: 0,
  },
  Mode: { Replicated: { Replicas: 2 } },
  EndpointSpec: {
    Mode: "vip",
    Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 8080, PublishMode: "ingress" }],
  },
};

async function swarm(machines = 1) {
  const api = server(machines);
  await api.call("POST", "/swarm/init", {
    AdvertiseAddr: "",
    Spec: { Orchestration: {}, Raft: {}, Dispatcher: {}, CAConfig: {} },
  });
  return api;
}

describe("outside of a swarm", () => {
  it("refuses as Docker does", async () => {
    const { call } = server();
    const text =
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
    for (const path of ["/swarm", "/nodes", "/services", "/tasks", "/secrets", "/configs"])
      expect(await call("GET", path)).toEqual({ status: 503, body: { message: text } });
    expect(await call("POST", "/swarm/leave")).toEqual({
      status: 503,
      body: { message: "This node is not part of a swarm" },
    });
  });
});

describe("a swarm", () => {
  it("answers init with the node's id and shows itself with Docker's defaults", async () => {
    const { call } = await swarm();
    const { body } = await call("GET", "/swarm");
    expect(body.JoinTokens.Worker).toMatch(/^SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}$/);
    expect(body.Spec).toEqual({
      Name: "default",
      Labels: {},
      Orchestration: { TaskHistoryRetentionLimit: 5 },
      Raft: {
        SnapshotInterval: 10000,
        KeepOldSnapshots: 0,
        LogEntriesForSlowFollowers: 500,
        ElectionTick: 10,
        HeartbeatTick: 1,
      },
      Dispatcher: { HeartbeatPeriod: 5000000000 },
      CAConfig: { NodeCertExpiry: 7776000000000000 },
      TaskDefaults: {},
      EncryptionConfig: { AutoLockManagers: false },
    });
    const nodes = (await call("GET", "/nodes")).body as unknown as Answer[];
    expect(nodes[0]).toMatchObject({
      Spec: { Role: "manager", Availability: "active" },
      Status: { State: "ready", Addr: "192.168.99.101" },
      ManagerStatus: { Leader: true, Reachability: "reachable", Addr: "192.168.99.101:2377" },
    });
  });

  it("lets machines in by token only", async () => {
    const { call } = await swarm(2);
    const { JoinTokens } = (await call("GET", "/swarm")).body as Answer;
    const join = (token: string) =>
      call("POST", "/swarm/join", { RemoteAddrs: ["192.168.99.101:2377"], JoinToken: token }, 2);
    expect((await join("SWMTKN-1-bad")).body).toEqual({ message: "invalid join token" });
    expect(await join(`${JoinTokens.Worker.slice(0, -25)}${"0".repeat(25)}`)).toEqual({
      status: 400,
      body: {
        message: "rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster",
      },
    });
    expect((await join(JoinTokens.Worker)).status).toBe(200);
    expect((await call("GET", "/nodes", undefined, 2)).body.message).toContain("Worker nodes can't be used");
    expect(((await call("GET", "/nodes")).body as unknown as Answer[]).map((node) => node.Status.State)).toEqual([
      "ready",
      "ready",
    ]);
  });

  it("tells a join that finds no manager so after twenty seconds, and goes on trying", async () => {
    const { call } = await swarm(2);
    const { JoinTokens } = (await call("GET", "/swarm")).body as Answer;
    const { status, body } = await call(
      "POST",
      "/swarm/join",
      { RemoteAddrs: ["192.168.99.109:2377"], JoinToken: JoinTokens.Worker },
      2,
    );
    expect([status, body.message.slice(0, 42)]).toEqual([503, "Timeout was reached before node joined. Th"]);
  });
});

describe("services", () => {
  it("are given back as the daemon writes them", async () => {
    const { call } = await swarm();
    const { status, body } = await call("POST", "/services/create", web);
    expect([status, body.Warnings]).toEqual([201, null]);
    const service = (await call("GET", "/services/web")).body;
    expect(JSON.stringify(service.Spec)).toBe(
      JSON.stringify({
        ...web,
        TaskTemplate: {
          ContainerSpec: { ...web.TaskTemplate.ContainerSpec, Isolation: "default" },
          Resources: web.TaskTemplate.Resources,
          ForceUpdate: 0,
          Runtime: "container",
        },
      }),
    );
    expect(service.Endpoint.VirtualIPs).toEqual([
      { NetworkID: expect.stringMatching(/^[0-9a-z]{25}$/), Addr: "10.0.0.3/24" },
    ]);
    const filled = (await call("GET", "/services/web?insertDefaults=true")).body.Spec;
    expect(filled.UpdateConfig).toEqual({
      Parallelism: 1,
      FailureAction: "pause",
      Monitor: 5e9,
      MaxFailureRatio: 0,
      Order: "stop-first",
    });
    expect(filled.TaskTemplate.RestartPolicy).toEqual({ Condition: "any", Delay: 5e9, MaxAttempts: 0 });
  });

  it("count their tasks", async () => {
    const { call, cluster } = await swarm();
    await call("POST", "/services/create", web);
    cluster.pass(3000);
    const [service] = (await call("GET", "/services?status=true")).body as unknown as Answer[];
    expect(service?.ServiceStatus).toEqual({ RunningTasks: 2, DesiredTasks: 2, CompletedTasks: 0 });
    const filters = encodeURIComponent(JSON.stringify({ service: { web: true }, "_up-to-date": { true: true } }));
    const tasks = (await call("GET", `/tasks?filters=${filters}`)).body as unknown as Answer[];
    expect(tasks.map((task) => [task.Slot, task.Status.State, task.DesiredState, task.Status.Message]).sort()).toEqual([
      [1, "running", "running", "started"],
      [2, "running", "running", "started"],
    ]);
  });

  const change = (fields: object, container: object = {}) => ({
    ...web,
    Name: "other",
    ...fields,
    TaskTemplate: { ...web.TaskTemplate, ContainerSpec: { ...web.TaskTemplate.ContainerSpec, ...container } },
  });
  const invalid = (text: string) => [400, `rpc error: code = InvalidArgument desc = ${text}`] as const;
  const none = { EndpointSpec: { Mode: "vip" } };

  it.each([
    [{ ...web }, ...invalid("port '8080' is already in use by service 'web' (ID) as an ingress port")],
    [
      { ...web, EndpointSpec: undefined },
      409,
      "rpc error: code = AlreadyExists desc = name conflicts with an existing object: service web already exists",
    ],
    [change({ ...none, Name: "bad name" }), ...invalid("name must be valid as a DNS name component")],
    [change({ ...none, Name: "x".repeat(64) }), ...invalid("name must be 63 characters or fewer")],
    [change(none, { Image: "Busybox" }), ...invalid('ContainerSpec: "Busybox" is not a valid repository/tag')],
    [change(none, { Image: "" }), ...invalid("ContainerSpec: image reference must be provided")],
    [
      change(none, { Hostname: "{{.Nosuch}}" }),
      ...invalid(
        'expanding hostname failed: template: expansion:1:2: executing "expansion" at <.Nosuch>: can\'t evaluate field Nosuch in type *template.Context',
      ),
    ],
    [
      change({ EndpointSpec: { Mode: "dnsrr", Ports: [{ TargetPort: 80, PublishedPort: 80 }] } }),
      ...invalid("EndpointSpec: port published with ingress mode can't be used with dnsrr mode"),
    ],
    [
      change({
        EndpointSpec: {
          Ports: [
            { TargetPort: 80, PublishedPort: 90 },
            { TargetPort: 81, PublishedPort: 90 },
          ],
        },
      }),
      ...invalid("EndpointSpec: duplicate published ports provided"),
    ],
    [change({ ...none, UpdateConfig: { Order: "sideways" } }), 400, "unrecognized update order sideways"],
    [change({ ...none, Mode: { Global: {}, Replicated: {} } }), 400, "must specify only one service mode"],
    [
      change(none, { Secrets: [{ SecretID: "nosuch", SecretName: "a", File: { Name: "a" } }] }),
      ...invalid("secret not found: a"),
    ],
    [
      { ...change(none), TaskTemplate: { ...web.TaskTemplate, Resources: { Reservations: { MemoryBytes: 1024 } } } },
      ...invalid("invalid memory value 1024: Must be at least 4MiB"),
    ],
    [
      { ...change(none), TaskTemplate: { ...web.TaskTemplate, Resources: { Limits: { NanoCPUs: 100000 } } } },
      ...invalid("invalid cpu value 0.0001: Must be at least 0.001"),
    ],
    [
      { ...change(none), TaskTemplate: { ...web.TaskTemplate, RestartPolicy: { Condition: "never" } } },
      400,
      'invalid RestartCondition: "never"',
    ],
    [
      { ...change(none), TaskTemplate: { ...web.TaskTemplate, Networks: [{ Target: "nosuch" }] } },
      404,
      "network nosuch not found",
    ],
    [
      { ...change(none), TaskTemplate: { ...web.TaskTemplate, Placement: { Constraints: ["nonsense"] } } },
      500,
      "rpc error: code = Unknown desc = constraint expected one operator from ==, !=",
    ],
  ])("refuse %#", async (spec, status, message) => {
    const { call } = await swarm();
    const { body } = await call("POST", "/services/create", web);
    const answer = await call("POST", "/services/create", spec);
    expect([answer.status, answer.body.message?.replace(body.ID, "ID")]).toEqual([status, message]);
  });
});

describe("updates", () => {
  it.each([
    ["bogus", 500, "unsupported registryAuthFrom value"],
    ["previous-spec", 500, "service does not have a previous spec"],
    ["spec", 200, undefined],
  ])("take credentials from %s", async (from, status, message) => {
    const { call } = await swarm();
    const { body } = await call("POST", "/services/create", web);
    const { Version, Spec } = (await call("GET", `/services/${body.ID}`)).body;
    const path = `/services/${body.ID}/update?version=${Version.Index}&registryAuthFrom=${from}`;
    const answer = await call("POST", path, Spec);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
  });
});

describe("secrets and configs", () => {
  it("keep secret data to themselves and guard what is used", async () => {
    const { call } = await swarm();
    const { body } = await call("POST", "/secrets/create", { Name: "sec", Data: "cw==" });
    await call("POST", "/configs/create", { Name: "cfg", Data: "Yw==" });
    expect((await call("GET", "/secrets/sec")).body.Spec).toEqual({ Name: "sec", Labels: {} });
    expect((await call("GET", "/configs/cfg")).body.Spec).toEqual({ Name: "cfg", Labels: {}, Data: "Yw==" });
    const secrets = [{ SecretID: body.ID, SecretName: "sec", File: { Name: "sec" } }];
    await call("POST", "/services/create", {
      ...web,
      TaskTemplate: { ContainerSpec: { Image: "busybox", Secrets: secrets } },
    });
    expect((await call("DELETE", "/secrets/sec")).body.message).toBe(
      "rpc error: code = InvalidArgument desc = secret 'sec' is in use by the following service: web",
    );
    expect((await call("POST", "/secrets/create", { Name: "sec", Data: "cw==" })).status).toBe(409);
  });
});
