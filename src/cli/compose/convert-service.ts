/** A service of a Compose file as the specification that a swarm's manager takes. */
import type {
  ConfigReference,
  ContainerSpec,
  HealthSpec,
  NetworkAttachment,
  Resources,
  RestartPolicy,
  SecretReference,
  ServiceMode,
  ServiceSpec,
  TaskTemplate,
  UpdateConfig,
} from "../api";
import { parseRestart } from "../commands/container/restart-policy";
import { effectiveCapabilities } from "../commands/service/capabilities";
import { CliError, messageOf } from "../errors";
import { parseDecimal } from "../parse/decimal";
import { convertMount } from "./convert-mounts";
import { IMAGE_LABEL, scoped, stackLabels } from "./namespace";
import type { ChangeConfig, Config, HealthcheckConfig, ServiceConfig } from "./types";

export interface References {
  readonly secrets: readonly SecretReference[];
  readonly configs: readonly ConfigReference[];
}

/** Throws docker's messages, without the service's name before them. */
export function convertService(stack: string, service: ServiceConfig, config: Config, refs: References): ServiceSpec {
  const { deploy = {} } = service;
  const mode = convertMode(deploy.mode ?? "", deploy.replicas);
  const ports = (service.ports ?? [])
    .map((port) => ({
      ...(port.protocol ? { Protocol: port.protocol } : {}),
      ...(port.target ? { TargetPort: port.target } : {}),
      ...(port.published ? { PublishedPort: port.published } : {}),
      ...(port.mode ? { PublishMode: port.mode } : {}),
    }))
    .sort((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0));
  return {
    Name: scoped(stack, service.name),
    Labels: stackLabels(stack, deploy.labels, { [IMAGE_LABEL]: service.image ?? "" }),
    TaskTemplate: taskTemplate(stack, service, config, refs),
    Mode: mode,
    ...(deploy.update_config ? { UpdateConfig: changeConfig(deploy.update_config) } : {}),
    ...(deploy.rollback_config ? { RollbackConfig: changeConfig(deploy.rollback_config) } : {}),
    EndpointSpec: {
      ...(deploy.endpoint_mode ? { Mode: deploy.endpoint_mode.toLowerCase() } : {}),
      ...(ports.length > 0 ? { Ports: ports } : {}),
    },
  };
}

function convertMode(mode: string, replicas: number | undefined): ServiceMode {
  const given = replicas === undefined ? {} : { Replicas: replicas };
  switch (mode) {
    case "global":
    case "global-job":
      if (replicas !== undefined)
        throw new CliError("replicas can only be used with replicated or replicated-job mode");
      return mode === "global" ? { Global: {} } : { GlobalJob: {} };
    case "replicated-job":
      return { ReplicatedJob: replicas === undefined ? {} : { MaxConcurrent: replicas, TotalCompletions: replicas } };
    case "":
    case "replicated":
      return { Replicated: given };
    default:
      throw new CliError(`Unknown mode: ${mode}`);
  }
}

function taskTemplate(stack: string, service: ServiceConfig, config: Config, refs: References): TaskTemplate {
  const { deploy = {} } = service;
  const { placement = {} } = deploy;
  const mounts = (service.volumes ?? []).map((volume) => convertMount(stack, volume, config.volumes));
  const resources = convertResources(deploy.resources ?? {});
  const restart = restartPolicy(service.restart ?? "", deploy.restart_policy);
  const preferences = (placement.preferences ?? []).map(({ spread = "" }) => ({
    Spread: { SpreadDescriptor: spread },
  }));
  return {
    ContainerSpec: {
      ...containerSpec(stack, service),
      ...(mounts.length > 0 ? { Mounts: mounts } : {}),
      ...(refs.secrets.length > 0 ? { Secrets: [...refs.secrets] } : {}),
      ...(refs.configs.length > 0 ? { Configs: [...refs.configs] } : {}),
      Privileges: privileges(stack, service, config, refs),
    },
    Resources: resources,
    ...(restart ? { RestartPolicy: restart } : {}),
    Placement: {
      ...(placement.constraints?.length ? { Constraints: placement.constraints } : {}),
      ...(preferences.length > 0 ? { Preferences: preferences } : {}),
      ...(placement.max_replicas_per_node ? { MaxReplicas: placement.max_replicas_per_node } : {}),
    },
    Networks: convertNetworks(stack, service, config),
    ...(service.logging ? { LogDriver: logDriver(service.logging) } : {}),
    ForceUpdate: 0,
  };
}

function logDriver(logging: NonNullable<ServiceConfig["logging"]>): TaskTemplate["LogDriver"] {
  return {
    ...(logging.driver ? { Name: logging.driver } : {}),
    ...(logging.options?.size ? { Options: Object.fromEntries(logging.options) } : {}),
  };
}

/** Keys of `values` that are neither undefined nor empty. */
function given<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => {
      if (value === undefined || value === "" || value === false || value === 0) return false;
      return !Array.isArray(value) || value.length > 0;
    }),
  ) as T;
}

function containerSpec(stack: string, service: ServiceConfig): ContainerSpec {
  const capabilities = effectiveCapabilities(service.cap_add ?? [], service.cap_drop ?? []);
  const health = convertHealthcheck(service.healthcheck);
  const dns = given({ Nameservers: service.dns ?? [], Search: service.dns_search ?? [] });
  const optional: Partial<ContainerSpec> = given({
    Command: service.entrypoint ?? [],
    Args: service.command ?? [],
    Hostname: service.hostname ?? "",
    Env: environment(service),
    Dir: service.working_dir ?? "",
    User: service.user ?? "",
    StopSignal: service.stop_signal ?? "",
    TTY: service.tty ?? false,
    OpenStdin: service.stdin_open ?? false,
    ReadOnly: service.read_only ?? false,
    Hosts: (service.extra_hosts ?? []).map((line) => line.replace(/^([^:]*):(.*)$/, "$2 $1")),
    Isolation: service.isolation ?? "",
    CapabilityAdd: capabilities.add,
    CapabilityDrop: capabilities.drop,
    Ulimits: ulimits(service),
  });
  return {
    Image: service.image ?? "",
    Labels: stackLabels(stack, service.labels),
    ...optional,
    ...(service.init === undefined ? {} : { Init: service.init }),
    ...(service.stop_grace_period === undefined ? {} : { StopGracePeriod: service.stop_grace_period }),
    ...(health ? { Healthcheck: health } : {}),
    ...(Object.keys(dns).length > 0 ? { DNSConfig: dns } : {}),
    ...(service.sysctls?.size ? { Sysctls: Object.fromEntries(service.sysctls) } : {}),
  };
}

function environment(service: ServiceConfig): string[] {
  return [...(service.environment ?? [])].map(([name, value]) => (value === null ? name : `${name}=${value}`)).sort();
}

function ulimits(service: ServiceConfig): NonNullable<ContainerSpec["Ulimits"]> {
  return [...(service.ulimits ?? [])]
    .map(([name, { single, soft = 0, hard = 0 }]) => ({ Name: name, Hard: single ?? hard, Soft: single ?? soft }))
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
}

function convertHealthcheck(check: HealthcheckConfig | undefined): HealthSpec | undefined {
  if (!check) return undefined;
  if (check.disable) {
    if (check.test?.length) throw new CliError("test and disable can't be set at the same time");
    return { Test: ["NONE"] };
  }
  return given({
    Test: check.test ?? [],
    Interval: check.interval ?? 0,
    Timeout: check.timeout ?? 0,
    StartPeriod: check.start_period ?? 0,
    StartInterval: check.start_interval ?? 0,
    Retries: check.retries ?? 0,
  });
}

type ResourceConfig = NonNullable<NonNullable<ServiceConfig["deploy"]>["resources"]>;

function convertResources({ limits, reservations }: ResourceConfig): NonNullable<TaskTemplate["Resources"]> {
  const generic = (reservations?.generic_resources ?? []).map(({ discrete_resource_spec: spec }) => ({
    DiscreteResourceSpec: { Kind: spec?.kind ?? "", Value: spec?.value ?? 0 },
  }));
  return {
    ...(limits ? { Limits: { ...basicResources(limits), ...given({ Pids: limits.pids ?? 0 }) } } : {}),
    ...(reservations
      ? { Reservations: { ...basicResources(reservations), ...given({ GenericResources: generic }) } }
      : {}),
  };
}

function basicResources({ cpus, memory }: { cpus?: string; memory?: number }): Resources {
  try {
    return given({ NanoCPUs: cpus ? parseDecimal(cpus) : 0, MemoryBytes: memory ?? 0 });
  } catch (error) {
    throw new CliError(messageOf(error));
  }
}

type RestartConfig = NonNullable<ServiceConfig["deploy"]>["restart_policy"];

function restartPolicy(restart: string, policy: RestartConfig): RestartPolicy | undefined {
  if (policy) {
    return {
      ...given({ Condition: policy.condition ?? "" }),
      ...(policy.delay === undefined ? {} : { Delay: policy.delay }),
      ...(policy.max_attempts === undefined ? {} : { MaxAttempts: policy.max_attempts }),
      ...(policy.window === undefined ? {} : { Window: policy.window }),
    };
  }
  const { Name: name, MaximumRetryCount: attempts } = parseRestart(restart);
  if (name === "" || name === "no") return undefined;
  if (name === "always" || name === "unless-stopped") return { Condition: "any" };
  if (name === "on-failure") return { Condition: "on-failure", MaxAttempts: attempts };
  throw new CliError(`unknown restart policy: ${restart}`);
}

function changeConfig(change: ChangeConfig): UpdateConfig {
  return {
    Parallelism: change.parallelism ?? 1,
    ...given({
      Delay: change.delay ?? 0,
      FailureAction: change.failure_action ?? "",
      Monitor: change.monitor ?? 0,
    }),
    MaxFailureRatio: change.max_failure_ratio ?? 0,
    Order: change.order ?? "",
  };
}

function convertNetworks(stack: string, service: ServiceConfig, config: Config): NetworkAttachment[] {
  const wanted = service.networks?.size ? service.networks : new Map([["default", null]]);
  const attachments = [...wanted].map(([name, options]): NetworkAttachment => {
    const network = config.networks.get(name);
    if (!network && name !== "default") throw new CliError(`undefined network "${name}"`);
    const target = network?.name || scoped(stack, name);
    const aliases = [...(options?.aliases ?? []), ...(isUserDefined(target) ? [service.name] : [])];
    return {
      Target: target,
      ...(aliases.length > 0 ? { Aliases: aliases } : {}),
      ...(options?.driver_opts?.size ? { DriverOpts: Object.fromEntries(options.driver_opts) } : {}),
    };
  });
  return attachments.sort((a, b) => (a.Target < b.Target ? -1 : 1));
}

/** Not one of the networks that every engine has. */
export function isUserDefined(network: string): boolean {
  return !/^(|default|bridge|host|none|nat|container:.*)$/.test(network);
}

function privileges(
  stack: string,
  service: ServiceConfig,
  config: Config,
  refs: References,
): NonNullable<ContainerSpec["Privileges"]> {
  return { CredentialSpec: credentialSpec(stack, service, config, refs), SELinuxContext: null, NoNewPrivileges: false };
}

function credentialSpec(stack: string, service: ServiceConfig, config: Config, refs: References): object | null {
  const spec = service.credential_spec ?? {};
  const kinds = [spec.config && '"Config"', spec.file && '"File"', spec.registry && '"Registry"'].filter(Boolean);
  if (kinds.length === 0) return null;
  if (kinds.length === 2)
    throw new CliError(`invalid credential spec: cannot specify both ${kinds[0]} and ${kinds[1]}`);
  if (kinds.length > 2)
    throw new CliError(`invalid credential spec: cannot specify both ${kinds[0]}, ${kinds[1]}, and ${kinds[2]}`);
  if (!spec.config) return { Config: "", File: spec.file ?? "", Registry: spec.registry ?? "" };
  const name = config.configs.get(spec.config)?.name || scoped(stack, spec.config);
  const found = refs.configs.find((reference) => reference.ConfigName === name);
  if (!found)
    throw new CliError(
      `invalid credential spec: spec specifies config ${spec.config}, but no such config can be found`,
    );
  return { Config: found.ConfigID, File: "", Registry: "" };
}
