/** `docker service inspect`. */
import type { ContainerSpec, Resources, Service, UpdateConfig } from "../../api";
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { goFloat } from "../../compose/yaml-scalars";
import { CliError, isNotFound } from "../../errors";
import { inspectOrPretty } from "../../format/pretty";
import { bytesSize, humanDuration } from "../../format/units";
import { serviceInspect } from "../../options/service";
import { formatDuration } from "../../parse/duration";

export const inspect: Command = {
  ...serviceInspect,
  completes: ["service"],
  run: (ctx) =>
    inspectOrPretty(
      ctx,
      (name) => find(ctx, name),
      (service) => pretty(ctx, service),
      "service",
    ),
};

async function find(ctx: Context, name: string): Promise<Service> {
  const path = `/services/${segment(name)}`;
  return await ctx.client.get<Service>(path, { insertDefaults: "true" }).catch((error: unknown) => {
    throw isNotFound(error) ? new CliError(`Error: no such service: ${name}`) : error;
  });
}

async function pretty(ctx: Context, service: Service): Promise<string> {
  const { Spec: spec } = service;
  const { TaskTemplate: task } = spec;
  const container = task.ContainerSpec ?? { Image: "" };
  const labels = mapLines(spec.Labels, " ", "=");
  const networks: string[] = [];
  for (const network of task.Networks ?? []) networks.push(await networkName(ctx, network.Target));
  const lines = [
    "",
    `ID:\t\t${service.ID}`,
    `Name:\t\t${spec.Name}`,
    ...section("Labels:", labels),
    ...modeLines(service),
    ...updateStatusLines(ctx, service),
    "Placement:",
    ...placementLines(service),
    ...changeLines("Update", spec.UpdateConfig),
    ...changeLines("Rollback", spec.RollbackConfig),
    ...containerLines(container),
    ...logDriverLines(service),
    ...resourceLines(service),
    ...(networks.length > 0 ? [`Networks:${networks.map((name) => ` ${name}`).join("")} `] : []),
    `Endpoint Mode:\t${spec.EndpointSpec?.Mode ?? ""}`,
  ];
  const tail = `${portText(service)}${healthText(container)}`;
  return `${lines.join("\n")}${tail}\n`;
}

async function networkName(ctx: Context, target: string): Promise<string> {
  const path = `/networks/${segment(target)}`;
  const found = await ctx.client.get<{ Name: string }>(path, { scope: "swarm" }).catch((error: unknown) => {
    throw isNotFound(error) ? new CliError(`Error: no such network: ${target}`) : error;
  });
  return found.Name;
}

const section = (title: string, lines: readonly string[]) => (lines.length > 0 ? [title, ...lines] : []);

function mapLines(map: Readonly<Record<string, string>> | null | undefined, lead: string, sign: string): string[] {
  return Object.keys(map ?? {})
    .sort()
    .map((key) => `${lead}${key}${map?.[key] ? `${sign}${map[key]}` : ""}`);
}

function modeLines({ Spec: { Mode: mode } }: Service): string[] {
  if (mode.Global) return ["Service Mode:\tGlobal"];
  if (!mode.Replicated) return ["Service Mode:"];
  const { Replicas: replicas } = mode.Replicated;
  return ["Service Mode:\tReplicated", ...(replicas === undefined ? [] : [` Replicas:\t${replicas}`])];
}

function updateStatusLines(ctx: Context, { UpdateStatus: status }: Service): string[] {
  if (!status?.State) return [];
  const ago = (time: string) => `${humanDuration(ctx.sys.clock.now() - Date.parse(time))} ago`;
  return [
    "UpdateStatus:",
    ` State:\t\t${status.State}`,
    ...(status.StartedAt ? [` Started:\t${ago(status.StartedAt)}`] : []),
    ...(status.State === "completed" && status.CompletedAt ? [` Completed:\t${ago(status.CompletedAt)}`] : []),
    ` Message:\t${status.Message ?? ""}`,
  ];
}

function placementLines({
  Spec: {
    TaskTemplate: { Placement: placement = {} },
  },
}: Service): string[] {
  const { Constraints: constraints = [], Preferences: preferences = [], MaxReplicas: limit = 0 } = placement;
  const spreads = preferences.flatMap(({ Spread: spread }) => (spread ? [`spread=${spread.SpreadDescriptor}`] : []));
  return [
    ...(constraints.length > 0 ? [` Constraints:\t[${constraints.join(" ")}]`] : []),
    ...(spreads.length > 0 ? [` Preferences:   [${spreads.join(" ")}]`] : []),
    ...(limit > 0 ? [` Max Replicas Per Node:   ${limit}`] : []),
  ];
}

function changeLines(word: "Update" | "Rollback", config: UpdateConfig | undefined): string[] {
  if (!config) return [];
  return [
    `${word}Config:`,
    ` Parallelism:\t${config.Parallelism}`,
    ...(config.Delay ? [` Delay:\t\t${formatDuration(config.Delay)}`] : []),
    ` On failure:\t${config.FailureAction ?? ""}`,
    ...(config.Monitor ? [` Monitoring Period: ${formatDuration(config.Monitor)}`] : []),
    ` Max failure ratio: ${goFloat(config.MaxFailureRatio)}`,
    ` ${word} order:${word === "Update" ? "      " : "    "}${config.Order ?? ""}`,
  ];
}

function containerLines(container: ContainerSpec): string[] {
  const words = (list: readonly string[] | undefined) => (list ?? []).map((word) => `${word} `).join("");
  const capabilities = [
    ...(container.CapabilityAdd?.length ? [` Add: ${container.CapabilityAdd.join(", ")}`] : []),
    ...(container.CapabilityDrop?.length ? [` Drop: ${container.CapabilityDrop.join(", ")}`] : []),
  ];
  return [
    "ContainerSpec:",
    ` Image:\t\t${container.Image}`,
    ...(container.Args?.length ? [` Args:\t\t${words(container.Args)}`] : []),
    ...(container.Env?.length ? [` Env:\t\t${words(container.Env)}`] : []),
    ...(container.Dir ? [` Dir:\t\t${container.Dir}`] : []),
    ...(container.Init === undefined ? [] : [` Init:\t\t${container.Init}`]),
    ...(container.User ? [` User: ${container.User}`] : []),
    ...section("Capabilities:", capabilities),
    ...section("SysCtls:", mapLines(container.Sysctls, " ", ": ")),
    ...section(
      "Ulimits:",
      (container.Ulimits ?? []).map((limit) => ` ${limit.Name}: ${limit.Soft}:${limit.Hard}`),
    ),
    ...section(
      "Mounts:",
      (container.Mounts ?? []).flatMap((mount) => [
        ` Target:\t${mount.Target ?? ""}`,
        `  Source:\t${mount.Source ?? ""}`,
        `  ReadOnly:\t${mount.ReadOnly ?? false}`,
        `  Type:\t\t${mount.Type}`,
      ]),
    ),
    ...section("Configs:", fileLines((container.Configs ?? []).map((one) => [one.File?.Name ?? "", one.ConfigName]))),
    ...section("Secrets:", fileLines((container.Secrets ?? []).map((one) => [one.File?.Name ?? "", one.SecretName]))),
  ];
}

function fileLines(files: readonly (readonly [string, string])[]): string[] {
  return files.flatMap(([target, source]) => [` Target:\t${target}`, `  Source:\t${source}`]);
}

function logDriverLines({
  Spec: {
    TaskTemplate: { LogDriver: driver },
  },
}: Service): string[] {
  if (!driver) return [];
  const options = mapLines(driver.Options, "  ", ":       ");
  return ["Log Driver:", ...(driver.Name ? [` Name:\t\t${driver.Name}`] : []), ...section(" LogOpts:", options), ""];
}

function resourceLines({
  Spec: {
    TaskTemplate: { Resources: resources },
  },
}: Service): string[] {
  if (!resources) return [];
  return [
    "Resources:",
    ...section(" Reservations:", amounts(resources.Reservations)),
    ...section(" Limits:", amounts(resources.Limits)),
  ];
}

function amounts({ NanoCPUs: cpus = 0, MemoryBytes: memory = 0, Pids: pids = 0 }: Resources = {}): string[] {
  return [
    ...(cpus > 0 ? [`  CPU:\t\t${goFloat(cpus / 1e9)}`] : []),
    ...(memory > 0 ? [`  Memory:\t${bytesSize(memory)}`] : []),
    ...(pids > 0 ? [`  PIDs:\t\t${pids}`] : []),
  ];
}

function portText(service: Service): string {
  const ports = service.Endpoint?.Ports ?? [];
  if (ports.length === 0) return "";
  const lines = ports.flatMap((port) => [
    ` PublishedPort = ${port.PublishedPort ?? 0}`,
    `  Protocol = ${port.Protocol ?? ""}`,
    `  TargetPort = ${port.TargetPort ?? 0}`,
    `  PublishMode = ${port.PublishMode ?? ""}`,
  ]);
  return `\nPorts:\n${lines.join("\n")} `;
}

function healthText({ Healthcheck: check }: ContainerSpec): string {
  if (!check) return "";
  const duration = (nanos: number | undefined) => formatDuration(nanos ?? 0);
  const lines = [
    " Healthcheck:",
    `  Interval = ${duration(check.Interval)}`,
    `  Retries = ${check.Retries ?? 0}`,
    `  StartPeriod =\t${duration(check.StartPeriod)}`,
    `  Timeout =\t${duration(check.Timeout)}`,
  ];
  const tests = (check.Test ?? []).map((test) => `\t Test = ${test}`);
  const shown = tests.length > 0 ? `\n  Tests:\n${tests.join("\n")} ` : "";
  return `\n${lines.join("\n")}${shown}`;
}
