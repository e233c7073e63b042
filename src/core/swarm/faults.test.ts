/** What restarts, updates and jobs do when tasks fail and nodes are lost at a bad moment: found by the random histories of `test/simulation`. */
import { describe, expect, it } from "vitest";
import type { NodeRow, ServiceRow, TaskRow } from "./manager/tables";
import type { ServiceSpec } from "./spec";
import { type TestCluster, testCluster } from "./testing";

const replicas = (count: number) => ({ Mode: { Replicated: { Replicas: count } } });
const tasks = (cluster: TestCluster): TaskRow[] => [...cluster.core.view.table("tasks").all()];
const history = (cluster: TestCluster) =>
  tasks(cluster).map((task) => `${task.slot} ${task.desiredState} ${task.status.state}`);
const service = (cluster: TestCluster) => [...cluster.core.view.table("services").all()][0] as ServiceRow;
const nodeOf = (cluster: TestCluster, machine: string) =>
  cluster.core.view.table("nodes").by("machine", machine)[0] as NodeRow;

function exit(cluster: TestCluster, task: TaskRow | undefined, code: number): void {
  cluster.run("test.exit", { container: task?.status.container?.id ?? "", code });
}

/** A service whose tasks lie on the workers. */
function onWorkers(spec: Partial<ServiceSpec>, machines = 3): TestCluster {
  const cluster = testCluster(machines, { check: false });
  cluster.init();
  cluster.pass(1000);
  for (let n = 2; n <= machines; n++) cluster.join(`node${n}`);
  cluster.pass(2000);
  const template = spec.TaskTemplate;
  cluster.create({
    Name: "web",
    ...spec,
    TaskTemplate: { ...template, Placement: { Constraints: ["node.role==worker"] } },
  });
  cluster.pass(3000);
  return cluster;
}

const lose = (cluster: TestCluster, machine: string) => {
  cluster.run("test.machine", { name: machine, power: "off" });
  cluster.pass(17_000);
};

const image = (name: string) => (spec: ServiceSpec) => ({
  ...spec,
  TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Image: name } },
});

const label = (value: string) => (spec: ServiceSpec) => ({ ...spec, Labels: { label: value } });

describe("a restart policy", () => {
  it("none: the slot of a task that was lost with its node stays as it is when the service changes", () => {
    const cluster = onWorkers({ ...replicas(2), TaskTemplate: { RestartPolicy: { Condition: "none" } } });
    lose(cluster, "node2");
    cluster.update("web", label("1"));
    cluster.pass(5000);
    expect(
      tasks(cluster)
        .map((task) => `${task.desiredState} ${task.status.state}`)
        .sort(),
    ).toEqual(["running running", "shutdown running"]);
  });

  it("is that of the task: attempts that are used up stay so when only a label changes", () => {
    const cluster = onWorkers({ ...replicas(1), TaskTemplate: { RestartPolicy: { MaxAttempts: 1, Delay: 0 } } });
    for (let n = 0; n < 2; n++) {
      exit(cluster, tasks(cluster).at(-1), 1);
      cluster.pass(3000);
    }
    cluster.update("web", label("1"));
    cluster.pass(5000);
    expect(history(cluster)).toEqual(["1 shutdown failed", "1 shutdown failed"]);
    expect(service(cluster).updateStatus).toBeUndefined();
  });
});

describe("a start-first update", () => {
  const startFirst = { UpdateConfig: { Parallelism: 1, Order: "start-first", FailureAction: "continue" } };

  it("keeps the old task while its new one fails", () => {
    const cluster = onWorkers({ ...replicas(1), ...startFirst });
    const [old] = tasks(cluster);
    cluster.update("web", image("nosuchimage"));
    cluster.pass(30_000);
    expect(cluster.core.view.table("tasks").get(old?.id ?? "")).toMatchObject({
      desiredState: "running",
      status: { state: "running" },
    });
  });

  it("lets the old task go once a replacement of the new one runs", () => {
    const cluster = onWorkers({ ...replicas(1), ...startFirst });
    cluster.update("web", (spec) => ({ ...image("busybox:2")(spec) }));
    for (let n = 0; n < 60 && tasks(cluster)[1]?.status.state !== "starting"; n++) cluster.pass(25);
    const fresh = cluster.core.view.table("nodes").get(tasks(cluster)[1]?.nodeId ?? "");
    lose(cluster, fresh?.machine ?? "");
    cluster.pass(10_000);
    const running = tasks(cluster).filter((task) => task.desiredState === "running");
    expect(running.map((task) => [task.spec.ContainerSpec?.Image, task.status.state])).toEqual([
      ["busybox:2", "running"],
    ]);
  });
});

const constrain = (constraint: string) => (spec: ServiceSpec) => ({
  ...spec,
  TaskTemplate: { ...spec.TaskTemplate, Placement: { Constraints: [constraint] } },
});

it("an update that is complete stays so when another leader finds something left to do", () => {
  const cluster = onWorkers({ ...replicas(3), TaskTemplate: { RestartPolicy: { Condition: "none" } } }, 4);
  cluster.update("web", constrain("node.hostname!=node3"));
  cluster.pass(20_000);
  expect(service(cluster).updateStatus?.state).toBe("completed");
  lose(cluster, "node2");
  cluster.run("node.remove", { machine: "node1", ref: "node2", force: true });
  cluster.run("test.machine", { name: "node1", power: "off" });
  cluster.run("test.machine", { name: "node1", power: "on" });
  const seen = new Set<string | undefined>();
  for (let n = 0; n < 40; n++) {
    cluster.pass(500);
    seen.add(service(cluster).updateStatus?.state);
  }
  expect([...seen]).toEqual(["completed"]);
  expect(history(cluster).filter((line) => line.endsWith("running running"))).toHaveLength(3);
});

it("a node that changes in any way turns away what its service no longer wants there", () => {
  const cluster = onWorkers({ ...replicas(2), UpdateConfig: { Parallelism: 1, Delay: 600e9 } });
  cluster.update("web", constrain("node.hostname==node1"));
  cluster.pass(10_000); // one slot is done, the updater rests for ten minutes before the other
  const onNode1 = () =>
    tasks(cluster).filter((task) => task.status.state === "running" && task.nodeId === nodeOf(cluster, "node1").id)
      .length;
  expect(onNode1()).toBe(1);
  for (const name of ["node2", "node3"]) {
    cluster.run("test.machine", { name, network: "cut" });
    cluster.run("test.machine", { name, network: "ok" });
  }
  cluster.pass(10_000);
  expect(tasks(cluster).filter((task) => task.status.state === "rejected")).toHaveLength(1);
  expect(onNode1()).toBe(2);
});

describe("a replicated job", () => {
  const job = (total: number): Partial<ServiceSpec> => ({
    Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: total } },
    TaskTemplate: { RestartPolicy: { Condition: "on-failure", MaxAttempts: 1, Delay: 0 } },
  });
  const current = (cluster: TestCluster) =>
    tasks(cluster).filter((task) => task.jobIteration === service(cluster).jobIteration);
  const running = (cluster: TestCluster) => current(cluster).find((task) => task.status.state === "running");

  it("keeps all that it has completed, however often it ran", () => {
    const cluster = onWorkers(job(1));
    for (let n = 0; n < 4; n++) {
      exit(cluster, running(cluster), 0);
      cluster.pass(1000);
      cluster.update("web", label(String(n)));
      cluster.pass(3000);
    }
    exit(cluster, running(cluster), 0);
    cluster.pass(5000);
    expect(tasks(cluster).map((task) => task.status.state)).toEqual(Array(5).fill("complete"));
  });

  it("fills every slot though a lost node tells of a completion when its task has been replaced", () => {
    const cluster = onWorkers(job(2));
    const lost = running(cluster);
    const machine = cluster.core.view.table("nodes").get(lost?.nodeId ?? "")?.machine ?? "";
    cluster.run("test.machine", { name: machine, network: "cut" });
    cluster.pass(17_000);
    exit(cluster, lost, 0);
    cluster.run("test.machine", { name: machine, network: "ok" });
    for (let n = 0; n < 2; n++) {
      cluster.pass(5000);
      exit(cluster, running(cluster), 0);
    }
    cluster.pass(5000);
    expect(history(cluster)).toEqual(["0 shutdown complete", "0 complete complete", "1 complete complete"]);
  });
});

it("an old task that fails while its start-first replacement is on its way is not restarted beside it", () => {
  const cluster = onWorkers({ ...replicas(1), UpdateConfig: { Parallelism: 1, Order: "start-first" } });
  cluster.update("web", image("busybox:2"));
  cluster.pass(150);
  exit(cluster, tasks(cluster)[0], 1);
  cluster.pass(10_000);
  expect(history(cluster)).toEqual(["1 shutdown failed", "1 running running"]);
});

describe("without a majority of managers", () => {
  /** Three managers, a service on two workers, and a moment at which nobody leads. */
  const unled = (prepare: (cluster: TestCluster) => void) => {
    const cluster = testCluster(5, { check: false });
    cluster.init();
    cluster.pass(1000);
    for (let n = 2; n <= 5; n++) cluster.join(`node${n}`, n <= 3 ? "manager" : "worker");
    cluster.pass(2000);
    const TaskTemplate = { Placement: { Constraints: ["node.role==worker"] } };
    const UpdateConfig = { Parallelism: 1, Delay: 2e9 };
    cluster.create({ Name: "web", ...replicas(3), UpdateConfig, TaskTemplate });
    cluster.pass(3000);
    prepare(cluster);
    for (const name of ["node2", "node3"]) cluster.run("test.machine", { name, power: "off" });
    return cluster;
  };
  const back = (cluster: TestCluster) => {
    for (const name of ["node2", "node3"]) cluster.run("test.machine", { name, power: "on" });
    cluster.pass(60_000);
  };

  it("an update stands still, and goes on afterwards", () => {
    const cluster = unled((each) => {
      each.update("web", image("busybox:2"));
      each.pass(3000); // the first slot is done, its worker rests
    });
    const before = tasks(cluster).map((task) => [task.id, task.desiredState]);
    cluster.pass(30_000);
    expect(tasks(cluster).map((task) => [task.id, task.desiredState])).toEqual(before);
    back(cluster);
    expect(service(cluster).updateStatus?.state).toBe("completed");
    const running = tasks(cluster).filter((task) => task.desiredState === "running");
    expect(running.map((task) => task.spec.ContainerSpec?.Image)).toEqual(Array(3).fill("busybox:2"));
  });

  it("no task is taken away, and what is too many goes afterwards", () => {
    const cluster = unled((each) => {
      each.update("web", (spec) => ({ ...spec, ...replicas(1) }));
      for (let n = 0; n < 100 && !history(each).some((line) => line.endsWith("remove shutdown")); n++) each.pass(20);
    });
    const before = tasks(cluster).length;
    cluster.pass(5000);
    expect(tasks(cluster)).toHaveLength(before);
    back(cluster);
    expect(tasks(cluster)).toHaveLength(1);
  });
});

it("every node knows the managers that joined after it", () => {
  const cluster = testCluster(3);
  cluster.init();
  cluster.pass(1000);
  cluster.join("node2");
  cluster.join("node3", "manager");
  cluster.pass(2000);
  const known = [...cluster.core.view.table("swarmNodes").all()].map(({ managers }) =>
    managers.map((each) => each.machine),
  );
  expect(known).toEqual(Array(3).fill(["node1", "node3"]));
});

it("a global service makes nothing where its new constraint does not hold", () => {
  const cluster = onWorkers({ Mode: { Global: {} }, TaskTemplate: { RestartPolicy: { Condition: "none" } } });
  cluster.update("web", constrain("node.hostname==node3"));
  cluster.pass(10_000);
  const node3 = nodeOf(cluster, "node3").id;
  expect(
    tasks(cluster)
      .filter((task) => task.desiredState === "running")
      .map((task) => task.nodeId),
  ).toEqual([node3]);
});
