/** The restart policy as a table: what follows when a task ends, and when (swarmkit `manager/orchestrator/restart`). */
import { describe, expect, it } from "vitest";
import type { RestartPolicy, ServiceSpec } from "../../spec";
import { type TestCluster, testCluster } from "../../testing";
import type { NodeRow, TaskRow } from "../tables";

const SECOND = 1e9;
const tasks = (cluster: TestCluster): TaskRow[] => [...cluster.core.view.table("tasks").all()];
const newest = (cluster: TestCluster) => tasks(cluster).at(-1) as TaskRow;
const nodeOf = (cluster: TestCluster, task: TaskRow) => cluster.core.view.table("nodes").get(task.nodeId) as NodeRow;

/** One task on one of two workers. */
function one(policy: RestartPolicy | undefined, mode: ServiceSpec["Mode"] = { Replicated: { Replicas: 1 } }) {
  const cluster = testCluster(3);
  cluster.init();
  cluster.pass(1000);
  cluster.join("node2");
  cluster.join("node3");
  cluster.pass(2000);
  const TaskTemplate = { Placement: { Constraints: ["node.role==worker"] }, ...(policy && { RestartPolicy: policy }) };
  cluster.create({ Name: "web", Mode: mode, TaskTemplate });
  cluster.pass(3000);
  return cluster;
}

function exit(cluster: TestCluster, code: number): void {
  cluster.run("test.exit", { container: newest(cluster).status.container?.id ?? "", code });
}

const ENDS = {
  "exit 0": (cluster: TestCluster) => exit(cluster, 0),
  "exit 1": (cluster: TestCluster) => exit(cluster, 1),
  "its node lost": (cluster: TestCluster) => {
    cluster.run("test.machine", { name: nodeOf(cluster, newest(cluster)).machine, power: "off" });
  },
  "its node drained": (cluster: TestCluster) => {
    const { id: ref, version } = nodeOf(cluster, newest(cluster));
    const spec = { Role: "worker", Availability: "drain" } as const;
    cluster.run("node.update", { machine: "node1", ref, version, spec });
  },
};

describe("a task that ended is replaced", () => {
  it.each<[RestartPolicy["Condition"], keyof typeof ENDS, boolean]>([
    [undefined, "exit 0", true],
    ["any", "exit 0", true],
    ["any", "exit 1", true],
    ["any", "its node lost", true],
    ["any", "its node drained", true],
    ["on-failure", "exit 0", false],
    ["on-failure", "exit 1", true],
    ["on-failure", "its node lost", true],
    ["on-failure", "its node drained", true],
    ["none", "exit 0", false],
    ["none", "exit 1", false],
    ["none", "its node lost", false],
    ["none", "its node drained", false],
  ])("condition %s, %s: %s", (condition, end, replaced) => {
    const cluster = one(condition === undefined ? undefined : { Condition: condition });
    const [first] = tasks(cluster);
    ENDS[end](cluster);
    cluster.pass(25_000); // a lost node is given up after 16.5 s
    expect(tasks(cluster)).toHaveLength(replaced ? 2 : 1);
    expect(cluster.core.view.table("tasks").get(first?.id ?? "")?.desiredState).toBe("shutdown");
    if (replaced)
      expect(newest(cluster)).toMatchObject({ slot: 1, desiredState: "running", status: { state: "running" } });
  });
});

describe("a replacement starts after", () => {
  it.each<[number | undefined, keyof typeof ENDS, number]>([
    [undefined, "exit 1", 5000],
    [0, "exit 1", 0],
    [2 * SECOND, "exit 1", 2000],
    [20 * SECOND, "exit 1", 20_000],
    [undefined, "exit 0", 5000],
    [undefined, "its node lost", 5000],
    [20 * SECOND, "its node drained", 0], // once the old task has stopped
  ])("a delay of %s ns, %s: %i ms", (delay, end, millis) => {
    const cluster = one(delay === undefined ? undefined : { Delay: delay });
    ENDS[end](cluster);
    let waited: number | undefined;
    for (let n = 0; n < 2600 && waited === undefined; n++) {
      cluster.pass(10);
      const task = tasks(cluster)[1];
      if (task && task.desiredState !== "ready") waited = cluster.core.now - task.createdAt;
    }
    expect(waited).toBeGreaterThanOrEqual(millis);
    expect(waited).toBeLessThan(millis + 400);
  });
});

describe("so many restarts are allowed", () => {
  it.each<[RestartPolicy, number, number, number]>([
    // policy, milliseconds between two exits, exits, tasks in all
    [{ MaxAttempts: 1, Delay: 0 }, 3000, 5, 2],
    [{ MaxAttempts: 3, Delay: 0 }, 3000, 6, 4],
    [{ MaxAttempts: 3, Delay: 0, Window: 0 }, 60_000, 6, 4], // no window: the whole life
    [{ MaxAttempts: 2, Delay: 0, Window: 60 * SECOND }, 3000, 6, 3], // all within the window
    [{ MaxAttempts: 2, Delay: 0, Window: 5 * SECOND }, 10_000, 6, 3], // never two in it: goes on, and as many are kept
    [{ MaxAttempts: 3, Delay: 0, Condition: "none" }, 3000, 3, 1],
  ])("%j, an exit each %i ms, %i times: %i tasks", (policy, between, exits, total) => {
    const cluster = one(policy);
    let ends = 0;
    for (let n = 0; n < exits; n++) {
      if (newest(cluster).status.state === "running") {
        exit(cluster, 1);
        ends++;
      }
      cluster.pass(between);
    }
    expect(tasks(cluster)).toHaveLength(total);
    const goesOn = policy.Window !== undefined && policy.Window > 0 && between > policy.Window / 1e6;
    expect(newest(cluster).status.state).toBe(goesOn ? "running" : "failed");
    expect(ends).toBe(goesOn ? exits : total);
  });

  it("under each version of the spec anew", () => {
    const cluster = one({ MaxAttempts: 1, Delay: 0 });
    for (let n = 0; n < 3; n++) {
      if (newest(cluster).status.state === "running") exit(cluster, 1);
      cluster.pass(3000);
    }
    expect(newest(cluster).status.state).toBe("failed");
    cluster.update("web", (spec) => ({ ...spec, TaskTemplate: { ...spec.TaskTemplate, ForceUpdate: 1 } }));
    cluster.pass(5000);
    expect(newest(cluster).status.state).toBe("running");
    exit(cluster, 1);
    cluster.pass(3000);
    expect(newest(cluster).status.state).toBe("running");
  });
});

it.each([
  ["exit 0", 1],
  ["exit 1", 2],
] as const)("for a job any means on-failure: %s leaves %i tasks", (end, total) => {
  const cluster = one({ Delay: 0 }, { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } });
  ENDS[end](cluster);
  cluster.pass(5000);
  expect(tasks(cluster)).toHaveLength(total);
});

it("a global service's task is replaced on its own node", () => {
  const cluster = one({ Delay: 0 }, { Global: {} });
  const { nodeId } = newest(cluster);
  exit(cluster, 1);
  cluster.pass(5000);
  expect(newest(cluster)).toMatchObject({ nodeId, status: { state: "running" } });
  expect(tasks(cluster)).toHaveLength(3);
});
