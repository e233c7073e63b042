/** Rolling updates and the order of scaling down as tables (swarmkit `manager/orchestrator/{update,replicated}`). */
import { describe, expect, it } from "vitest";
import type { ServiceSpec, UpdateConfig } from "../../spec";
import { type TestCluster, testCluster } from "../../testing";
import type { ServiceRow, TaskRow } from "../tables";
import { surplus } from "./replicated";
import type { Slot } from "./slot";

const SECOND = 1e9;
const tasks = (cluster: TestCluster): TaskRow[] => [...cluster.core.view.table("tasks").all()];
const service = (cluster: TestCluster) => [...cluster.core.view.table("services").all()][0] as ServiceRow;
const live = (cluster: TestCluster) =>
  tasks(cluster).filter((task) => task.desiredState === "running" && task.status.state === "running");
const updated = (cluster: TestCluster) => live(cluster).filter((task) => task.spec.ContainerSpec?.Env);

function started(replicas: number, fields: Partial<ServiceSpec> = {}): TestCluster {
  const cluster = testCluster();
  cluster.init();
  cluster.pass(1000);
  cluster.create({ Name: "web", Mode: { Replicated: { Replicas: replicas } }, ...fields });
  cluster.pass(3000);
  return cluster;
}

const change = (image?: string) => (spec: ServiceSpec) => {
  const container = { ...spec.TaskTemplate.ContainerSpec, Env: ["A=1"], ...(image && { Image: image }) };
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: container } };
};

describe("an update of 6 tasks", () => {
  it.each<[string, UpdateConfig | undefined, number, number]>([
    // fewest running, and most that should run
    ["by default", undefined, 5, 6],
    ["one at a time", { Parallelism: 1 }, 5, 6],
    ["two at a time", { Parallelism: 2 }, 4, 6],
    ["all at once", { Parallelism: 0 }, 0, 6],
    ["more at a time than there are", { Parallelism: 9 }, 0, 6],
    ["one at a time, started first", { Parallelism: 1, Order: "start-first" }, 6, 7],
    ["two at a time, started first", { Parallelism: 2, Order: "start-first" }, 6, 8],
    ["all at once, started first", { Parallelism: 0, Order: "start-first" }, 6, 12],
  ])("%s", (_how, config, fewest, most) => {
    const cluster = started(6, config && { UpdateConfig: config });
    cluster.update("web", change());
    let [least, highest] = [6, 6];
    for (let n = 0; n < 1000 && service(cluster).updateStatus?.state === "updating"; n++) {
      least = Math.min(least, live(cluster).length);
      highest = Math.max(highest, tasks(cluster).filter((task) => task.desiredState === "running").length);
      cluster.pass(20);
    }
    expect([least, highest]).toEqual([fewest, most]);
    expect(service(cluster).updateStatus).toMatchObject({ state: "completed", message: "update completed" });
    expect(updated(cluster)).toHaveLength(6);
  });
});

describe("an update whose new tasks are rejected", () => {
  it.each<[UpdateConfig, string, number, number]>([
    // what becomes of it, tasks of the old spec that run, tries in its first seconds
    [{ Parallelism: 1 }, "paused", 3, 1],
    [{ Parallelism: 1, FailureAction: "pause" }, "paused", 3, 1],
    [{ Parallelism: 2, FailureAction: "pause" }, "paused", 2, 2],
    [{ Parallelism: 1, FailureAction: "pause", MaxFailureRatio: 0.25 }, "paused", 2, 2], // 1/4 is not more than the ratio
    [{ Parallelism: 1, FailureAction: "pause", MaxFailureRatio: 0.5 }, "paused", 1, 3],
    [{ Parallelism: 1, FailureAction: "continue" }, "completed", 0, 4],
    [{ Parallelism: 1, FailureAction: "rollback" }, "rollback_completed", 4, 1],
    [{ Parallelism: 2, FailureAction: "rollback" }, "rollback_completed", 4, 2],
    [{ Parallelism: 1, FailureAction: "pause", Order: "start-first" }, "paused", 4, 1],
  ])("%j: %s", (config, state, old, tries) => {
    const cluster = started(4, { UpdateConfig: config, RollbackConfig: { Parallelism: 1, FailureAction: "pause" } });
    cluster.update("web", change("nosuchimage"));
    const made = new Set<string>();
    for (let n = 0; n < 600; n++) {
      for (const task of tasks(cluster)) if (task.byUpdate && task.spec.ContainerSpec?.Env) made.add(task.id);
      cluster.pass(50);
    }
    expect([service(cluster).updateStatus?.state, live(cluster).length, made.size]).toEqual([state, old, tries]);
  });
});

describe("a failure counts", () => {
  it.each<[number, number, string]>([
    // monitor, when the new task fails after it ran, in seconds
    [5, 1, "paused"],
    [5, 4, "paused"],
    [1, 3, "completed"],
  ])("when it comes within the monitor: %i s, after %i s: %s", (monitor, after, state) => {
    const cluster = started(1, { UpdateConfig: { Parallelism: 1, Monitor: monitor * SECOND } });
    cluster.update("web", change());
    for (let n = 0; n < 200 && updated(cluster).length === 0; n++) cluster.pass(20);
    cluster.pass(after * 1000);
    cluster.run("test.exit", { container: updated(cluster)[0]?.status.container?.id ?? "", code: 1 });
    cluster.pass(10_000);
    expect(service(cluster).updateStatus?.state).toBe(state);
  });
});

describe("no task is touched", () => {
  it.each<[string, (spec: ServiceSpec) => ServiceSpec]>([
    ["by the same spec", (spec) => spec],
    ["by a label of the service", (spec) => ({ ...spec, Labels: { a: "1" } })],
    ["by another update configuration", (spec) => ({ ...spec, UpdateConfig: { Parallelism: 3 } })],
    [
      "by a constraint that its node meets",
      (spec) => ({
        ...spec,
        TaskTemplate: { ...spec.TaskTemplate, Placement: { Constraints: ["node.hostname==node1"] } },
      }),
    ],
    ["by scaling", (spec) => ({ ...spec, Mode: { Replicated: { Replicas: 2 } } })],
  ])("%s", (_what, edit) => {
    const cluster = started(2);
    const before = tasks(cluster).map((task) => [task.id, task.version]);
    cluster.update("web", edit);
    cluster.pass(10_000);
    expect(tasks(cluster).map((task) => [task.id, task.version])).toEqual(before);
    expect(service(cluster).updateStatus).toBeUndefined();
  });
});

describe("scaling down removes", () => {
  const slot = (text: string): Slot => {
    const [, number = "", node = "", state = ""] = /^(\d+)([A-Z]?)(.*)$/.exec(text) ?? [];
    const task = { nodeId: node, desiredState: "running", status: { state: state === "?" ? "starting" : "running" } };
    return { key: number, number: Number(number), tasks: [task as TaskRow], updatable: [] };
  };
  // slots as NUMBER NODE, `?` for one that does not run yet
  it.each<[string, number, string]>([
    ["1A 2A 3A 4A 5A", 2, "3 4 5"],
    ["1A 4A 2B 5B 3C", 3, "4 5"],
    ["1A 2A 3A 4B", 2, "2 3"],
    ["1A 2B 3C 4?", 3, "4"],
    ["1? 2A 3B", 2, "1"],
    ["1A? 2A 3A", 2, "1"],
    ["1A 2A? 3B", 2, "2"],
    ["1A 2B 3C", 3, ""],
    ["1A 2B 3C", 0, "1 2 3"],
  ])("from %s to %i: %s", (slots, wanted, removed) => {
    const gone = surplus(slots.split(" ").map(slot), wanted).map(({ number }) => number);
    expect(gone.sort((a, b) => a - b).join(" ")).toBe(removed);
  });
});
