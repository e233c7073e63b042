import { describe, expect, it } from "vitest";
import type { TaskRow } from "./manager/tables";
import type { ServiceSpec } from "./spec";
import { type TestCluster, testCluster } from "./testing";
import { serviceStatus } from "./view";

const replicas = (count: number) => ({ Mode: { Replicated: { Replicas: count } } });
const scale = (count: number) => (spec: ServiceSpec) => ({ ...spec, ...replicas(count) });
const setEnv = (value: string) => (spec: ServiceSpec) => ({
  ...spec,
  TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Env: [value] } },
});

const tasks = (cluster: TestCluster): TaskRow[] => [...cluster.core.view.table("tasks").all()];
const live = (cluster: TestCluster) =>
  tasks(cluster).filter((task) => task.desiredState === "running" && task.status.state === "running");
const history = (cluster: TestCluster) =>
  tasks(cluster).map((task) =>
    `${task.slot} ${task.desiredState} ${task.status.state} ${task.status.err ?? ""}`.trim(),
  );
const service = (cluster: TestCluster) => [...cluster.core.view.table("services").all()][0];
const containerOf = (task: TaskRow | undefined) => task?.status.container?.id ?? "";

function started(spec: Partial<ServiceSpec> = {}, machines = 1): TestCluster {
  const cluster = testCluster(machines);
  cluster.init();
  cluster.pass(1000);
  join(cluster, machines);
  cluster.create({ Name: "web", ...replicas(3), ...spec });
  cluster.pass(3000);
  return cluster;
}

function join(cluster: TestCluster, machines: number): void {
  for (let n = 2; n <= machines; n++) cluster.join(`node${n}`);
  cluster.pass(1000);
}

describe("a service that asks for more tasks than there is room for", () => {
  it("gets what there is, with a warning, and no more of them later", () => {
    const cluster = testCluster(1, { mostTasks: 20 });
    cluster.init();
    cluster.pass(1000);
    const spec = { Name: "huge", TaskTemplate: { ContainerSpec: { Image: "alpine" } }, ...replicas(1_000_000) };
    const { warnings } = cluster.run("service.create", { machine: "node1", spec });
    cluster.pass(60_000);
    expect(warnings).toEqual(["this simulation holds 20 tasks: the service will get no more"]);
    expect([tasks(cluster).length, live(cluster).length]).toEqual([20, 20]);
  });
});

describe("a replicated service", () => {
  it("brings every replica through its states to running", () => {
    const cluster = testCluster();
    cluster.init();
    cluster.create({ Name: "web", ...replicas(1) });
    const seen = new Set<string>();
    for (let n = 0; n < 2000; n += 10) {
      for (const task of tasks(cluster)) seen.add(task.status.state);
      cluster.pass(10);
    }
    expect(history(cluster)).toEqual(["1 running running"]);
    expect(
      [...seen].filter(
        (state) => !["pending", "assigned", "accepted", "preparing", "ready", "starting", "running"].includes(state),
      ),
    ).toEqual([]);
    expect([...seen].slice(0, 2)).toEqual(["pending", "assigned"]);
  });

  it("keeps the old tasks when it grows and when it shrinks", () => {
    const cluster = started();
    const before = live(cluster).map((task) => task.id);
    cluster.update("web", scale(5));
    cluster.pass(3000);
    expect(live(cluster)).toHaveLength(5);
    expect(
      live(cluster)
        .slice(0, 3)
        .map((task) => task.id),
    ).toEqual(before);
    cluster.update("web", scale(2));
    cluster.pass(15_000);
    expect(live(cluster).map((task) => task.id)).toEqual(before.slice(0, 2));
    expect(tasks(cluster)).toHaveLength(2);
  });

  it("restarts nothing when the same spec is deployed again", () => {
    const cluster = started();
    const before = tasks(cluster).map((task) => task.id);
    cluster.update("web", (spec) => ({ ...spec, Labels: { again: "1" } }));
    cluster.pass(20_000);
    expect(tasks(cluster).map((task) => task.id)).toEqual(before);
    expect(service(cluster)?.updateStatus).toBeUndefined();
  });

  it("replaces a failed task after five seconds in the same slot", () => {
    const cluster = started(replicas(1));
    cluster.run("test.exit", { container: containerOf(live(cluster)[0]), code: 3 });
    cluster.pass(4000);
    expect(history(cluster)).toEqual(["1 shutdown failed task: non-zero exit (3)", "1 ready ready"]);
    cluster.pass(2000);
    expect(history(cluster)).toEqual(["1 shutdown failed task: non-zero exit (3)", "1 running running"]);
  });

  it("lets a finished task rest when only failures are restarted", () => {
    const cluster = started({ ...replicas(1), TaskTemplate: { RestartPolicy: { Condition: "on-failure" } } });
    cluster.run("test.exit", { container: containerOf(live(cluster)[0]), code: 0 });
    cluster.pass(30_000);
    expect(history(cluster)).toEqual(["1 shutdown complete"]);
  });

  it("gives up after the attempts it was given", () => {
    const cluster = started({ ...replicas(1), TaskTemplate: { RestartPolicy: { MaxAttempts: 2, Delay: 5e8 } } });
    for (let n = 0; n < 5; n++) {
      const [task] = live(cluster);
      if (task) cluster.run("test.exit", { container: containerOf(task), code: 9 });
      cluster.pass(5000);
    }
    expect(history(cluster)).toEqual(Array(3).fill("1 shutdown failed task: non-zero exit (9)"));
  });

  it("keeps five tasks of a slot", () => {
    const cluster = started({ ...replicas(1), TaskTemplate: { RestartPolicy: { Delay: 1e8 } } });
    for (let n = 0; n < 8; n++) {
      cluster.run("test.exit", { container: containerOf(live(cluster)[0]), code: 1 });
      cluster.pass(3000);
    }
    expect(tasks(cluster)).toHaveLength(5);
    expect(cluster.core.view.table("containers").size).toBe(5);
  });

  it("rejects an image that is nowhere and tries again", () => {
    const cluster = testCluster();
    cluster.init();
    cluster.create({ Name: "web", ...replicas(1) }, "nosuchimage:1");
    cluster.pass(3000);
    expect(history(cluster)).toEqual([
      "1 shutdown rejected No such image: nosuchimage:1",
      "1 ready rejected No such image: nosuchimage:1",
    ]);
    cluster.pass(4000);
    expect(history(cluster).slice(0, 2)).toEqual(Array(2).fill("1 shutdown rejected No such image: nosuchimage:1"));
  });

  it("runs only once its health check has passed", () => {
    const cluster = started({
      ...replicas(1),
      TaskTemplate: { ContainerSpec: { Healthcheck: { Test: ["CMD", "true"] } } },
    });
    expect(history(cluster)).toEqual(["1 running starting"]);
  });
});

describe("an update", () => {
  it("replaces one task after the other and is complete after its monitor", () => {
    const cluster = started();
    cluster.update("web", setEnv("A=1"));
    expect(service(cluster)?.updateStatus).toMatchObject({ state: "updating", message: "update in progress" });
    let least = 3;
    for (let n = 0; n < 8; n++) {
      cluster.pass(250);
      least = Math.min(least, live(cluster).length);
    }
    expect(least).toBe(2);
    cluster.pass(12_000);
    expect(service(cluster)?.updateStatus).toMatchObject({ state: "completed", message: "update completed" });
    expect(live(cluster).map((task) => task.spec.ContainerSpec?.Env)).toEqual([["A=1"], ["A=1"], ["A=1"]]);
    expect(history(cluster).filter((line) => line.includes("shutdown shutdown"))).toHaveLength(3);
  });

  it("starts the new task first when told so", () => {
    const cluster = started({ UpdateConfig: { Parallelism: 1, Order: "start-first" } });
    cluster.update("web", setEnv("A=1"));
    for (let n = 0; n < 40; n++) {
      cluster.pass(250);
      expect(serviceStatus(cluster.core.view, service(cluster)?.id ?? "").running).toBeGreaterThanOrEqual(3);
    }
    expect(service(cluster)?.updateStatus?.state).toBe("completed");
  });

  const failing = (action: string) => {
    const cluster = started({ UpdateConfig: { Parallelism: 1, FailureAction: action, Monitor: 5e9 } });
    cluster.update("web", (spec) => ({
      ...spec,
      TaskTemplate: {
        ...spec.TaskTemplate,
        ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Image: "nosuchimage:1" },
      },
    }));
    cluster.pass(3000);
    return cluster;
  };

  it("pauses when a new task fails", () => {
    const cluster = failing("pause");
    const failed = tasks(cluster).find((task) => task.status.state === "rejected");
    expect(service(cluster)?.updateStatus).toMatchObject({
      state: "paused",
      message: `update paused due to failure or early termination of task ${failed?.id}`,
    });
    cluster.pass(20_000);
    expect(live(cluster)).toHaveLength(2);
  });

  it("goes back when a new task fails and it is told to", () => {
    const cluster = failing("rollback");
    expect(service(cluster)?.updateStatus?.state).toBe("rollback_started");
    expect(service(cluster)?.previousSpec).toBeUndefined();
    cluster.pass(20_000);
    expect(service(cluster)?.updateStatus).toMatchObject({
      state: "rollback_completed",
      message: "rollback completed",
    });
    expect(live(cluster)).toHaveLength(3);
  });

  it("is undone by hand, twice", () => {
    const cluster = started();
    cluster.update("web", setEnv("A=1"));
    cluster.pass(20_000);
    cluster.update("web", (spec) => spec, "previous");
    expect(service(cluster)?.updateStatus?.message).toBe("manually requested rollback");
    cluster.pass(20_000);
    expect(live(cluster).map((task) => task.spec.ContainerSpec?.Env)).toEqual([undefined, undefined, undefined]);
    cluster.update("web", (spec) => spec, "previous");
    cluster.pass(20_000);
    expect(live(cluster).map((task) => task.spec.ContainerSpec?.Env)).toEqual([["A=1"], ["A=1"], ["A=1"]]);
  });

  it.each([
    [{ Healthcheck: { Interval: 1000 } }, "ContainerSpec: Interval in HealthConfig cannot be less than 1ms"],
    [{ Healthcheck: { Retries: -1 } }, "ContainerSpec: Retries in HealthConfig cannot be negative"],
  ])("refuses %j", (container, reason) => {
    const cluster = started();
    const { spec } = service(cluster) ?? {};
    const task = spec?.TaskTemplate;
    const TaskTemplate = { ...task, ContainerSpec: { ...task?.ContainerSpec, ...container } };
    const wrong = { ...spec, Name: "other", EndpointSpec: {}, TaskTemplate } as ServiceSpec;
    expect(() => cluster.run("service.create", { machine: "node1", spec: wrong })).toThrow(
      `rpc error: code = InvalidArgument desc = ${reason}`,
    );
  });

  it("refuses an old version", () => {
    const cluster = started();
    const { id = "", spec } = service(cluster) ?? {};
    expect(() =>
      cluster.run("service.update", { machine: "node1", ref: id, version: 1, spec: spec as ServiceSpec }),
    ).toThrow("rpc error: code = Unknown desc = update out of sequence");
  });
});

describe("the network", () => {
  const published = { EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 4000 }] } };

  it("puts running tasks behind the published port, on every machine", () => {
    const cluster = started(published, 2);
    expect([...cluster.core.view.table("backends").all()].map((backend) => backend.containerId).sort()).toEqual(
      live(cluster).map(containerOf).sort(),
    );
    expect([...cluster.core.view.table("ports").all()].map((port) => `${port.machine}:${port.port}`).sort()).toEqual([
      "node1:4000",
      "node2:4000",
    ]);
    expect(service(cluster)?.endpoint?.virtualIPs.map((vip) => vip.address)).toEqual(["10.0.0.4/24"]);
  });

  it("takes a task out before it is stopped", () => {
    const cluster = started({ ...published, ...replicas(1) });
    cluster.update("web", scale(0));
    cluster.pass(900);
    expect(cluster.core.view.table("balancers").size).toBe(0);
    expect([...cluster.core.view.table("containers").all()].map((container) => container.state)).toEqual(["running"]);
    cluster.pass(3000);
    expect(cluster.core.view.table("containers").size).toBe(0);
  });

  it("names services and their tasks on their own networks", () => {
    const cluster = testCluster();
    cluster.init();
    const { id } = cluster.run("swarmNetwork.create", { machine: "node1", spec: { Name: "back", Driver: "overlay" } });
    cluster.create({
      Name: "db",
      ...replicas(2),
      TaskTemplate: { Networks: [{ Target: "back", Aliases: ["store"] }] },
    });
    cluster.pass(3000);
    const names = cluster.core.view
      .table("networkNames")
      .by("network", id)
      .map(({ name, virtual }) => [name, virtual]);
    expect(Object.fromEntries(names)).toEqual({
      db: "10.0.1.2",
      store: "10.0.1.2",
      "tasks.db": undefined,
      "tasks.store": undefined,
    });
    const behind = cluster.core.view.table("backends").all();
    expect([...behind].map(({ address, balancer }) => [address, balancer])).toEqual([
      ["10.0.1.3", `${id}/10.0.1.2`],
      ["10.0.1.4", `${id}/10.0.1.2`],
    ]);
    expect(() => cluster.run("swarmNetwork.remove", { machine: "node1", ref: "back" })).toThrow(
      `network ${id} is in use by service`,
    );
  });

  it("gives out ports from 30000 where none is named", () => {
    const cluster = started({ EndpointSpec: { Ports: [{ TargetPort: 80 }] } });
    expect(service(cluster)?.endpoint?.ports.map((port) => port.PublishedPort)).toEqual([30000]);
  });
});

describe("nodes", () => {
  it("spread the tasks evenly and take over when one is lost", () => {
    const cluster = started(replicas(6), 3);
    const perNode = () => {
      const counts: Record<string, number> = {};
      for (const task of live(cluster)) {
        const machine = cluster.core.view.table("nodes").get(task.nodeId)?.machine ?? "";
        counts[machine] = (counts[machine] ?? 0) + 1;
      }
      return counts;
    };
    expect(perNode()).toEqual({ node1: 2, node2: 2, node3: 2 });
    cluster.run("test.machine", { name: "node3", power: "off" });
    cluster.pass(8000);
    expect(serviceStatus(cluster.core.view, service(cluster)?.id ?? "").running).toBe(6);
    cluster.pass(9000 + 6000);
    expect(perNode()).toEqual({ node1: 3, node2: 3 });
    expect(serviceStatus(cluster.core.view, service(cluster)?.id ?? "").running).toBe(8);
    cluster.run("test.machine", { name: "node3", power: "on" });
    cluster.pass(2000);
    expect([...cluster.core.view.table("nodes").all()].map((node) => node.status.state)).toEqual([
      "ready",
      "ready",
      "ready",
    ]);
  });

  it("lose their tasks when drained and get none back by themselves", () => {
    const cluster = started(replicas(4), 2);
    const node = [...cluster.core.view.table("nodes").all()].find((each) => each.machine === "node2");
    const set = (availability: "drain" | "active") => {
      const row = cluster.core.view.table("nodes").get(node?.id ?? "");
      cluster.run("node.update", {
        machine: "node1",
        ref: "node2",
        version: row?.version ?? 0,
        spec: { Role: "worker", Availability: availability },
      });
      cluster.pass(6000);
    };
    set("drain");
    expect(new Set(live(cluster).map((task) => task.nodeId)).has(node?.id ?? "")).toBe(false);
    expect(live(cluster)).toHaveLength(4);
    set("active");
    expect(new Set(live(cluster).map((task) => task.nodeId)).size).toBe(1);
  });

  it("run one task each of a global service", () => {
    const cluster = started({ Mode: { Global: {} } }, 3);
    expect(
      live(cluster)
        .map((task) => task.nodeId)
        .sort(),
    ).toEqual([...cluster.core.view.table("nodes").all()].map((node) => node.id).sort());
  });
});

describe("a job", () => {
  it("runs so many at a time until all are complete", () => {
    const cluster = testCluster();
    cluster.init();
    cluster.create({ Name: "job", Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 3 } } });
    for (let n = 0; n < 5; n++) {
      cluster.pass(2000);
      for (const task of tasks(cluster))
        if (task.status.state === "running") cluster.run("test.exit", { container: containerOf(task), code: 0 });
    }
    expect(history(cluster)).toEqual(["0 complete complete", "1 complete complete", "2 complete complete"]);
  });
});

describe("leaving", () => {
  it("takes the swarm away with its last manager, but only by force", () => {
    const cluster = started();
    expect(() => cluster.run("swarm.leave", { machine: "node1", force: false })).toThrow(
      "Removing the last manager erases all current state",
    );
    cluster.run("swarm.leave", { machine: "node1", force: true });
    cluster.pass(60_000);
    const { view } = cluster.core;
    for (const table of [
      "swarms",
      "nodes",
      "services",
      "tasks",
      "swarmNetworks",
      "addresses",
      "containers",
      "agentTasks",
      "balancers",
      "backends",
      "nodeAddresses",
      "ports",
    ] as const)
      expect([table, view.table(table).size]).toEqual([table, 0]);
    expect(cluster.core.nextDue()).toBeUndefined();
    cluster.init();
  });

  it("leaves nothing ticking in a swarm at rest", () => {
    const cluster = started();
    cluster.pass(60_000);
    expect(cluster.core.nextDue()).toBeUndefined();
  });
});

describe("a reload", () => {
  /** The same history, with every row written out and read in again before each of its turns. */
  const play = (reload: boolean) => {
    const cluster = testCluster(2, { reload });
    cluster.init();
    join(cluster, 2);
    cluster.create({ Name: "web", ...replicas(4), EndpointSpec: { Ports: [{ TargetPort: 80 }] } });
    cluster.pass(1500);
    cluster.update("web", setEnv("A=1"));
    cluster.pass(4000);
    cluster.run("test.exit", { container: containerOf(live(cluster)[0]), code: 1 });
    cluster.update("web", scale(6));
    cluster.pass(20_000);
    return [...cluster.core.store.dump()];
  };

  it("in the middle of anything changes nothing", () => {
    expect(play(true)).toEqual(play(false));
  });
});
