import { describe, expect, it } from "vitest";
import type { TaskRow } from "../manager/tables";
import type { NodeSpec, ServiceSpec, TaskSpec } from "../spec";
import { type TestCluster, testCluster } from "../testing";
import { explainTask } from "./index";

const replicas = (count: number) => ({ Mode: { Replicated: { Replicas: count } } });
const tasks = (cluster: TestCluster): TaskRow[] => [...cluster.core.view.table("tasks").all()];
const explain = (cluster: TestCluster, ref: string) => explainTask(cluster.core.view, ref, cluster.core.now);
const texts = (cluster: TestCluster, ref: string) => explain(cluster, ref).reasons.map((it) => unnamed(it.text));
const codes = (cluster: TestCluster, ref: string) => explain(cluster, ref).reasons.map((it) => it.code);
/** Without ids, which the seed chooses. */
const unnamed = (text: string) => text.replace(/\([a-z0-9]{12}\)/g, "(ID)");

function swarmOf(machines: number): TestCluster {
  const cluster = testCluster(machines);
  cluster.init();
  cluster.pass(1000);
  for (let n = 2; n <= machines; n++) cluster.join(`node${n}`);
  cluster.pass(1000);
  return cluster;
}

function setNode(cluster: TestCluster, machine: string, change: Partial<NodeSpec>): void {
  const node = cluster.core.view.table("nodes").by("machine", machine)[0];
  if (!node) throw new Error(`no node on ${machine}`);
  cluster.run("node.update", {
    machine: "node1",
    ref: node.id,
    version: node.version,
    spec: { ...node.spec, ...change },
  });
}

function running(machines: number, spec: Partial<ServiceSpec> = {}): TestCluster {
  const cluster = swarmOf(machines);
  cluster.create({ Name: "web", ...replicas(1), ...spec });
  cluster.pass(5000);
  return cluster;
}

const template = (spec: TaskSpec) => ({ TaskTemplate: spec });
const hostPort = {
  EndpointSpec: { Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 9000, PublishMode: "host" }] },
};

describe("a pending task", () => {
  it.each<[string, Partial<ServiceSpec>, string[], string[]]>([
    [
      "that needs more processors than are free",
      template({ Resources: { Reservations: { NanoCPUs: 4e9 } } }),
      ["None of 2 nodes can take it.", "2 of 2 nodes have too little left of what it reserves."],
      ["It needs 4 CPUs; 2 of 2 are free."],
    ],
    [
      "that needs more memory than there is",
      template({ Resources: { Reservations: { MemoryBytes: 3 * 2 ** 30 } } }),
      ["None of 2 nodes can take it.", "2 of 2 nodes have too little left of what it reserves."],
      ["It needs 3 GiB of memory; 2 GiB of 2 GiB are free."],
    ],
    [
      "whose constraints hold nowhere",
      template({ Placement: { Constraints: ["node.labels.disk==ssd", "node.role==manager", "node.colour==red"] } }),
      ["None of 2 nodes can take it.", "2 of 2 nodes do not satisfy its placement constraints."],
      [
        "node.labels.disk==ssd does not hold: the node has no such label.",
        "node.colour==red never holds: no node has anything of that name.",
      ],
    ],
    [
      "of another platform",
      template({ Placement: { Platforms: [{ OS: "windows", Architecture: "amd64" }] } }),
      ["None of 2 nodes can take it.", "2 of 2 nodes are of another platform than its image."],
      ["The image is for windows/amd64; the node is linux/x86_64."],
    ],
    [
      "that needs a plugin",
      template({ LogDriver: { Name: "nosuch" } }),
      ["None of 2 nodes can take it.", "2 of 2 nodes lack a plugin that it needs."],
      ["The node has no log driver nosuch."],
    ],
  ])("%s", (_case, spec, expected, facts) => {
    const cluster = running(2, spec);
    expect(texts(cluster, "web.1")).toEqual(expected);
    const manager = explain(cluster, "web.1").placement?.nodes.find((node) => node.node === "node1");
    expect(manager?.checks.flatMap((check) => check.facts.map((fact) => fact.text))).toEqual(facts);
  });

  it("is told who holds its host port, and which nodes take no tasks", () => {
    const cluster = running(3, { ...replicas(3), ...hostPort });
    setNode(cluster, "node2", { Availability: "pause" });
    setNode(cluster, "node3", { Availability: "drain" });
    cluster.pass(20_000);
    const waiting = tasks(cluster).find((task) => task.status.state === "pending");
    const { placement } = explain(cluster, waiting?.id ?? "");
    const verdicts = placement?.nodes.map((node) => [
      node.node,
      node.rejectedBy,
      ...node.checks.flatMap((check) => check.facts.map((fact) => unnamed(fact.text))),
    ]);
    const held = tasks(cluster).find((task) => task.status.state === "running");
    expect(placement?.filters).toEqual(["Ready", "Plugin", "HostPort"]);
    expect(verdicts?.map((each) => each.slice(0, 3))).toContainEqual([
      "node2",
      "Ready",
      "The node is paused: it keeps its tasks and takes no new ones.",
    ]);
    expect(verdicts?.map((each) => each.slice(0, 3))).toContainEqual(["node3", "Ready", "The node is drained."]);
    expect(JSON.stringify(verdicts)).toContain(`Host port 9000 is taken by web.${held?.slot} (ID).`);
  });

  it("is new while its network has no address left", () => {
    const ports = { EndpointSpec: { Ports: [{ Protocol: "tcp" as const, TargetPort: 80, PublishedPort: 8080 }] } };
    const cluster = running(1, { ...replicas(300), ...ports });
    const left = tasks(cluster).find((task) => task.status.state === "new");
    expect(texts(cluster, left?.id ?? "")).toEqual([
      "Network ingress (10.0.0.0/24) has no address left: tasks, services and nodes have all 254. It waits until one is given back.",
    ]);
  });

  it("is told how many replicas a node may have", () => {
    const cluster = running(1, { ...replicas(2), ...template({ Placement: { MaxReplicas: 1 } }) });
    const waiting = tasks(cluster).find((task) => task.status.state === "pending");
    expect(texts(cluster, waiting?.id ?? "")).toEqual([
      "The only node cannot take it.",
      "The only node has as many replicas as a node may have.",
    ]);
    expect(explain(cluster, waiting?.id ?? "").placement?.nodes[0]?.checks.at(-1)?.facts[0]?.text).toBe(
      "The node has 1 replica, and may have 1.",
    );
  });

  it("says in Docker's count what the first failing filter of each node is", () => {
    const cluster = running(3, template({ Resources: { Reservations: { NanoCPUs: 4e9 } } }));
    setNode(cluster, "node3", { Availability: "drain" });
    cluster.pass(1000);
    expect(tasks(cluster)[0]?.status.err).toBe(
      "no suitable node (insufficient resources on 2 nodes; 1 node not available for new tasks)",
    );
    expect(texts(cluster, "web.1").slice(1)).toEqual([
      "2 of 3 nodes have too little left of what it reserves.",
      "1 of 3 nodes takes no new tasks.",
    ]);
  });
});

describe("a running task", () => {
  it("is on the only node that fits", () => {
    const cluster = running(2, template({ Placement: { Constraints: ["node.role==manager"] } }));
    expect(texts(cluster, "web.1")).toEqual([
      expect.stringMatching(/^It has been running on node1 for /),
      "node1 is the only one of 2 nodes that fits.",
    ]);
  });

  it("is where the fewest tasks of its service, then of all, are", () => {
    const cluster = running(3, replicas(3));
    expect(codes(cluster, "web.2")).toEqual(["running", "placed.serviceTasks"]);
    cluster.create({ Name: "db", ...replicas(1) });
    cluster.pass(5000);
    expect(codes(cluster, "db.1")).toEqual(["running", "placed.tie"]);
  });

  it("is in the group of its placement preference with the fewest", () => {
    const cluster = swarmOf(2);
    setNode(cluster, "node1", { Labels: { zone: "a" } });
    setNode(cluster, "node2", { Labels: { zone: "b" } });
    const Placement = { Preferences: [{ Spread: { SpreadDescriptor: "node.labels.zone" } }] };
    cluster.create({ Name: "web", ...replicas(2), ...template({ Placement }) });
    cluster.pass(5000);
    expect(explain(cluster, "web.1").reasons[1]).toMatchObject({
      code: "placed.branch",
      values: { label: "node.labels.zone", count: 0 },
    });
  });

  it("would not be there by now, and says so", () => {
    const cluster = running(2, replicas(2));
    setNode(cluster, "node2", { Availability: "pause" });
    const moved = tasks(cluster).find((task) => explain(cluster, task.id).task.node === "node2");
    expect(texts(cluster, moved?.id ?? "").at(-1)).toBe(
      "node2 would not be chosen now: it no longer passes the filter Ready. Swarm does not move a task that runs.",
    );
  });

  it("on a node that went down is told of as the last that was heard", () => {
    const cluster = running(2, { ...replicas(2) });
    cluster.run("test.machine", { name: "node2", power: "off" });
    cluster.pass(20_000);
    const lost = tasks(cluster).find((task) => task.stopCause === "down");
    expect(texts(cluster, lost?.id ?? "")).toEqual([
      "node2 went down.",
      expect.stringMatching(/^node2 is down: it cannot be told anything/),
      expect.stringMatching(/^web\.\d \(ID\) took its place\.$/),
    ]);
    const fresh = tasks(cluster).at(-1)?.id ?? "";
    expect(texts(cluster, fresh).slice(-2)).toEqual([
      expect.stringMatching(/^It replaces web\.\d \(ID\), whose node node2 became unfit\.$/),
      "Restart policy: any, after 5 s, without limit.",
    ]);
  });
});

describe("a task that ended", () => {
  const exit = (cluster: TestCluster, code: number) => {
    const task = tasks(cluster).find((each) => each.status.state === "running");
    cluster.run("test.exit", { container: task?.status.container?.id ?? "", code });
    cluster.pass(1000);
    return task?.id ?? "";
  };

  it("tells its exit code, what follows it and after which delay", () => {
    const cluster = running(1, template({ RestartPolicy: { MaxAttempts: 3 } }));
    const first = exit(cluster, 3);
    expect(texts(cluster, first)).toEqual([
      "Its process ended with exit code 3.",
      expect.stringMatching(/^web\.1 \(ID\) took its place\.$/),
    ]);
    const { reasons, restart } = explain(cluster, "web.1");
    expect(reasons[0]?.code).toBe("ready.delay");
    expect(restart).toMatchObject({ condition: "any", delayMillis: 5000, maxAttempts: 3, used: 1, replaces: first });
    expect(restart.delayLeftMillis).toBeGreaterThan(3500);
    expect(restart.delayLeftMillis).toBeLessThan(5000);
    expect(reasons.slice(-2).map((it) => unnamed(it.text))).toEqual([
      "It replaces web.1 (ID), which ended (failed).",
      "Restart policy: any, after 5 s; 1 of 3 restarts is used.",
    ]);
  });

  it.each<[TaskSpec, number, string[]]>([
    [{ RestartPolicy: { Condition: "none" } }, 137, ["failed.signal", "noRestart.none"]],
    [{ RestartPolicy: { Condition: "on-failure" } }, 0, ["complete", "noRestart.complete"]],
  ])("stays alone under %j with exit code %d", (spec, code, expected) => {
    const cluster = running(1, template(spec));
    expect(codes(cluster, exit(cluster, code))).toEqual(expected);
  });

  it("stays alone when all attempts are used", () => {
    const cluster = running(1, template({ RestartPolicy: { MaxAttempts: 1, Delay: 0 } }));
    exit(cluster, 1);
    cluster.pass(5000);
    expect(codes(cluster, exit(cluster, 1)).slice(0, 2)).toEqual(["failed.exit", "noRestart.attempts"]);
  });

  it("was refused by its node", () => {
    const cluster = swarmOf(1);
    cluster.create({ Name: "web" }, "nosuch");
    cluster.pass(3000);
    expect(explain(cluster, tasks(cluster)[0]?.id ?? "").reasons[0]?.text).toBe(
      "node1 could not prepare it: No such image: nosuch",
    );
  });

  it("was turned away by the constraint enforcer", () => {
    const cluster = swarmOf(2);
    setNode(cluster, "node2", { Labels: { disk: "ssd" } });
    cluster.create({ Name: "web", ...template({ Placement: { Constraints: ["node.labels.disk==ssd"] } }) });
    cluster.pass(5000);
    const id = tasks(cluster)[0]?.id ?? "";
    setNode(cluster, "node2", { Labels: {} });
    cluster.pass(1000);
    expect(codes(cluster, id)).toEqual(["rejected.enforcer", "constraint.absent", "replacedBy"]);
  });

  it.each<[string, string, (cluster: TestCluster) => void]>([
    ["an update", "stop.update", (cluster) => cluster.update("web", (spec) => newImage(spec))],
    ["a drained node", "stop.drain", (cluster) => setNode(cluster, "node1", { Availability: "drain" })],
    ["a smaller scale", "stop.scale", (cluster) => cluster.update("web", (spec) => ({ ...spec, ...replicas(0) }))],
  ])("was stopped by %s", (_case, code, act) => {
    const cluster = running(1);
    const id = tasks(cluster)[0]?.id ?? "";
    act(cluster);
    cluster.pass(50);
    expect(codes(cluster, id)[0]).toBe(code);
  });
});

const newImage = (spec: ServiceSpec): ServiceSpec => ({
  ...spec,
  TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image: "busybox:2" } },
});

it("finds a task by id, by the beginning of its id, by name and by full name", () => {
  const cluster = running(1);
  const id = tasks(cluster)[0]?.id ?? "";
  for (const ref of [id, id.slice(0, 8), "web.1", `web.1.${id}`]) expect(explain(cluster, ref).task.id).toBe(id);
  expect(() => explain(cluster, "nosuch")).toThrow("task nosuch not found");
});

it("means by a slot's name the task that is wanted there", () => {
  const cluster = running(1);
  cluster.update("web", newImage);
  cluster.pass(30_000);
  expect(tasks(cluster)).toHaveLength(2);
  expect(explain(cluster, "web.1").task).toMatchObject({ state: "running", image: "busybox:2" });
});
