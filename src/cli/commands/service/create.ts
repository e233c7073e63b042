/** `docker service create`. */
import type { ContainerSpec, ServiceMode, ServiceSpec, TaskTemplate } from "../../api";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import type { Flags } from "../../flags";
import { serviceCreate } from "../../options/service";
import { parseDecimal } from "../../parse/decimal";
import { readKeyValueFile, resolveEnv } from "../../parse/env-file";
import { parseMount } from "../../parse/mount";
import {
  parseFileReference,
  parseGenericResource,
  parsePreference,
  parsePublish,
  parseUlimit,
  swarmHost,
} from "../../parse/service-options";
import { splitWords } from "../../parse/shell-words";
import { healthcheck } from "../container/health";
import { keyValues } from "../each";
import { effectiveCapabilities } from "./capabilities";
import { CREATE_CHECKS } from "./flag-checks";
import { resolveImage, serviceAuth } from "./image";
import { attachments } from "./networks";
import { changePolicy, restartPolicy } from "./policies";
import { waitOnService } from "./progress";
import { configReferences, secretReferences } from "./references";

export const create: Command = {
  ...serviceCreate,
  checks: CREATE_CHECKS,
  completes: ["image"],
  run: async (ctx) => {
    const { flags } = ctx;
    const spec = await serviceSpec(ctx);
    const sendAuth = flags.bool("with-registry-auth");
    const headers = serviceAuth(ctx, ctx.args[0] ?? "", sendAuth);
    const warning = await resolveImage(ctx, spec, { query: !flags.bool("no-resolve-image"), sendAuth });
    const created = await ctx.client.post<{ ID: string; Warnings?: string[] | null }>("/services/create", {
      json: spec,
      headers,
    });
    for (const line of [...(created.Warnings ?? []), ...(warning ? [warning] : [])]) await ctx.err(`${line}\n`);
    await ctx.out(`${created.ID}\n`);
    if (!flags.bool("detach")) await waitOnService(ctx, created.ID, flags.bool("quiet"));
  },
};

async function serviceSpec(ctx: Context): Promise<ServiceSpec> {
  const { flags } = ctx;
  const mode = serviceMode(flags);
  const networks = await attachments(ctx, flags.list("network"));
  const updateConfig = changePolicy(flags, "update");
  const rollbackConfig = changePolicy(flags, "rollback");
  const ports = flags.list("publish").flatMap(parsePublish);
  const container = await containerSpec(ctx);
  const name = flags.string("name");
  return {
    ...((name === "" ? {} : { Name: name }) as { Name: string }),
    Labels: keyValues(flags.list("label")),
    TaskTemplate: {
      ContainerSpec: container,
      ...taskTemplate(flags),
      ...(networks.length > 0 ? { Networks: networks } : {}),
      ForceUpdate: 0,
    },
    Mode: mode,
    ...(updateConfig ? { UpdateConfig: updateConfig } : {}),
    ...(rollbackConfig ? { RollbackConfig: rollbackConfig } : {}),
    EndpointSpec: {
      Mode: flags.string("endpoint-mode").toLowerCase(),
      ...(ports.length > 0 ? { Ports: ports } : {}),
    },
  };
}

/** How tasks are replaced: not a thing of jobs. */
const POLICY_FLAGS = ["update", "rollback"].flatMap((kind) =>
  ["parallelism", "delay", "monitor", "failure-action", "max-failure-ratio", "order"].map((name) => `${kind}-${name}`),
);

function serviceMode(flags: Flags): ServiceMode {
  const replicas = flags.changed("replicas") ? flags.int("replicas") : undefined;
  const mode = flags.string("mode");
  const isJob = mode.endsWith("-job");
  if (isJob && POLICY_FLAGS.some((name) => flags.changed(name)))
    throw new CliError("update and rollback configuration is not supported for jobs");
  if (mode === "global" || mode === "global-job") {
    const refuse = (name: string) => new CliError(`${name} can only be used with replicated or replicated-job mode`);
    if (replicas !== undefined) throw refuse("replicas");
    if (flags.int("replicas-max-per-node") > 0) throw refuse("replicas-max-per-node");
  }
  if (flags.changed("max-concurrent") && mode !== "replicated-job")
    throw new CliError("max-concurrent can only be used with replicated-job mode");
  if (mode === "global" || mode === "global-job") return isJob ? { GlobalJob: {} } : { Global: {} };
  if (mode === "replicated") return { Replicated: replicas === undefined ? {} : { Replicas: replicas } };
  if (mode !== "replicated-job") throw new CliError(`Unknown mode: ${mode}, only replicated and global supported`);
  const concurrent = flags.changed("max-concurrent") ? flags.int("max-concurrent") : replicas;
  return {
    ReplicatedJob: {
      ...(concurrent === undefined ? {} : { MaxConcurrent: concurrent }),
      ...(replicas === undefined ? {} : { TotalCompletions: replicas }),
    },
  };
}

function taskTemplate(flags: Flags): Omit<TaskTemplate, "ForceUpdate"> {
  const generic = flags.list("generic-resource").map(parseGenericResource);
  const cpu = (name: string) => (flags.changed(name) ? { NanoCPUs: parseDecimal(flags.string(name)) } : {});
  const memory = (name: string) => (flags.bytes(name) > 0 ? { MemoryBytes: flags.bytes(name) } : {});
  const restart = restartPolicy(flags);
  const constraints = flags.list("constraint");
  const preferences = flags.list("placement-pref").map(parsePreference);
  const driver = flags.string("log-driver");
  const logOptions = keyValues(flags.list("log-opt"));
  return {
    Resources: {
      Limits: {
        ...cpu("limit-cpu"),
        ...memory("limit-memory"),
        ...(flags.int("limit-pids") > 0 ? { Pids: flags.int("limit-pids") } : {}),
      },
      Reservations: {
        ...cpu("reserve-cpu"),
        ...memory("reserve-memory"),
        ...(generic.length > 0 ? { GenericResources: generic } : {}),
      },
    },
    ...(restart ? { RestartPolicy: restart } : {}),
    Placement: {
      ...(constraints.length > 0 ? { Constraints: constraints } : {}),
      ...(preferences.length > 0 ? { Preferences: preferences } : {}),
      ...(flags.int("replicas-max-per-node") > 0 ? { MaxReplicas: flags.int("replicas-max-per-node") } : {}),
    },
    ...(driver === ""
      ? {}
      : { LogDriver: { Name: driver, ...(Object.keys(logOptions).length > 0 ? { Options: logOptions } : {}) } }),
  };
}

async function containerSpec(ctx: Context): Promise<ContainerSpec> {
  const { flags, args } = ctx;
  const health = healthcheck(flags);
  const capabilities = effectiveCapabilities(flags.list("cap-add"), flags.list("cap-drop"));
  const labels = keyValues(flags.list("container-label"));
  const sysctls = keyValues(flags.list("sysctl"));
  const secrets = await secretReferences(
    ctx,
    flags.list("secret").map((value) => parseFileReference("secret", value)),
  );
  const configs = await configReferences(
    ctx,
    flags.list("config").map((value) => parseFileReference("config", value)),
  );
  const lists = {
    Command: splitWords(flags.string("entrypoint")),
    Args: args.slice(1),
    Env: environment(ctx),
    Groups: flags.list("group"),
    Mounts: flags.list("mount").map(parseMount),
    Hosts: flags.list("host").map(swarmHost),
    Secrets: secrets,
    Configs: configs,
    CapabilityAdd: capabilities.add,
    CapabilityDrop: capabilities.drop,
    Ulimits: flags
      .list("ulimit")
      .map(parseUlimit)
      .sort((a, b) => (a.Name < b.Name ? -1 : 1)),
  };
  const texts = {
    Hostname: flags.string("hostname"),
    Dir: flags.string("workdir"),
    User: flags.string("user"),
    StopSignal: flags.string("stop-signal"),
    Isolation: flags.string("isolation"),
  };
  return {
    Image: args[0] ?? "",
    ...(Object.keys(labels).length > 0 ? { Labels: labels } : {}),
    ...filled(lists),
    ...filled(texts),
    Init: flags.bool("init"),
    ...(flags.bool("tty") ? { TTY: true } : {}),
    ...(flags.bool("read-only") ? { ReadOnly: true } : {}),
    ...(flags.changed("stop-grace-period") ? { StopGracePeriod: flags.duration("stop-grace-period") } : {}),
    ...(health ? { Healthcheck: health } : {}),
    DNSConfig: filled({
      Nameservers: flags.list("dns"),
      Search: flags.list("dns-search"),
      Options: flags.list("dns-option"),
    }),
    ...(Object.keys(sysctls).length > 0 ? { Sysctls: sysctls } : {}),
    ...(flags.int("oom-score-adj") !== 0 ? { OomScoreAdj: flags.int("oom-score-adj") } : {}),
  };
}

/** Without empty texts and lists. */
function filled<T extends Record<string, string | readonly unknown[]>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.length > 0)) as Partial<T>;
}

/** Later values replace earlier ones of the same name. */
function environment(ctx: Context): string[] {
  const { flags, sys } = ctx;
  const given = [
    ...flags.list("env-file").flatMap((file) => readKeyValueFile(sys, file, (name) => sys.env[name])),
    ...resolveEnv(flags.list("env"), sys.env),
  ];
  const kept: string[] = [];
  for (const value of given) {
    const prefix = `${value.split("=", 1)[0]}=`;
    const at = kept.findIndex((other) => other !== value && other.startsWith(prefix));
    if (at >= 0) kept.splice(at, 1);
    kept.push(value);
  }
  return kept;
}
