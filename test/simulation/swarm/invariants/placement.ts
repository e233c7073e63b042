/** Invariants 21 to 27: who runs where. */
import type { View } from "../../../../src/core/store/store";
import { led } from "../../../../src/core/swarm/manager/raft";
import { matchesConstraints } from "../../../../src/core/swarm/manager/scheduler/constraints";
import type { NodeRow, TaskRow } from "../../../../src/core/swarm/manager/tables";
import { rank } from "../../../../src/core/swarm/protocol";
import type { Step } from "../world";
import { changesOf, desired, ended, holds, must, name, type Watch } from "./watch";

export const placement = (): Watch => ({
  step(step) {
    const nodes = new Set<string>();
    for (const { before, after } of changesOf(step, "tasks")) {
      if (after?.status.state !== "assigned" || before?.status.state === "assigned") continue;
      nodes.add(after.nodeId);
      fits(step, after);
    }
    for (const id of nodes) books(step, id);
    fresh(step);
    staysPut(step);
  },
  quiet(view) {
    for (const task of view.table("tasks").by("pending", [...view.table("swarms").all()][0]?.id ?? "")) {
      const fresh = (view.table("meta").get("now")?.value ?? 0) - task.updatedAt < 1000; // the scheduler has not come by
      if (fresh || desired(task) > rank("complete") || !led(view, task.swarm)) continue;
      const room = view
        .table("nodes")
        .by("swarm", task.swarm)
        .find((node) => hasRoom(view, task, node));
      must(16, !room, () => `${name(task)} finds no place (${task.status.err}), though ${room?.machine} has room`);
    }
    for (const task of view.table("tasks").all()) {
      const node = view.table("nodes").get(task.nodeId);
      const service = view.table("services").get(task.serviceId);
      // of a node that is lost the last report stays, whatever became of its tasks
      if (task.status.state !== "running" || node?.status.state !== "ready" || !service) continue;
      must(22, node.spec.Availability !== "drain", () => `${name(task)} runs on the drained ${node.machine}`);
      const settled = !["paused", "updating", "rollback_paused", "rollback_started"].includes(
        service.updateStatus?.state ?? "",
      );
      if (node.spec.Availability !== "active" || !settled) continue;
      const { Placement } = service.spec.TaskTemplate;
      must(
        22,
        matchesConstraints(Placement?.Constraints, node),
        () => `${name(task)} runs on ${node.machine} against ${Placement?.Constraints}`,
      );
    }
  },
});

/** Whether nothing speaks against the task on a node, told from the rows alone. */
function hasRoom(view: View, task: TaskRow, node: NodeRow): boolean {
  if (!isOpen(node) || (task.nodeId !== "" && task.nodeId !== node.id)) return false;
  if (!matchesConstraints(task.spec.Placement?.Constraints, node)) return false;
  const others = view
    .table("tasks")
    .by("node", node.id)
    .filter((other) => other.id !== task.id);
  const held = others.filter(holds);
  const reserved = (of: TaskRow, what: "NanoCPUs" | "MemoryBytes") => of.spec.Resources?.Reservations?.[what] ?? 0;
  for (const what of ["NanoCPUs", "MemoryBytes"] as const) {
    const left = held.reduce((sum, other) => sum - reserved(other, what), node.description?.Resources[what] ?? 0);
    if (reserved(task, what) > Math.max(0, left)) return false;
  }
  const portsOf = (of: TaskRow) => (of.endpointSpec?.Ports ?? []).filter((port) => port.PublishMode === "host");
  const taken = new Set(held.flatMap(portsOf).map((port) => port.PublishedPort));
  if (portsOf(task).some((port) => taken.has(port.PublishedPort))) return false;
  const copies = others.filter((other) => other.serviceId === task.serviceId && desired(other) <= rank("complete"));
  return (
    copies.filter((other) => !ended(other)).length < (task.spec.Placement?.MaxReplicas || Number.POSITIVE_INFINITY)
  );
}

function fits({ core }: Step, task: TaskRow): void {
  const node = core.view.table("nodes").get(task.nodeId);
  if (!node) return;
  must(
    21,
    node.status.state === "ready" && node.spec.Availability === "active",
    () => `${name(task)} was given to ${node.machine}, ${node.status.state} and ${node.spec.Availability}`,
  );
  const { Placement } = task.spec;
  must(
    21,
    matchesConstraints(Placement?.Constraints, node),
    () => `${name(task)} was given to ${node.machine} against ${Placement?.Constraints}`,
  );
  if (!Placement?.MaxReplicas) return;
  // as swarmkit `manager/scheduler/nodeinfo.go`: a task that ended is out of the books, though its restart waits for its delay
  const copies = core.view
    .table("tasks")
    .by("node", node.id)
    .filter((other) => other.serviceId === task.serviceId && desired(other) <= rank("complete") && !ended(other));
  must(
    25,
    copies.length <= Placement.MaxReplicas,
    () => `${node.machine} has ${copies.length} of ${task.serviceName}, more than ${Placement.MaxReplicas}`,
  );
}

/** 23 and 24: resources and host ports of one node. */
function books({ core }: Step, id: string): void {
  const total = core.view.table("nodes").get(id)?.description?.Resources;
  const ports = new Map<string, TaskRow>();
  let [cpu, memory] = [0, 0];
  for (const task of core.view.table("tasks").by("node", id)) {
    if (!holds(task)) continue;
    cpu += task.spec.Resources?.Reservations?.NanoCPUs ?? 0;
    memory += task.spec.Resources?.Reservations?.MemoryBytes ?? 0;
    for (const port of task.endpointSpec?.Ports ?? []) {
      if (port.PublishMode !== "host" || !port.PublishedPort) continue;
      const key = `${port.Protocol}/${port.PublishedPort}`;
      const other = ports.get(key);
      must(24, !other, () => `${name(task)} and ${other && name(other)} both hold ${key}`);
      ports.set(key, task);
    }
  }
  must(
    23,
    !total || (cpu <= total.NanoCPUs && memory <= total.MemoryBytes),
    () => `node ${id} has given away ${cpu} of ${total?.NanoCPUs} CPU, ${memory} of ${total?.MemoryBytes} bytes`,
  );
}

/** 26: a service's first tasks, placed in one pass, are spread evenly over nodes that are all the same to them. */
function fresh(step: Step): void {
  const placed = new Map<string, TaskRow[]>();
  for (const { before, after } of changesOf(step, "tasks"))
    if (before?.status.state === "pending" && after?.status.state === "assigned" && !after.global)
      placed.set(after.serviceId, [...(placed.get(after.serviceId) ?? []), after]);
  for (const [id, tasks] of placed) {
    const [first] = tasks;
    const all = step.core.view.table("tasks").by("service", id);
    const plain = !first?.spec.Placement && !first?.spec.Resources && !first?.endpointSpec?.Ports;
    if (!plain || all.length !== tasks.length) continue;
    const eligible = step.core.view
      .table("nodes")
      .by("swarm", first?.swarm ?? "")
      .filter(isOpen);
    const counts = eligible.map((node) => tasks.filter((task) => task.nodeId === node.id).length);
    must(
      26,
      Math.max(...counts) - Math.min(...counts) <= 1,
      () => `the first tasks of ${first?.serviceName} lie ${counts.join(", ")}`,
    );
  }
}

const isOpen = (node: NodeRow) => node.status.state === "ready" && node.spec.Availability === "active";

/** 27: that a node is there again stops nobody on the others. */
function staysPut(step: Step): void {
  const back = changesOf(step, "nodes").filter(
    ({ before, after }) => before && after && !isOpen(before) && isOpen(after),
  );
  if (back.length === 0 || step.command?.kind === "service.update" || changesOf(step, "services").length > 0) return;
  for (const { before, after } of changesOf(step, "tasks")) {
    if (before?.status.state !== "running" || before.desiredState !== "running" || before.global || !after) continue;
    const there = back.some(({ id }) => id === after.nodeId);
    must(27, there || after.desiredState === "running", () => `${name(after)} was stopped when another node came back`);
  }
}
