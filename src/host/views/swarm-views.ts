/** Nodes, services and tasks as the map draws them. */
import type { NodeView, ServiceView, TaskView } from "../../api/socket";
import type { View } from "../../core/store/store";
import { serviceStatus } from "../../core/swarm";

export function nodeView(view: View, id: string): NodeView | undefined {
  const row = view.table("nodes").get(id);
  if (!row) return undefined;
  const leader = view.table("swarms").get(row.swarm)?.leader === id;
  const availability = row.spec.Availability ?? "active";
  return { id, machine: row.machine, role: row.role, leader, availability, state: row.status.state };
}

export function serviceView(view: View, id: string): ServiceView | undefined {
  const row = view.table("services").get(id);
  if (!row) return undefined;
  const { running, desired } = serviceStatus(view, id);
  const stack = row.spec.Labels?.["com.docker.stack.namespace"];
  const mode = Object.keys(row.spec.Mode ?? { Replicated: {} })[0] ?? "Replicated";
  return {
    id,
    name: row.spec.Name ?? "",
    ...(stack ? { stack } : {}),
    mode: mode.toLowerCase(),
    replicas: desired,
    running,
    image: familiar(row.spec.TaskTemplate?.ContainerSpec?.Image),
    ports: (row.endpoint?.ports ?? []).map((port) => ({
      published: port.PublishedPort ?? 0,
      target: port.TargetPort ?? 0,
      protocol: port.Protocol ?? "tcp",
    })),
    networks: (row.endpoint?.virtualIPs ?? []).map((address) => address.networkId),
    ...(row.updateStatus ? { updateState: row.updateStatus.state, updateMessage: row.updateStatus.message } : {}),
  };
}

export function taskView(view: View, id: string): TaskView | undefined {
  const row = view.table("tasks").get(id);
  if (!row) return undefined;
  const machine = view.table("nodes").get(row.nodeId)?.machine;
  const containerId = row.status.container?.id;
  const container = containerId ? view.table("containers").get(containerId) : undefined;
  return {
    id,
    serviceId: row.serviceId,
    name: row.slot > 0 ? `${row.serviceName}.${row.slot}` : `${row.serviceName}.${row.nodeId.slice(0, 5)}`,
    slot: row.slot,
    ...(row.nodeId ? { nodeId: row.nodeId } : {}),
    ...(machine ? { machine } : {}),
    state: row.status.state,
    desiredState: row.desiredState,
    message: row.status.message,
    ...(row.status.err ? { error: row.status.err } : {}),
    image: familiar(row.spec.ContainerSpec?.Image),
    version: row.specVersion,
    ...(containerId ? { containerId } : {}),
    ...(container ? { hostname: container.config.Hostname || container.id.slice(0, 12) } : {}),
    since: new Date(row.status.timestamp).toISOString(),
  };
}

/** Without the digest that the command line pins. */
export const familiar = (image = ""): string => image.replace(/@sha256:[0-9a-f]+$/, "");
