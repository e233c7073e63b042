/** Puts the flags of `service update` into a service's specification, in place. */
import type { ContainerSpec, Resources, ServiceSpec, TaskTemplate } from "../../api";
import type { Context } from "../../command";
import { CliError } from "../../errors";
import type { Flags } from "../../flags";
import { parseDecimal } from "../../parse/decimal";
import { resolveEnv } from "../../parse/env-file";
import { parseMount } from "../../parse/mount";
import {
  parseFileReference,
  parseGenericResource,
  parsePreference,
  parseUlimit,
  swarmHost,
} from "../../parse/service-options";
import { splitWords } from "../../parse/shell-words";
import { healthcheck } from "../container/health";
import { keyValues } from "../each";
import { normalizeCapability } from "./capabilities";
import { changePolicy, restartPolicy } from "./policies";
import { configReferences, secretReferences } from "./references";
import { updateNetworks, updatePorts } from "./update-endpoint";
import { changeByKey, changeList, changeMap } from "./update-lists";

/** Throws docker's messages. */
export async function applyUpdate(ctx: Context, spec: ServiceSpec): Promise<void> {
  const { flags } = ctx;
  const task = spec.TaskTemplate;
  task.ContainerSpec ??= { Image: "" };
  updateContainer(ctx, task.ContainerSpec);
  updateHealth(flags, task.ContainerSpec);
  updateTask(flags, task);
  spec.Labels = changeMap(flags, "label", spec.Labels) ?? {};
  updateMode(flags, spec);
  assign(spec, "UpdateConfig", changePolicy(flags, "update", spec.UpdateConfig));
  assign(spec, "RollbackConfig", changePolicy(flags, "rollback", spec.RollbackConfig));
  if (flags.changed("endpoint-mode")) spec.EndpointSpec = { ...spec.EndpointSpec, Mode: flags.string("endpoint-mode") };
  updatePorts(flags, spec);
  await updateNetworks(ctx, spec);
  await updateFiles(ctx, task.ContainerSpec);
}

function assign<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value === undefined) delete target[key];
  else target[key] = value;
}

/** `--max-concurrent` is known to the command line and changes nothing. */
function updateMode(flags: Flags, spec: ServiceSpec): void {
  const { Mode: mode } = spec;
  if (flags.changed("replicas")) {
    if (!mode.Replicated) throw new CliError("replicas can only be used with replicated mode");
    mode.Replicated.Replicas = flags.int("replicas");
  }
}

const TEXTS = [
  ["image", "Image"],
  ["workdir", "Dir"],
  ["user", "User"],
  ["hostname", "Hostname"],
  ["stop-signal", "StopSignal"],
  ["isolation", "Isolation"],
] as const;

const SWITCHES = [
  ["tty", "TTY"],
  ["read-only", "ReadOnly"],
  ["init", "Init"],
] as const;

function updateContainer(ctx: Context, container: ContainerSpec): void {
  const { flags } = ctx;
  for (const [name, key] of TEXTS) if (flags.changed(name)) container[key] = flags.string(name);
  for (const [name, key] of SWITCHES) if (flags.changed(name)) container[key] = flags.bool(name);
  if (flags.changed("args")) container.Args = splitWords(flags.string("args"));
  if (flags.changed("entrypoint")) container.Command = splitWords(flags.string("entrypoint"));
  if (flags.changed("stop-grace-period")) container.StopGracePeriod = flags.duration("stop-grace-period");
  if (flags.changed("oom-score-adj")) container.OomScoreAdj = flags.int("oom-score-adj");
  assign(container, "Labels", changeMap(flags, "container-label", container.Labels));
  assign(container, "Sysctls", changeMap(flags, "sysctl", container.Sysctls));
  updateEnvironment(ctx, container);
  updateMounts(flags, container);
  assign(container, "Groups", changeList(flags, "group", container.Groups));
  updateDns(flags, container);
  assign(container, "Hosts", hosts(flags, container.Hosts));
  updateCapabilities(flags, container);
  const ulimits = changeByKey(flags, "ulimit", container.Ulimits, parseUlimit, (limit) => limit.Name);
  assign(
    container,
    "Ulimits",
    ulimits?.sort((a, b) => (a.Name < b.Name ? -1 : 1)),
  );
}

function updateEnvironment({ flags, sys }: Context, container: ContainerSpec): void {
  const keyOf = (value: string) => value.split("=", 1)[0] ?? "";
  const removed = new Set(flags.list("env-rm"));
  const kept = (container.Env ?? []).filter((value) => !removed.has(keyOf(value)));
  const added = resolveEnv(flags.list("env-add"), sys.env);
  if (added.length === 0) {
    assign(container, "Env", kept.length > 0 ? kept : undefined);
    return;
  }
  const all = new Map([...kept, ...added].map((value) => [keyOf(value), value]));
  container.Env = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function updateMounts(flags: Flags, container: ContainerSpec): void {
  if (!flags.changed("mount-add") && !flags.changed("mount-rm")) return;
  const added = flags.list("mount-add").map(parseMount);
  const targets = new Set(added.map((mount) => mount.Target));
  if (targets.size < added.length) throw new CliError("duplicate mount target");
  const removed = new Set(flags.list("mount-rm"));
  const all = [...added, ...(container.Mounts ?? []).filter((mount) => !targets.has(mount.Target))]
    .filter((mount) => !removed.has(mount.Target ?? ""))
    .sort((a, b) => compareText(a.Source ?? "", b.Source ?? "") || compareText(a.Target ?? "", b.Target ?? ""));
  assign(container, "Mounts", all.length > 0 ? all : undefined);
}

function updateDns(flags: Flags, container: ContainerSpec): void {
  const current = container.DNSConfig ?? {};
  const lists = {
    Nameservers: changeList(flags, "dns", current.Nameservers),
    Search: changeList(flags, "dns-search", current.Search),
    Options: changeList(flags, "dns-option", current.Options),
  };
  const filled = Object.entries(lists).filter(([, list]) => list !== undefined);
  if (container.DNSConfig || filled.length > 0) container.DNSConfig = Object.fromEntries(filled);
}

function hosts(flags: Flags, current: string[] | undefined): string[] | undefined {
  const removals = flags.list("host-rm").map((value) => {
    const at = value.search(/[:=]/);
    return at < 0 ? { host: value, address: "" } : { host: value.slice(0, at), address: value.slice(at + 1) };
  });
  const kept = (current ?? []).flatMap((line) => {
    const [address = "", ...names] = line.split(/\s+/);
    const left = names.filter(
      (name) => !removals.some((gone) => gone.host === name && (gone.address === "" || gone.address === address)),
    );
    return left.length > 0 ? [[address, ...left].join(" ")] : [];
  });
  const all = [...new Set([...kept, ...flags.list("host-add").map(swarmHost)])];
  return all.length > 0 ? all : undefined;
}

/** Adding what was dropped takes it off that list first, and the other way round. */
function updateCapabilities(flags: Flags, container: ContainerSpec): void {
  if (!flags.changed("cap-add") && !flags.changed("cap-drop")) return;
  const add = new Set(container.CapabilityAdd ?? []);
  const drop = new Set(container.CapabilityDrop ?? []);
  const wantedAdd = new Set(flags.list("cap-add").map(normalizeCapability));
  const wantedDrop = new Set(flags.list("cap-drop").map(normalizeCapability));
  if (wantedDrop.has("RESET")) drop.clear();
  if (wantedAdd.has("RESET")) add.clear();
  for (const name of wantedDrop) {
    if (wantedAdd.has(name) || name === "RESET") continue;
    if (!add.delete(name)) drop.add(name);
  }
  for (const name of wantedAdd) {
    if (name === "RESET") continue;
    if (!drop.delete(name) || wantedDrop.has(name)) add.add(name);
  }
  assign(container, "CapabilityAdd", add.size > 0 ? [...add].sort() : undefined);
  assign(container, "CapabilityDrop", drop.size > 0 ? [...drop].sort() : undefined);
}

function updateHealth(flags: Flags, container: ContainerSpec): void {
  const change = healthcheck(flags);
  if (!change) return;
  if (flags.bool("no-healthcheck")) container.Healthcheck = { Test: ["NONE"] };
  else if (container.Healthcheck?.Test?.[0] === "NONE") container.Healthcheck = change;
  else container.Healthcheck = { ...container.Healthcheck, ...change };
}

function updateTask(flags: Flags, task: TaskTemplate): void {
  assign(task, "RestartPolicy", restartPolicy(flags, task.RestartPolicy));
  if (flags.bool("force")) task.ForceUpdate = (task.ForceUpdate ?? 0) + 1;
  if (flags.changed("log-driver")) {
    const options = keyValues(flags.list("log-opt"));
    task.LogDriver = {
      Name: flags.string("log-driver"),
      ...(Object.keys(options).length > 0 ? { Options: options } : {}),
    };
  }
  updateResources(flags, task);
  updatePlacement(flags, task);
}

function updateResources(flags: Flags, task: TaskTemplate): void {
  const change = (kind: "limit" | "reserve"): Resources => ({
    ...(flags.changed(`${kind}-cpu`) ? { NanoCPUs: parseDecimal(flags.string(`${kind}-cpu`)) } : {}),
    ...(flags.changed(`${kind}-memory`) ? { MemoryBytes: flags.bytes(`${kind}-memory`) } : {}),
  });
  const limits = {
    ...change("limit"),
    ...(flags.changed("limit-pids") ? { Pids: flags.int("limit-pids") } : {}),
  };
  const generic = changeByKey(
    flags,
    "generic-resource",
    task.Resources?.Reservations?.GenericResources,
    parseGenericResource,
    (resource) => resource.DiscreteResourceSpec?.Kind ?? resource.NamedResourceSpec?.Kind ?? "",
  );
  const reservations: Resources = {
    ...change("reserve"),
    ...(flags.changed("generic-resource-add") || flags.changed("generic-resource-rm")
      ? { GenericResources: generic ?? [] }
      : {}),
  };
  if (Object.keys(limits).length > 0)
    task.Resources = { ...task.Resources, Limits: { ...task.Resources?.Limits, ...limits } };
  if (Object.keys(reservations).length > 0)
    task.Resources = { ...task.Resources, Reservations: { ...task.Resources?.Reservations, ...reservations } };
}

function updatePlacement(flags: Flags, task: TaskTemplate): void {
  task.Placement ??= {};
  const placement = task.Placement;
  assign(placement, "Constraints", changeList(flags, "constraint", placement.Constraints));
  if (flags.changed("replicas-max-per-node")) placement.MaxReplicas = flags.int("replicas-max-per-node");
  const removed = new Set(
    flags.list("placement-pref-rm").map((value) => parsePreference(value).Spread.SpreadDescriptor),
  );
  const preferences = [
    ...(placement.Preferences ?? []).filter(({ Spread: spread }) => !removed.has(spread?.SpreadDescriptor ?? "")),
    ...flags.list("placement-pref-add").map(parsePreference),
  ];
  assign(placement, "Preferences", preferences.length > 0 ? preferences : undefined);
}

async function updateFiles(ctx: Context, container: ContainerSpec): Promise<void> {
  const { flags } = ctx;
  const references = (kind: "secret" | "config") =>
    flags.list(`${kind}-add`).map((value) => parseFileReference(kind, value));
  const secretsGone = new Set(flags.list("secret-rm"));
  const secrets = [
    ...(container.Secrets ?? []).filter((secret) => !secretsGone.has(secret.SecretName)),
    ...(await secretReferences(ctx, references("secret"))),
  ];
  const configsGone = new Set(flags.list("config-rm"));
  const configs = [
    ...(container.Configs ?? []).filter((config) => !configsGone.has(config.ConfigName)),
    ...(await configReferences(ctx, references("config"))),
  ];
  assign(container, "Secrets", secrets.length > 0 ? secrets : undefined);
  assign(container, "Configs", configs.length > 0 ? configs : undefined);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
