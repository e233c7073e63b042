/** From a task to the container the engine is asked for (moby `daemon/cluster/executor/container/container.go`). */
import type { ContainerCreateRequest, EndpointSettings, HostConfig, PortBinding } from "../../engine/types";
import type { AssignedTask } from "../protocol";
import { expand, type TemplateContext } from "../template";

export const containerName = (task: AssignedTask) => `${taskName(task)}.${task.id}`;

const taskName = (task: AssignedTask) => `${task.serviceName}.${task.slot || task.nodeId}`;

export interface NodeFacts {
  readonly hostname: string;
  readonly platform?: { readonly Architecture: string; readonly OS: string };
}

const PLATFORM = { Architecture: "x86_64", OS: "linux" };

export function containerRequest(task: AssignedTask, node: NodeFacts): ContainerCreateRequest {
  const spec = task.spec.ContainerSpec ?? {};
  const context = contextOf(task, node);
  const hostPorts = task.endpoint.ports.filter((port) => port.PublishMode === "host");
  return {
    Image: spec.Image ?? "",
    ...(spec.Hostname && { Hostname: expand(spec.Hostname, context) }),
    ...(spec.Env && { Env: spec.Env.map((line) => expandEnv(line, context)) }),
    ...(spec.Command && { Entrypoint: spec.Command }),
    ...(spec.Args && { Cmd: spec.Args }),
    ...(spec.Dir && { WorkingDir: spec.Dir }),
    ...(spec.User && { User: spec.User }),
    ...(spec.TTY && { Tty: true }),
    ...(spec.OpenStdin && { OpenStdin: true }),
    ...(spec.StopSignal && { StopSignal: spec.StopSignal }),
    ...(spec.Healthcheck && { Healthcheck: spec.Healthcheck }),
    ...(hostPorts.length > 0 && {
      ExposedPorts: Object.fromEntries(hostPorts.map((port) => [`${port.TargetPort}/${port.Protocol ?? "tcp"}`, {}])),
    }),
    Labels: { ...spec.Labels, ...labelsOf(task, context.Task.Name) },
    HostConfig: hostConfig(task, context),
    NetworkingConfig: { EndpointsConfig: endpoints(task) },
  };
}

const labelsOf = (task: AssignedTask, name: string) => ({
  "com.docker.swarm.node.id": task.nodeId,
  "com.docker.swarm.service.id": task.serviceId,
  "com.docker.swarm.service.name": task.serviceName,
  "com.docker.swarm.task": "",
  "com.docker.swarm.task.id": task.id,
  "com.docker.swarm.task.name": name,
});

export const contextOf = (task: AssignedTask, node: NodeFacts): TemplateContext => ({
  Service: { ID: task.serviceId, Name: task.serviceName, Labels: task.serviceLabels },
  Node: { ID: task.nodeId, Hostname: node.hostname, Platform: node.platform ?? PLATFORM },
  Task: { ID: task.id, Name: containerName(task), Slot: task.slot ? String(task.slot) : task.nodeId },
});

function hostConfig(task: AssignedTask, context: TemplateContext): HostConfig {
  const spec = task.spec.ContainerSpec ?? {};
  const limits = task.spec.Resources?.Limits;
  const reserved = task.spec.Resources?.Reservations;
  return {
    NetworkMode: networkMode(task),
    RestartPolicy: { Name: "no" },
    ...(limits?.MemoryBytes && { Memory: limits.MemoryBytes }),
    ...(limits?.NanoCPUs && { NanoCpus: limits.NanoCPUs }),
    ...(limits?.Pids && { PidsLimit: limits.Pids }),
    ...(reserved?.MemoryBytes && { MemoryReservation: reserved.MemoryBytes }),
    ...(spec.Mounts && {
      Mounts: spec.Mounts.map((mount) => ({
        ...mount,
        ...(mount.Source && { Source: expand(mount.Source, context) }),
        ...(mount.Target && { Target: expand(mount.Target, context) }),
      })),
    }),
    ...(spec.ReadOnly && { ReadonlyRootfs: true }),
    ...(spec.Init !== undefined && { Init: spec.Init }),
    ...(spec.Hosts && { ExtraHosts: spec.Hosts.map(extraHost) }),
    ...(spec.DNSConfig?.Nameservers && { Dns: spec.DNSConfig.Nameservers }),
    ...(spec.CapabilityAdd && { CapAdd: spec.CapabilityAdd }),
    ...(spec.CapabilityDrop && { CapDrop: spec.CapabilityDrop }),
    ...(spec.Sysctls && { Sysctls: spec.Sysctls }),
    ...(spec.Ulimits && { Ulimits: spec.Ulimits }),
    ...(task.spec.LogDriver?.Name && {
      LogConfig: { Type: task.spec.LogDriver.Name, Config: task.spec.LogDriver.Options ?? {} },
    }),
    ...portBindings(task),
  };
}

/** Of `NAME=VALUE` the value is the template. */
function expandEnv(line: string, context: TemplateContext): string {
  const at = line.indexOf("=") + 1;
  return line.slice(0, at) + expand(line.slice(at), context);
}

/** `10.1.1.1 db alias` of a spec is `db:10.1.1.1` to the engine. */
function extraHost(line: string): string {
  const [address = "", name = ""] = line.trim().split(/\s+/);
  return `${name}:${address}`;
}

function portBindings(task: AssignedTask): { PortBindings?: Record<string, PortBinding[]> } {
  const bindings: Record<string, PortBinding[]> = {};
  for (const port of task.endpoint.ports) {
    if (port.PublishMode !== "host") continue;
    const key = `${port.TargetPort}/${port.Protocol || "tcp"}`;
    bindings[key] = [...(bindings[key] ?? []), { HostPort: port.PublishedPort ? String(port.PublishedPort) : "" }];
  }
  return Object.keys(bindings).length > 0 ? { PortBindings: bindings } : {};
}

function networkMode(task: AssignedTask): string {
  const local = (task.spec.Networks ?? []).find((network) => network.Target === "host" || network.Target === "bridge");
  if (local?.Target) return local.Target;
  return task.attachments[0]?.network.name ?? "bridge";
}

/** Aliases are names of the service, not of its containers: `discovery.ts` answers for them. */
function endpoints(task: AssignedTask): Record<string, EndpointSettings> {
  return Object.fromEntries(
    task.attachments.map(({ network, address }) => [
      network.name,
      { NetworkID: network.id, IPAMConfig: { IPv4Address: address.split("/")[0] ?? "" } },
    ]),
  );
}
