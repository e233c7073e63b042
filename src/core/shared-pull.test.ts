import { expect, it } from "vitest";
import { createCore } from "./index";
import type { ArgsOf, CommandKind } from "./room";
import { memoryBlobs, testCatalog } from "./testing";

/** A swarm of one machine that is asked for so many tasks of an image which it does not have. */
function deployed(replicas: number, slow = false) {
  const core = createCore({ blobs: memoryBlobs(), catalog: testCatalog }, []);
  core.initialise(1, Date.UTC(2026, 0, 1));
  const run = <K extends CommandKind>(kind: K, args: ArgsOf<K>) =>
    expect(core.dispatch(kind, args).error).toBeUndefined();
  run("machine.create", {});
  if (slow) run("machine.update", { name: "node1", registry: 5, network: { latency: 150, loss: 0.4 } });
  run("swarm.init", {
    machine: "node1",
    advertiseAddr: "",
    spec: {},
    autoLock: false,
    availability: "",
    addressPool: ["10.0.0.0/8"],
    subnetSize: 24,
    dataPathPort: 0,
    forceNewCluster: false,
  });
  core.advanceTo(core.now + 1000, 1000);
  run("service.create", {
    machine: "node1",
    spec: {
      Name: "web",
      TaskTemplate: { ContainerSpec: { Image: "busybox", Command: ["sleep", "100"] } },
      Mode: { Replicated: { Replicas: replicas } },
    },
  });
  core.advanceTo(core.now + 5000, 10_000);
  return core;
}

it("brings an image to a machine once for all tasks that wait for it, and tells of each task's pull", () => {
  const core = deployed(3);
  const operations = [...core.view.table("operations").all()];
  expect(operations.map(({ kind, state, shared }) => [kind, state, shared])).toEqual([
    ["pull", "done", { reference: expect.stringContaining("busybox"), by: 3 }],
  ]);
  const pulls = core.view
    .table("engineEvents")
    .by("machine", "node1")
    .filter((event) => event.type === "image");
  expect(pulls.map((event) => event.action)).toEqual(["pull", "pull", "pull"]);
  expect(core.view.table("containers").size).toBe(3);
});

it("goes on faster once a slow line is mended", () => {
  const core = deployed(1, true);
  const state = () => [...core.view.table("operations").all()].map((operation) => operation.state);
  core.advanceTo(core.now + 60_000, 10_000);
  expect(state()).toEqual(["running"]);
  core.dispatch("machine.update", { name: "node1", registry: "ok", network: "ok" });
  core.advanceTo(core.now + 7_000, 10_000);
  expect(state()).toEqual(["done"]);
});
