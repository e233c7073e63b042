/** What a filter of the scheduler saw on a node, in numbers and names. The verdict itself is the filter's. */
import type { View } from "../../store/store";
import { amountOf, hostPortsOf, kindOf, type NodeBook } from "../manager/scheduler/books";
import { matchesConstraints } from "../manager/scheduler/constraints";
import type { NodeRow, TaskRow } from "../manager/tables";
import { rank } from "../protocol";
import { titleOf } from "./find";
import { type Reason, reason } from "./sentences";
import type { FilterName } from "./types";

type Facts = (task: TaskRow, book: NodeBook, view: View) => Reason[];

/** For a filter that failed, and for resources in any case. */
export const factsOf = (filter: FilterName, passes: boolean, task: TaskRow, book: NodeBook, view: View): Reason[] =>
  passes && filter !== "Resource" ? [] : facts[filter](task, book, view);

const facts: Record<FilterName, Facts> = {
  Ready: (_task, { node }) => ready(node),
  Resource: resources,
  Plugin: (task, { node }) => plugins(task, node),
  Constraint: (task, { node }) => brokenConstraints(task.spec.Placement?.Constraints, node),
  Platform: (task, { node }) => [
    reason("platform.differs", {
      wanted: (task.spec.Placement?.Platforms ?? [])
        .map((each) => `${each.OS || "*"}/${each.Architecture || "*"}`)
        .join(", "),
      actual: `${node.description?.Platform.OS ?? ""}/${node.description?.Platform.Architecture ?? ""}`,
    }),
  ],
  HostPort: takenPorts,
  MaxReplicas: (task, book) => [
    reason("replicas.full", {
      present: book.services.get(task.serviceId) ?? 0,
      most: task.spec.Placement?.MaxReplicas ?? 0,
    }),
  ],
  Volumes: () => [reason("volume.csi")],
};

function ready(node: NodeRow): Reason[] {
  const found: Reason[] = [];
  const { state } = node.status;
  if (state !== "ready") found.push(reason(`node.${state}`));
  const { Availability: availability } = node.spec;
  if (availability !== "active") found.push(reason(`node.${availability}`));
  return found;
}

function resources(task: TaskRow, book: NodeBook): Reason[] {
  const wanted = task.spec.Resources?.Reservations;
  const total = book.node.description?.Resources;
  const found: Reason[] = [];
  if (wanted?.NanoCPUs)
    found.push(
      reason("resource.cpu", {
        neededCpus: wanted.NanoCPUs / 1e9,
        freeCpus: ((total?.NanoCPUs ?? 0) - book.cpu) / 1e9,
        totalCpus: (total?.NanoCPUs ?? 0) / 1e9,
      }),
    );
  if (wanted?.MemoryBytes)
    found.push(
      reason("resource.memory", {
        neededBytes: wanted.MemoryBytes,
        freeBytes: (total?.MemoryBytes ?? 0) - book.memory,
        totalBytes: total?.MemoryBytes ?? 0,
      }),
    );
  for (const generic of wanted?.GenericResources ?? [])
    found.push(reason("resource.generic", { needed: amountOf(generic), kind: kindOf(generic), free: 0 }));
  return found;
}

function plugins(task: TaskRow, node: NodeRow): Reason[] {
  const has = (type: string, name: string) =>
    node.description?.Engine.Plugins.some(
      (each) => each.Type === type && (each.Name === name || each.Name === `${name}:latest`),
    ) ?? false;
  const drivers = (task.spec.ContainerSpec?.Mounts ?? []).map((mount) => mount.VolumeOptions?.DriverConfig?.Name ?? "");
  const volumes = drivers.filter((name) => name !== "" && name !== "local" && !has("Volume", name));
  const log = task.spec.LogDriver?.Name ?? "";
  return [
    ...volumes.map((plugin) => reason("plugin.volume", { plugin })),
    ...(log === "" || log === "none" || has("Log", log) ? [] : [reason("plugin.log", { plugin: log })]),
  ];
}

/** The constraints that this node does not satisfy. */
export const brokenConstraints = (constraints: readonly string[] | undefined, node: NodeRow): Reason[] =>
  (constraints ?? [])
    .filter((text) => !matchesConstraints([text], node))
    .map((constraint) => {
      const key = constraint.split(/==|!=/)[0]?.trim() ?? "";
      const actual = namedValue(key, node);
      if (actual === undefined) return reason("constraint.never", { constraint });
      return actual === ""
        ? reason("constraint.absent", { constraint })
        : reason("constraint.differs", { constraint, actual });
    });

/** What a constraint's key names on a node; undefined when it can name nothing. */
function namedValue(key: string, node: NodeRow): string | undefined {
  const label = /^(node|engine)\.labels\.(.+)$/i.exec(key);
  const description = node.description;
  if (label?.[1]?.toLowerCase() === "node") return node.spec.Labels?.[label[2] ?? ""] ?? "";
  if (label) return description?.Engine.Labels?.[label[2] ?? ""] ?? "";
  const values: Record<string, string | undefined> = {
    "node.id": node.id,
    "node.hostname": description?.Hostname,
    "node.role": node.role,
    "node.ip": node.status.addr,
    "node.platform.os": description?.Platform.OS,
    "node.platform.arch": description?.Platform.Architecture,
  };
  return values[key.toLowerCase()];
}

function takenPorts(task: TaskRow, book: NodeBook, view: View): Reason[] {
  const holders = view
    .table("tasks")
    .by("node", book.node.id)
    .filter(
      (each) =>
        each.id !== task.id &&
        rank(each.status.state) >= rank("assigned") &&
        rank(each.status.state) <= rank("running"),
    );
  return hostPortsOf(task).flatMap((port) => {
    const holder = holders.find((each) => hostPortsOf(each).includes(port));
    if (!holder) return [];
    return [reason("port.taken", { port: Number(port.split("/")[1]), task: titleOf(holder), taskId: holder.id })];
  });
}
