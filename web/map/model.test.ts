import { expect, it } from "vitest";
import type { Picture, TaskView } from "../../src/api/socket";
import { mapModel, tagOf } from "./model";

const task = (id: string, over: Partial<TaskView> = {}): TaskView => ({
  id,
  serviceId: "s",
  name: "lab_web.1",
  slot: 1,
  machine: "node1",
  state: "running",
  desiredState: "running",
  message: "",
  image: "student/app:1",
  version: 1,
  since: "2026-01-01T00:00:00Z",
  ...over,
});
const picture = (tasks: TaskView[]): Picture => ({
  machines: [{ id: "node1", name: "node1", address: "10.0.0.1", power: "on", network: "ok", daemon: "up" }],
  nodes: [],
  services: [],
  containers: [],
  networks: [],
  images: [],
  tasks,
});

it("puts ended tasks behind the one that took their slot", () => {
  const [machine] = mapModel(picture([task("old", { state: "shutdown" }), task("new", { version: 2 })])).machines;
  expect(machine?.tokens.map((it) => [it.id, it.earlier.map((old) => old.id)])).toEqual([["new", ["old"]]]);
});

it("shows the last task of a slot that has no other", () => {
  const [machine] = mapModel(picture([task("a", { state: "failed", error: "boom" })])).machines;
  expect(machine?.tokens).toMatchObject([{ id: "a", state: "failed", error: "boom" }]);
});

it("marks tasks of an older version and keeps those without a machine apart", () => {
  const model = mapModel(
    picture([task("a"), { ...task("b", { slot: 2, version: 2 }), machine: undefined } as unknown as TaskView]),
  );
  expect(model.machines[0]?.tokens).toMatchObject([{ id: "a", outdated: true }]);
  expect(model.waiting).toMatchObject([{ id: "b", outdated: false }]);
});

it("reads the tag of any image name", () => {
  expect(["a/b:c", "a/b", "host:5000/a", "a:1@sha256:00"].map(tagOf)).toEqual(["c", "latest", "latest", "1"]);
});
