/** The filters a node has to pass, in their order, and the words for those it does not (swarmkit `manager/scheduler/filter.go`). */
import type { TaskRow } from "../tables";
import { amountOf, hostPortsOf, kindOf, type NodeBook } from "./books";
import { matchesConstraints } from "./constraints";

export interface Filter {
  readonly name: string;
  /** Whether it has anything to say about this task. */
  applies(task: TaskRow): boolean;
  passes(task: TaskRow, book: NodeBook): boolean;
  explain(nodes: number): string;
}

const onNodes = (text: string, nodes: number) => `${text} on ${nodes} ${nodes === 1 ? "node" : "nodes"}`;

const ready: Filter = {
  name: "Ready",
  applies: () => true,
  passes: (_task, { node }) => node.status.state === "ready" && node.spec.Availability === "active",
  explain: (nodes) => `${nodes} ${nodes === 1 ? "node" : "nodes"} not available for new tasks`,
};

const resource: Filter = {
  name: "Resource",
  applies: (task) => {
    const wanted = task.spec.Resources?.Reservations;
    return Boolean(wanted?.NanoCPUs || wanted?.MemoryBytes || wanted?.GenericResources?.length);
  },
  passes: (task, book) => {
    const wanted = task.spec.Resources?.Reservations ?? {};
    const total = book.node.description?.Resources;
    if ((wanted.NanoCPUs ?? 0) > (total?.NanoCPUs ?? 0) - book.cpu) return false;
    if ((wanted.MemoryBytes ?? 0) > (total?.MemoryBytes ?? 0) - book.memory) return false;
    // no machine of ours offers generic resources
    return (wanted.GenericResources ?? []).every(
      (generic) => amountOf(generic) <= -(book.generic.get(kindOf(generic)) ?? 0),
    );
  },
  explain: (nodes) => onNodes("insufficient resources", nodes),
};

const plugin: Filter = {
  name: "Plugin",
  applies: () => true,
  passes: (task, { node }) => {
    const has = (type: string, name: string) =>
      node.description?.Engine.Plugins.some(
        (each) => each.Type === type && (each.Name === name || each.Name === `${name}:latest`),
      ) ?? false;
    const volumes = (task.spec.ContainerSpec?.Mounts ?? []).map(
      (mount) => mount.VolumeOptions?.DriverConfig?.Name ?? "",
    );
    if (volumes.some((name) => name !== "" && name !== "local" && !has("Volume", name))) return false;
    const log = task.spec.LogDriver?.Name ?? "";
    return log === "" || log === "none" || has("Log", log);
  },
  explain: (nodes) => `missing plugin on ${nodes} ${nodes === 1 ? "node" : "nodes"}`,
};

const constraint: Filter = {
  name: "Constraint",
  applies: (task) => (task.spec.Placement?.Constraints?.length ?? 0) > 0,
  passes: (task, { node }) => matchesConstraints(task.spec.Placement?.Constraints, node),
  explain: (nodes) => onNodes("scheduling constraints not satisfied", nodes),
};

const architectures: Record<string, string> = { x86_64: "amd64", aarch64: "arm64" };
const normal = (architecture: string) => architectures[architecture] ?? architecture;

const platform: Filter = {
  name: "Platform",
  applies: (task) => (task.spec.Placement?.Platforms?.length ?? 0) > 0,
  passes: (task, { node }) =>
    (task.spec.Placement?.Platforms ?? []).some((wanted) => {
      const own = node.description?.Platform;
      const osFits = !wanted.OS || wanted.OS === own?.OS;
      return osFits && (!wanted.Architecture || normal(wanted.Architecture) === normal(own?.Architecture ?? ""));
    }),
  explain: (nodes) => onNodes("unsupported platform", nodes),
};

const hostPort: Filter = {
  name: "HostPort",
  applies: (task) => hostPortsOf(task).length > 0,
  passes: (task, book) => hostPortsOf(task).every((port) => !book.ports.has(port)),
  explain: (nodes) => onNodes("host-mode port already in use", nodes),
};

const maxReplicas: Filter = {
  name: "MaxReplicas",
  applies: (task) => (task.spec.Placement?.MaxReplicas ?? 0) > 0,
  passes: (task, book) => (book.services.get(task.serviceId) ?? 0) < (task.spec.Placement?.MaxReplicas ?? 0),
  explain: () => "max replicas per node limit exceed",
};

const volumes: Filter = {
  name: "Volumes",
  applies: (task) => (task.spec.ContainerSpec?.Mounts ?? []).some((mount) => mount.Type === "cluster"),
  passes: () => false, // no CSI plugin exists here
  explain: (nodes) => onNodes("cannot fulfill requested CSI volume mounts", nodes),
};

/** All of them, in the order in which a node has to pass them. */
export const filters: readonly Filter[] = [
  ready,
  resource,
  plugin,
  constraint,
  platform,
  hostPort,
  maxReplicas,
  volumes,
];

/** The filters of one task's spec, with what has failed since the last node that passed. */
export class Pipeline {
  readonly #active: readonly Filter[];
  #failures: number[];
  readonly #task: TaskRow;

  constructor(task: TaskRow) {
    this.#task = task;
    this.#active = filters.filter((filter) => filter.applies(task));
    this.#failures = this.#active.map(() => 0);
  }

  passes(book: NodeBook): boolean {
    const at = this.#active.findIndex((filter) => !filter.passes(this.#task, book));
    if (at < 0) {
      this.#failures = this.#active.map(() => 0);
      return true;
    }
    this.#failures[at] = (this.#failures[at] as number) + 1;
    return false;
  }

  /** Why nodes failed, most frequent first. */
  explain(): string {
    return this.#active
      .map((filter, at) => ({ filter, count: this.#failures[at] as number }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .map(({ filter, count }) => filter.explain(count))
      .join("; ");
  }
}
