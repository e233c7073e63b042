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

it("keeps all but the changed machine and task the very same objects", () => {
  const machines = Array.from({ length: 64 }, (_, at) => ({
    ...(picture([]).machines[0] as Picture["machines"][number]),
    id: `node${at + 1}`,
    name: `node${at + 1}`,
  }));
  const tasks = Array.from({ length: 1000 }, (_, at) =>
    task(`t${at}`, { slot: at + 1, name: `web.${at + 1}`, machine: `node${(at % 64) + 1}` }),
  );
  const first = mapModel({ ...picture(tasks), machines });
  const changed = tasks.map((it) => (it.id === "t70" ? { ...it, state: "failed" } : it));
  const second = mapModel({ ...picture(changed), machines: machines.map((it) => it) }, first);
  const other = second.machines.filter((it, at) => it !== first.machines[at]);
  expect(other.map((it) => it.machine.name)).toEqual(["node7"]);
  const old = new Set(first.machines.flatMap((it) => it.tokens));
  expect(
    second.machines
      .flatMap((it) => it.tokens)
      .filter((it) => !old.has(it))
      .map((it) => it.id),
  ).toEqual(["t70"]);
});
