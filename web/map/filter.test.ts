import { expect, it } from "vitest";
import type { Picture, ServiceView, TaskView } from "../../src/api/socket";
import { alone, choices, filtered, groups, nothingFiltered, waiting } from "./filter";
import { allTokens, mapModel } from "./model";

const machine = (name: string): Picture["machines"][0] => ({
  id: name,
  name,
  address: "10.0.0.1",
  power: "on",
  network: "ok",
  daemon: "up",
});
const service = (id: string): ServiceView => ({
  id,
  name: id,
  mode: "replicated",
  replicas: 1,
  running: 1,
  image: "nginx",
  ports: [],
  networks: [],
});
const task = (serviceId: string, slot: number, over: Partial<TaskView> = {}): TaskView => ({
  id: `${serviceId}-${slot}`,
  serviceId,
  name: `${serviceId}.${slot}`,
  slot,
  machine: "node1",
  state: "running",
  desiredState: "running",
  message: "",
  image: "nginx",
  version: 1,
  since: "2026-01-01T00:00:00Z",
  ...over,
});
const { machine: _nowhere, ...unplaced } = task("web", 4, { state: "pending" });
const picture: Picture = {
  machines: [machine("node1"), machine("node2"), machine("node3")],
  nodes: [],
  services: [service("web"), service("api")],
  tasks: [
    task("web", 1),
    task("web", 2, { machine: "node2" }),
    task("web", 3, { machine: "node2", state: "failed" }),
    unplaced,
    task("api", 1),
  ],
  containers: [
    {
      id: "c",
      machine: "node1",
      name: "tool",
      image: "alpine",
      state: "running",
      status: "Up",
      hostname: "c",
      ports: [],
      networks: [],
    },
  ],
  networks: [],
  images: [],
};
const model = mapModel(picture);
const shown = (by: Partial<typeof nothingFiltered>) => {
  const left = filtered(model, { ...nothingFiltered, ...by });
  return [left.machines.map((it) => it.machine.name), allTokens(left).map((it) => it.name)];
};

it("shows a service, a state or a machine, and hides machines on which nothing is left", () => {
  expect(filtered(model, nothingFiltered)).toBe(model);
  expect(shown({ service: "api" })).toEqual([["node1"], ["api.1"]]);
  expect(shown({ service: "web", state: "running" })).toEqual([
    ["node1", "node2"],
    ["web.1", "web.2"],
  ]);
  expect(shown({ service: alone })).toEqual([["node1"], ["tool"]]);
  expect(shown({ node: "node3" })).toEqual([["node3"], []]);
  expect(shown({ node: waiting })).toEqual([[], ["web.4"]]);
});

it("keeps what has not changed, so that it is not drawn again", () => {
  const by = { ...nothingFiltered, state: "running" };
  const before = filtered(model, by);
  const failing = picture.tasks.map((it) => (it.id === "web-1" ? { ...it, state: "failed" } : it));
  const after = filtered(mapModel({ ...picture, tasks: failing }, model), by, before);
  expect(after.machines.map((it) => before.machines.includes(it))).toEqual([false, true]);
});

it("groups by service in the order of names, and by state with troubles first", () => {
  expect(groups(model, "service").map((it) => [it.key, it.tokens.length])).toEqual([
    ["api", 1],
    ["web", 4],
    [alone, 1],
  ]);
  expect(groups(model, "state").map((it) => [it.key, it.tokens.length])).toEqual([
    ["failed", 1],
    ["pending", 1],
    ["running", 4],
  ]);
});

it("counts what there is to choose from", () => {
  const found = choices(model, { state: (state) => state.toUpperCase(), alone: "lone", waiting: "nowhere" });
  expect(found.service.map((it) => `${it.text} ${it.count}`)).toEqual(["api 1", "web 4", "lone 1"]);
  expect(found.state.map((it) => `${it.text} ${it.count}`)).toEqual(["RUNNING 4", "FAILED 1", "PENDING 1"]);
  expect(found.node.map((it) => `${it.text} ${it.count}`)).toEqual(["nowhere 1", "node1 3", "node2 2", "node3 0"]);
});
