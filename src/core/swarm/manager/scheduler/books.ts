/**
 * What the scheduler knows of each node: what is left of its resources, how many tasks it has, which host ports are
 * taken, which services fail on it (swarmkit `manager/scheduler/nodeinfo.go`). Rebuilt from the rows at need, kept up
 * task by task otherwise.
 */
import type { View } from "../../../store/store";
import type { Millis } from "../../../time/agenda";
import { rank } from "../../protocol";
import type { GenericResource, TaskSpec } from "../../spec";
import type { NodeRow, TaskRow } from "../tables";

/** Failures older than this are forgotten. */
export const FAILURE_WINDOW: Millis = 5 * 60_000;

export interface NodeBook {
  node: NodeRow;
  cpu: number; // reserved, in NanoCPUs
  memory: number;
  readonly generic: Map<string, number>;
  active: number;
  readonly services: Map<string, number>;
  readonly ports: Map<string, number>;
  readonly failures: Map<string, Map<string, Millis>>; // SERVICE/SPECVERSION -> task -> when; as long as the task is kept
}

interface Contribution {
  readonly nodeId: string;
  readonly serviceId: string;
  readonly holds: boolean; // resources and ports
  readonly active: boolean;
  readonly spec: TaskSpec;
  readonly ports: readonly string[];
  readonly failure?: { readonly task: string; readonly key: string; readonly at: Millis };
}

export class Books {
  readonly nodes = new Map<string, NodeBook>();
  readonly #tasks = new Map<string, Contribution>();

  constructor(view: View) {
    for (const node of view.table("nodes").all()) this.setNode(node.id, node);
    for (const task of view.table("tasks").all()) this.setTask(task.id, task);
  }

  setNode(id: string, node: NodeRow | undefined): void {
    const book = this.nodes.get(id);
    if (!node) this.nodes.delete(id);
    else if (book) book.node = node;
    else
      this.nodes.set(id, {
        node,
        cpu: 0,
        memory: 0,
        generic: new Map(),
        active: 0,
        services: new Map(),
        ports: new Map(),
        failures: new Map(),
      });
  }

  /** Replaces what a task contributes; the same row twice counts once. */
  setTask(id: string, task: TaskRow | undefined): void {
    const before = this.#tasks.get(id);
    if (before && task && isSame(before, task)) return;
    if (before) this.#apply(before, -1);
    const after = task?.nodeId ? contribution(task) : undefined;
    if (after) {
      this.#tasks.set(id, after);
      this.#apply(after, 1);
    } else this.#tasks.delete(id);
  }

  #apply(part: Contribution, sign: number): void {
    const book = this.nodes.get(part.nodeId);
    if (!book) return;
    if (part.failure) {
      const failures = book.failures.get(part.failure.key) ?? new Map<string, Millis>();
      book.failures.set(part.failure.key, failures);
      if (sign > 0) failures.set(part.failure.task, part.failure.at);
      else failures.delete(part.failure.task);
      if (failures.size === 0) book.failures.delete(part.failure.key);
    }
    if (part.active) {
      book.active += sign;
      add(book.services, part.serviceId, sign);
    }
    if (!part.holds) return;
    const reserved = part.spec.Resources?.Reservations;
    book.cpu += sign * (reserved?.NanoCPUs ?? 0);
    book.memory += sign * (reserved?.MemoryBytes ?? 0);
    for (const generic of reserved?.GenericResources ?? [])
      add(book.generic, kindOf(generic), sign * amountOf(generic));
    for (const port of part.ports) add(book.ports, port, sign);
  }
}

/** Under which failures of a task are counted. */
export const failureKey = (task: Pick<TaskRow, "serviceId" | "specVersion">) => `${task.serviceId}/${task.specVersion}`;

export const kindOf = (generic: GenericResource) =>
  generic.DiscreteResourceSpec?.Kind ?? generic.NamedResourceSpec?.Kind ?? "";
export const amountOf = (generic: GenericResource) =>
  generic.DiscreteResourceSpec?.Value ?? (generic.NamedResourceSpec ? 1 : 0);

/** The fixed host ports that a task asks for, as `PROTOCOL/PORT`. */
export const hostPortsOf = (task: Pick<TaskRow, "endpointSpec">): string[] =>
  (task.endpointSpec?.Ports ?? [])
    .filter((port) => port.PublishMode === "host" && (port.PublishedPort ?? 0) !== 0)
    .map((port) => `${port.Protocol || "tcp"}/${port.PublishedPort}`);

const isHolding = ({ status }: TaskRow) =>
  rank(status.state) >= rank("assigned") && rank(status.state) <= rank("running");
const isActive = ({ desiredState, status }: TaskRow) =>
  rank(desiredState) <= rank("complete") && rank(status.state) <= rank("running");

/** Whether a task that goes on from state to state still contributes the same; an ended one is looked at anew. */
const isSame = (part: Contribution, task: TaskRow) =>
  part.holds && isHolding(task) && part.active === isActive(task) && part.nodeId === task.nodeId;

function contribution(task: TaskRow): Contribution | undefined {
  const holds = isHolding(task);
  const active = isActive(task);
  const failed = !task.global && (task.status.state === "failed" || task.status.state === "rejected");
  if (!holds && !active && !failed) return undefined;
  return {
    nodeId: task.nodeId,
    serviceId: task.serviceId,
    holds,
    active,
    spec: task.spec,
    ports: holds ? hostPortsOf(task) : [],
    ...(failed && { failure: { task: task.id, key: failureKey(task), at: task.status.timestamp } }),
  };
}

function add(map: Map<string, number>, key: string, amount: number): void {
  const sum = (map.get(key) ?? 0) + amount;
  if (sum === 0) map.delete(key);
  else map.set(key, sum);
}
