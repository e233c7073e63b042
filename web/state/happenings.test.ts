import { expect, it } from "vitest";
import type { MachineView, NodeView, Picture, ServiceView, TaskView } from "../../src/api/socket";
import { happenings, requestHappening } from "./happenings";

const machine = (over: Partial<MachineView> = {}): MachineView => ({
  id: "node1",
  name: "node1",
  address: "10.0.0.1",
  power: "on",
  network: "ok",
  daemon: "up",
  ...over,
});
const node = (over: Partial<NodeView> = {}): NodeView => ({
  id: "n",
  machine: "node1",
  role: "worker",
  leader: false,
  availability: "active",
  state: "ready",
  ...over,
});
const service = (over: Partial<ServiceView> = {}): ServiceView => ({
  id: "s",
  name: "web",
  mode: "replicated",
  replicas: 2,
  running: 0,
  image: "nginx:1",
  ports: [],
  networks: [],
  ...over,
});
const task = (slot: number, over: Partial<TaskView> = {}): TaskView => ({
  id: `t${slot}`,
  serviceId: "s",
  name: `web.${slot}`,
  slot,
  machine: "node1",
  state: "running",
  desiredState: "running",
  message: "",
  image: "nginx:1",
  version: 1,
  since: "2026-01-01T00:00:00Z",
  ...over,
});
const picture = (over: Partial<Picture> = {}): Picture => ({
  machines: [],
  nodes: [],
  services: [],
  tasks: [],
  containers: [],
  networks: [],
  images: [],
  ...over,
});
const told = (before: Partial<Picture>, after: Partial<Picture>) =>
  happenings(picture(before), picture(after)).map(({ code, values }) => [code, values]);

it.each([
  [{ power: "off" }, "machine.off"],
  [{ daemon: "crashed" }, "machine.crashed"],
  [{ daemon: "stopped" }, "machine.stopped"],
  [{ network: "cut" }, "machine.cut"],
  [{ latency: 200 }, "machine.partly"],
  [{ cut: ["node2"] }, "machine.partly"],
  [{ disk: "full" }, "machine.diskFull"],
  [{ registry: "slow" }, "machine.registry.slow"],
  [{ registry: "unreachable" }, "machine.registry.unreachable"],
] as const)("tells of a machine that is now %j", (over, code) => {
  const changed = machine(over as Partial<MachineView>);
  expect(told({ machines: [machine()] }, { machines: [changed] })).toEqual([[code, { machine: "node1" }]]);
  expect(told({ machines: [changed] }, { machines: [machine()] })).toHaveLength(1);
});

it("tells of machines, nodes and services that come and go", () => {
  const all = { machines: [machine()], nodes: [node({ leader: true })], services: [service()] };
  expect(told({}, all).map(([code]) => code)).toEqual([
    "machine.added",
    "node.joined",
    "node.leader",
    "service.created",
  ]);
  expect(told(all, {}).map(([code]) => code)).toEqual(["machine.removed", "node.left", "service.removed"]);
});

it("tells what became of a node and of a service", () => {
  const changes = told({ nodes: [node()] }, { nodes: [node({ state: "down", availability: "drain", leader: true })] });
  expect(changes).toEqual([
    ["node.state", { machine: "node1", state: "down" }],
    ["node.drain", { machine: "node1" }],
    ["node.leader", { machine: "node1" }],
  ]);
  const updated = service({ replicas: 5, image: "nginx:2", updateState: "updating" });
  expect(told({ services: [service()] }, { services: [updated] })).toEqual([
    ["service.scaled", { service: "web", from: 2, to: 5 }],
    ["service.image", { service: "web", image: "nginx:2" }],
    ["service.update", { service: "web", state: "updating" }],
  ]);
});

it("tells of tasks one by one, and of many alike as a number", () => {
  const services = [service()];
  const { machine: _nowhere, ...waiting } = task(3, { state: "pending", error: "no suitable node" });
  const some = { services, tasks: [task(1), task(2, { state: "failed", error: "boom" }), waiting] };
  expect(told({ services }, some).map(([code, values]) => [code, (values as { task: string }).task])).toEqual([
    ["task.state", "web.1"],
    ["task.failed", "web.2"],
    ["task.waits", "web.3"],
  ]);
  const many = [1, 2, 3, 4, 5].map((slot) => task(slot));
  expect(told({ services }, { services, tasks: many })).toEqual([
    ["tasks.state", { count: 5, service: "web", state: "running" }],
  ]);
  expect(told(some, some)).toEqual([]);
});

it("tells where a request went", () => {
  const request = { at: "", machine: "node2", port: 8080, method: "GET", path: "/", status: 200 };
  const asked = { method: "GET", path: "/", port: 8080, entry: "node2", status: 200 };
  expect(requestHappening({ ...request, taskId: "t1" }, picture({ tasks: [task(1)] }))).toEqual({
    code: "request",
    values: { ...asked, who: "web.1", node: "node1" },
    machine: "node1",
    taskId: "t1",
  });
  expect(requestHappening({ ...request, status: 502 }, picture()).code).toBe("request.nobody");
});
