/** What the control API refuses in a service spec, in its words and its order (swarmkit `manager/controlapi/{service,common}.go`). */
import { invalidParameter } from "../../../errors";
import type { View } from "../../../store/store";
import { rpc } from "../../access";
import type {
  ContainerSpec,
  EndpointSpec,
  FileTarget,
  ResourceAmounts,
  ServiceSpec,
  TaskSpec,
  UpdateConfig,
} from "../../spec";
import { checkTemplate } from "../../template";
import { ingressOf, usesIngress } from "../allocator/allocator";
import { takenPorts } from "../allocator/ports";
import { isJob } from "../defaults";
import { parseConstraints } from "../scheduler/constraints";

const invalid = (text: string) => rpc("InvalidArgument", text);

/** 4 MiB: less is not enough for any container. */
const LEAST_MEMORY = 4 * 1024 * 1024;
/** A thousandth of a CPU. */
const LEAST_CPU = 1_000_000;

export function validateService(view: View, swarm: string, spec: ServiceSpec, id: string): void {
  validateName(spec.Name ?? "");
  validateTask(view, swarm, spec.TaskTemplate, spec.Labels);
  if (isJob(spec) && spec.UpdateConfig) throw invalid("Jobs may not have an update config");
  validateUpdate(spec.UpdateConfig);
  validateEndpoint(spec.EndpointSpec);
  if (usesIngress(spec) && !ingressOf(view, swarm))
    throw rpc("FailedPrecondition", "service needs ingress network, but no ingress network is present");
  validateReferences(view, swarm, spec.TaskTemplate);
  validatePorts(view, swarm, spec, id);
}

function validateName(name: string): void {
  if (!/^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9])*$/.test(name)) throw invalid("name must be valid as a DNS name component");
  if (name.length > 63) throw invalid("name must be 63 characters or fewer");
}

function validateTask(view: View, swarm: string, task: TaskSpec, labels: ServiceSpec["Labels"]): void {
  validateResources(task.Resources?.Limits);
  validateResources(task.Resources?.Reservations);
  if ((task.RestartPolicy?.Delay ?? 0) < 0) throw invalid("TaskSpec: restart-delay cannot be negative");
  if ((task.RestartPolicy?.Window ?? 0) < 0) throw invalid("TaskSpec: restart-window cannot be negative");
  parseConstraints(task.Placement?.Constraints);
  const container = task.ContainerSpec;
  if (!container) throw invalid("TaskSpec: missing runtime");
  if (!container.Image) throw invalid("ContainerSpec: image reference must be provided");
  if (!isReference(container.Image)) throw invalid(`ContainerSpec: "${container.Image}" is not a valid repository/tag`);
  const seen = new Set<string>();
  for (const mount of container.Mounts ?? []) {
    checkMount(mount);
    const target = mount.Target ?? "";
    if (seen.has(target)) throw invalid(`ContainerSpec: duplicate mount point: ${target}`);
    seen.add(target);
  }
  validateHealth(container.Healthcheck);
  validateTemplates(container, labels);
  for (const network of task.Networks ?? []) {
    const row = view.table("swarmNetworks").get(network.Target ?? "");
    if (row?.spec.Ingress && row.swarm === swarm)
      throw invalid(`Service cannot be explicitly attached to the ingress network "${row.spec.Name}"`);
  }
}

/** Nanoseconds of a millisecond. */
const LEAST_DURATION = 1_000_000;

function validateHealth(health: ContainerSpec["Healthcheck"]): void {
  for (const field of ["Interval", "Timeout", "StartPeriod", "StartInterval"] as const) {
    const value = health?.[field] ?? 0;
    if (value !== 0 && value < LEAST_DURATION)
      throw invalid(`ContainerSpec: ${field} in HealthConfig cannot be less than 1ms`);
  }
  if ((health?.Retries ?? 0) < 0) throw invalid("ContainerSpec: Retries in HealthConfig cannot be negative");
}

const MOUNT_TYPES = ["bind", "volume", "tmpfs", "npipe", "cluster"];
const PROPAGATIONS = ["rprivate", "private", "rslave", "slave", "rshared", "shared"];

/** Words of a mount that swarmkit knows nothing of (moby `daemon/cluster/convert/container.go`). */
function checkMount({ Type, BindOptions }: NonNullable<ContainerSpec["Mounts"]>[number]): void {
  const type: string = Type ?? "";
  if (type !== "" && !MOUNT_TYPES.includes(type.toLowerCase()))
    throw invalidParameter(`invalid MountType: ${JSON.stringify(type)}`);
  const propagation = String(BindOptions?.Propagation ?? "");
  if (propagation !== "" && !PROPAGATIONS.includes(propagation.toLowerCase()))
    throw invalidParameter(`invalid MountPropagation: ${JSON.stringify(propagation)}`);
}

/** What is expanded on the node is tried here, where nothing of node and task is known. */
function validateTemplates({ Mounts, Hostname, Env }: ContainerSpec, labels: ServiceSpec["Labels"]): void {
  const check = (text: string | undefined, what: string) => text && checkTemplate(text, what, labels ?? {});
  for (const { Source, Target } of Mounts ?? []) {
    check(Source, `mounts failed: expanding mount source ${JSON.stringify(Source)}`);
    check(Target, `mounts failed: expanding mount target ${JSON.stringify(Target)}`);
  }
  check(Hostname, "hostname failed");
  for (const line of Env ?? [])
    check(line.slice(line.indexOf("=") + 1), `env failed: expanding env ${JSON.stringify(line)}`);
}

/** As Go's `%g`: an exponent of at least two digits below 0.0001. */
const goFloat = (value: number): string =>
  Math.abs(value) >= 1e-4 ? String(value) : value.toExponential().replace(/e-(\d)$/, "e-0$1");

function validateResources(amounts: ResourceAmounts | undefined): void {
  const cpu = amounts?.NanoCPUs ?? 0;
  if (cpu !== 0 && cpu < LEAST_CPU) throw invalid(`invalid cpu value ${goFloat(cpu / 1e9)}: Must be at least 0.001`);
  const memory = amounts?.MemoryBytes ?? 0;
  if (memory !== 0 && memory < LEAST_MEMORY) throw invalid(`invalid memory value ${memory}: Must be at least 4MiB`);
}

const REFERENCE =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$/;

/** Length first: the expression must not be fed a stranger's megabyte. */
const isReference = (text: string) => text.length <= 512 && REFERENCE.test(text);

function validateUpdate(config: UpdateConfig | undefined): void {
  if (!config) return;
  if ((config.Delay ?? 0) < 0) throw invalid("TaskSpec: update-delay cannot be negative");
  if ((config.Monitor ?? 0) < 0) throw invalid("TaskSpec: update-monitor cannot be negative");
  const ratio = config.MaxFailureRatio ?? 0;
  if (ratio < 0 || ratio > 1) throw invalid("TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1");
}

function validateEndpoint(endpoint: EndpointSpec | undefined): void {
  const seen = new Set<string>();
  for (const port of endpoint?.Ports ?? []) {
    if (endpoint?.Mode === "dnsrr" && port.PublishMode === "ingress")
      throw invalid("EndpointSpec: port published with ingress mode can't be used with dnsrr mode");
    if (!port.PublishedPort) continue;
    const key = `${port.Protocol}/${port.PublishedPort}`;
    if (seen.has(key)) throw invalid("EndpointSpec: duplicate published ports provided");
    seen.add(key);
  }
}

function validateReferences(view: View, swarm: string, task: TaskSpec): void {
  const secrets = (task.ContainerSpec?.Secrets ?? []).map((ref) => ({
    id: ref.SecretID,
    name: ref.SecretName ?? "",
    file: ref.File,
  }));
  const configs = (task.ContainerSpec?.Configs ?? []).map((ref) => ({
    id: ref.ConfigID,
    name: ref.ConfigName ?? "",
    file: ref.File,
  }));
  check(view, swarm, "secret", secrets);
  check(view, swarm, "config", configs);
}

interface Reference {
  readonly id: string | undefined;
  readonly name: string;
  readonly file: FileTarget | undefined;
}

function check(view: View, swarm: string, kind: "secret" | "config", references: readonly Reference[]): void {
  const targets = new Map<string, string>();
  for (const { id, name, file } of references) {
    if (!id || !name) throw invalid(`malformed ${kind} reference`);
    const target = file?.Name;
    if (!target) continue;
    const other = targets.get(target);
    if (other !== undefined)
      throw invalid(`${kind} references '${other}' and '${name}' have a conflicting target: '${target}'`);
    targets.set(target, name);
  }
  const missing = references
    .filter(({ id }) => view.table("swarmData").get(id ?? "")?.swarm !== swarm)
    .map(({ name }) => name);
  if (missing.length > 0) throw invalid(`${kind}${missing.length > 1 ? "s" : ""} not found: ${missing.join(", ")}`);
}

function validatePorts(view: View, swarm: string, spec: ServiceSpec, id: string): void {
  const ports = spec.EndpointSpec?.Ports?.filter((port) => port.PublishedPort) ?? [];
  if (ports.length === 0) return;
  const taken = takenPorts(view, swarm, id);
  for (const port of ports) {
    const holder = taken.get(`${port.Protocol}/${port.PublishedPort}`);
    if (!holder || (port.PublishMode === "host" && !holder.ingress)) continue;
    const how = holder.ingress ? "an ingress port" : "a host-published port";
    throw invalid(
      `port '${port.PublishedPort}' is already in use by service '${holder.service.spec.Name}' (${holder.service.id}) as ${how}`,
    );
  }
}
