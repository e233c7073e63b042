/**
 * A service spec as the daemon gives it back: what a client sends goes through the daemon's own types and returns with
 * their field order, their fixed fields, and network names resolved (moby `daemon/cluster/convert/{service,container}.go`).
 */
import { forbidden, invalidParameter, notFound } from "../../../errors";
import type { View } from "../../../store/store";
import type {
  EndpointSpec,
  NetworkAttachmentConfig,
  RestartPolicy,
  ServiceMode,
  ServiceSpec,
  TaskSpec,
  UpdateConfig,
} from "../../spec";

// biome-ignore format: a table
export const CONTAINER_FIELDS = [
  "Image", "Labels", "Command", "Args", "Hostname", "Env", "Dir", "User", "Groups", "Privileges", "Init", "StopSignal", "TTY",
  "OpenStdin", "ReadOnly", "Mounts", "StopGracePeriod", "Healthcheck", "Hosts", "DNSConfig", "Secrets", "Configs", "Isolation",
  "Sysctls", "CapabilityAdd", "CapabilityDrop", "Ulimits", "OomScoreAdj",
] as const;

/** Copies the named fields in their order, without the empty ones Go would omit. */
function ordered(value: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of fields) if (!isEmpty(value[field])) out[field] = value[field];
  return out;
}

const isEmpty = (value: unknown) => {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return false;
};

export function normaliseService(view: View, machine: string, swarm: string, given: ServiceSpec): ServiceSpec {
  const { TaskTemplate: template } = given;
  const networks = template.Networks?.length ? template.Networks : given.Networks;
  return {
    Name: given.Name ?? "",
    Labels: given.Labels ?? {},
    TaskTemplate: normaliseTask(
      template,
      networks?.map((network) => resolve(view, machine, swarm, network)),
    ),
    Mode: normaliseMode(given.Mode ?? {}),
    ...(given.UpdateConfig && { UpdateConfig: normaliseUpdate(given.UpdateConfig) }),
    ...(given.RollbackConfig && { RollbackConfig: normaliseUpdate(given.RollbackConfig) }),
    ...(given.EndpointSpec && { EndpointSpec: normaliseEndpoint(given.EndpointSpec) }),
  };
}

function normaliseTask(template: TaskSpec, networks: NetworkAttachmentConfig[] | undefined): TaskSpec {
  const container = template.ContainerSpec;
  const runtime = template.Runtime || "container";
  return {
    ...(container && { ContainerSpec: normaliseContainer(container) }),
    ...(template.Resources && { Resources: template.Resources }),
    ...(template.RestartPolicy && { RestartPolicy: normaliseRestart(template.RestartPolicy) }),
    ...(template.Placement && {
      Placement: ordered({ ...template.Placement }, ["Constraints", "Preferences", "MaxReplicas", "Platforms"]),
    }),
    ...(networks && { Networks: networks }),
    ...(template.LogDriver && { LogDriver: template.LogDriver }),
    ForceUpdate: template.ForceUpdate ?? 0,
    Runtime: runtime,
  };
}

function normaliseContainer(container: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of CONTAINER_FIELDS) {
    const value = field === "Isolation" ? container.Isolation || "default" : container[field];
    if (!isEmpty(value) || (field === "Init" && value === false)) out[field] = value; // `Init: false` differs from none
  }
  return out;
}

function normaliseRestart(policy: RestartPolicy): RestartPolicy {
  const condition = policy.Condition ?? "";
  if (!["", "none", "on-failure", "any"].includes(condition))
    throw invalidParameter(`invalid RestartCondition: "${condition}"`);
  return {
    Condition: condition || "any",
    ...(policy.Delay !== undefined && { Delay: policy.Delay }),
    MaxAttempts: policy.MaxAttempts ?? 0,
    ...(policy.Window !== undefined && { Window: policy.Window }),
  };
}

function normaliseUpdate(config: UpdateConfig): UpdateConfig {
  const action = config.FailureAction ?? "";
  const order = config.Order ?? "";
  if (!["", "pause", "continue", "rollback"].includes(action))
    throw invalidParameter(`unrecognized update failure action ${action}`);
  if (!["", "stop-first", "start-first"].includes(order)) throw invalidParameter(`unrecognized update order ${order}`);
  return {
    Parallelism: config.Parallelism ?? 0,
    ...(config.Delay && { Delay: config.Delay }),
    FailureAction: action || "pause",
    ...(config.Monitor !== undefined && { Monitor: config.Monitor }),
    MaxFailureRatio: config.MaxFailureRatio ?? 0,
    Order: order || "stop-first",
  };
}

function normaliseEndpoint(endpoint: EndpointSpec): EndpointSpec {
  const mode = endpoint.Mode ?? "";
  if (!["", "vip", "dnsrr"].includes(mode)) throw invalidParameter(`invalid resolution mode: "${mode}"`);
  return {
    Mode: mode || "vip",
    ...(endpoint.Ports?.length && {
      Ports: endpoint.Ports.map((port) => ({
        ...(port.Name && { Name: port.Name }),
        Protocol: port.Protocol || "tcp",
        ...(port.TargetPort && { TargetPort: port.TargetPort }),
        ...(port.PublishedPort && { PublishedPort: port.PublishedPort }),
        PublishMode: port.PublishMode || "ingress",
      })),
    }),
  };
}

function normaliseMode(mode: ServiceMode): ServiceMode {
  const given = Object.entries(mode).filter(([, value]) => value !== undefined && value !== null);
  if (given.length > 1) throw invalidParameter("must specify only one service mode");
  if (mode.Global) return { Global: {} };
  if (mode.GlobalJob) return { GlobalJob: {} };
  if (mode.ReplicatedJob) {
    const concurrent = mode.ReplicatedJob.MaxConcurrent ?? 1;
    return {
      ReplicatedJob: { MaxConcurrent: concurrent, TotalCompletions: mode.ReplicatedJob.TotalCompletions ?? concurrent },
    };
  }
  return { Replicated: { Replicas: mode.Replicated?.Replicas ?? 1 } };
}

/** The target by id; a node's own `host` and `bridge` stay names. */
function resolve(
  view: View,
  machine: string,
  swarm: string,
  network: NetworkAttachmentConfig,
): NetworkAttachmentConfig {
  const target = network.Target ?? "";
  const rest = {
    ...(network.Aliases?.length && { Aliases: network.Aliases }),
    ...(network.DriverOpts && Object.keys(network.DriverOpts).length > 0 && { DriverOpts: network.DriverOpts }),
  };
  const table = view.table("swarmNetworks");
  const byId = table.get(target);
  const row =
    byId?.swarm === swarm
      ? byId
      : table.by("name", `${swarm}/${target.toLowerCase()}`).find((each) => each.spec.Name === target);
  if (row) return { Target: row.id, ...rest };
  const local = view
    .table("networks")
    .by("machine", machine)
    .find((each) => each.name === target || each.networkId === target);
  if (local && (local.name === "bridge" || local.name === "host")) return { Target: local.name, ...rest };
  if (target === "bridge" || target === "host") return { Target: target, ...rest };
  if (local) throw notLocal(local.name);
  const [prefixed] = table.by("swarm", swarm).filter((each) => target !== "" && each.id.startsWith(target));
  if (prefixed) return { Target: prefixed.id, ...rest };
  throw notFound(`network ${target} not found`);
}

const notLocal = (name: string) =>
  forbidden(
    `The network ${name} cannot be used with services. Only networks scoped to the swarm can be used, such as those created with the overlay driver.`,
  );
