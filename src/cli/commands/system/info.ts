/** `docker info`. */
import type { Command, Context } from "../../command";
import { CliError, messageOf } from "../../errors";
import { goJson } from "../../format/go-value";
import { structFault } from "../../format/struct-fault";
import { compileTemplate } from "../../format/template";
import { bytesSize, humanDuration } from "../../format/units";
import { systemInfo } from "../../options/system";

type Json = Record<string, unknown>;

export const info: Command = {
  ...systemInfo,
  run: async (ctx) => {
    const format = ctx.flags.string("format");
    const client = {
      Debug: false,
      Platform: { Name: "" },
      Version: "28.2.2",
      Context: ctx.config.currentContext,
      Plugins: [],
      Warnings: null,
    };
    if (format !== "") return await formatted(ctx, format, client);
    await ctx.out(`Client:\n Version:    28.2.2\n Context:    ${client.Context}\n Debug Mode: false\n\nServer:\n`);
    const server = await ctx.client.get<Json>("/info");
    await ctx.out(`${serverLines(server).join("\n")}\n\n`);
    for (const warning of (server.Warnings as string[] | null) ?? []) await ctx.err(`${warning}\n`);
  },
};

async function formatted(ctx: Context, format: string, client: Json): Promise<void> {
  let template: ((data: unknown) => string) | undefined;
  try {
    template = format === "json" ? undefined : compileTemplate(format);
  } catch (error) {
    throw new CliError(`template parsing error: ${messageOf(error)}`, 64);
  }
  // Members of the struct that a server without faults leaves out of its JSON.
  const empty = Object.create({ ServerErrors: [], UserName: "", ClientErrors: [], Warnings: [] }) as Json;
  const data = Object.assign(empty, await ctx.client.get<Json>("/info"), { ClientInfo: client });
  try {
    await ctx.out(`${template ? template(data) : goJson(data, true)}\n`);
  } catch (error) {
    // The answer is a struct in the real command line, not a map; what it wrote before the fault ends its line.
    await ctx.out("\n");
    throw new CliError(
      structFault(messageOf(error), { "": "system.dockerInfo", Swarm: "swarm.Info", ClientInfo: "*system.clientInfo" }),
    );
  }
}

const list = (value: unknown) => ((value as string[] | null | undefined) ?? []) as string[];

function serverLines(d: Json): string[] {
  const lines: string[] = [];
  const always = (label: string, value: unknown) => lines.push(` ${label}: ${value}`);
  const maybe = (label: string, value: unknown) => {
    if (value !== undefined && value !== null && value !== "") always(label, value);
  };
  always("Containers", d.Containers);
  for (const [label, key] of [
    ["Running", "ContainersRunning"],
    ["Paused", "ContainersPaused"],
    ["Stopped", "ContainersStopped"],
  ] as const) {
    lines.push(`  ${label}: ${d[key]}`);
  }
  always("Images", d.Images);
  maybe("Server Version", d.ServerVersion);
  maybe("Storage Driver", d.Driver);
  for (const [key, value] of (d.DriverStatus as string[][] | null) ?? []) lines.push(`  ${key}: ${value}`);
  maybe("Logging Driver", d.LoggingDriver);
  maybe("Cgroup Driver", d.CgroupDriver);
  maybe("Cgroup Version", d.CgroupVersion);
  lines.push(...pluginLines((d.Plugins as Json | undefined) ?? {}));
  if (list(d.CDISpecDirs).length > 0)
    lines.push(" CDI spec directories:", ...list(d.CDISpecDirs).map((dir) => `  ${dir}`));
  lines.push(...swarmLines((d.Swarm as Json | undefined) ?? {}));
  const runtimes = Object.keys((d.Runtimes as Json | null) ?? {});
  if (runtimes.length > 0) {
    always("Runtimes", runtimes.sort().join(" "));
    always("Default Runtime", d.DefaultRuntime);
  }
  if (d.OSType === "linux") {
    maybe("Init Binary", d.InitBinary);
    const commit = (key: string) => (d[key] as { ID?: string } | undefined)?.ID ?? "";
    always("containerd version", commit("ContainerdCommit"));
    always("runc version", commit("RuncCommit"));
    always("init version", commit("InitCommit"));
    lines.push(...securityLines(list(d.SecurityOptions)));
  }
  for (const [label, key] of [
    ["Kernel Version", "KernelVersion"],
    ["Operating System", "OperatingSystem"],
    ["OSType", "OSType"],
    ["Architecture", "Architecture"],
  ] as const) {
    maybe(label, d[key]);
  }
  always("CPUs", d.NCPU);
  always("Total Memory", bytesSize(Number(d.MemTotal ?? 0)));
  maybe("Name", d.Name);
  maybe("ID", d.ID);
  maybe("Docker Root Dir", d.DockerRootDir);
  always("Debug Mode", d.Debug ?? false);
  for (const [label, key] of [
    ["HTTP Proxy", "HttpProxy"],
    ["HTTPS Proxy", "HttpsProxy"],
    ["No Proxy", "NoProxy"],
  ] as const)
    maybe(label, d[key]);
  if (list(d.Labels).length > 0) lines.push(" Labels:", ...list(d.Labels).map((label) => `  ${label}`));
  always("Experimental", d.ExperimentalBuild ?? false);
  lines.push(...registryLines((d.RegistryConfig as Json | null) ?? {}));
  always("Live Restore Enabled", d.LiveRestoreEnabled ?? false);
  maybe("Product License", d.ProductLicense);
  const pools = (d.DefaultAddressPools as { Base: string; Size: number }[] | null) ?? [];
  if (pools.length > 0)
    lines.push(" Default Address Pools:", ...pools.map((pool) => `   Base: ${pool.Base}, Size: ${pool.Size}`));
  return lines;
}

function pluginLines(plugins: Json): string[] {
  const lines = [
    " Plugins:",
    `  Volume: ${list(plugins.Volume).join(" ")}`,
    `  Network: ${list(plugins.Network).join(" ")}`,
  ];
  if (list(plugins.Authorization).length > 0) lines.push(`  Authorization: ${list(plugins.Authorization).join(" ")}`);
  return [...lines, `  Log: ${list(plugins.Log).join(" ")}`];
}

function securityLines(options: readonly string[]): string[] {
  if (options.length === 0) return [];
  const lines = [" Security Options:"];
  for (const option of options) {
    const pairs = option.split(",").map((pair) => pair.split("="));
    lines.push(`  ${pairs[0]?.[1] ?? option}`);
    for (const [key = "", value] of pairs.slice(1)) lines.push(`   ${key === "profile" ? "Profile" : key}: ${value}`);
  }
  return lines;
}

function registryLines(config: Json): string[] {
  const lines: string[] = [];
  const indexes = Object.entries((config.IndexConfigs as Record<string, { Secure: boolean }> | null) ?? {});
  const insecure = [
    ...indexes.filter(([, index]) => !index.Secure).map(([name]) => name),
    ...list(config.InsecureRegistryCIDRs),
  ];
  if (insecure.length > 0) lines.push(" Insecure Registries:", ...insecure.map((name) => `  ${name}`));
  if (list(config.Mirrors).length > 0)
    lines.push(" Registry Mirrors:", ...list(config.Mirrors).map((name) => `  ${name}`));
  return lines;
}

function swarmLines(swarm: Json): string[] {
  const lines = [` Swarm: ${swarm.LocalNodeState ?? "inactive"}`];
  if (!swarm.LocalNodeState || swarm.LocalNodeState === "inactive" || swarm.LocalNodeState === "locked") return lines;
  lines.push(`  NodeID: ${swarm.NodeID}`);
  if (swarm.Error) lines.push(`  Error: ${swarm.Error}`);
  lines.push(`  Is Manager: ${swarm.ControlAvailable}`);
  if (swarm.ControlAvailable && swarm.Cluster && !swarm.Error) lines.push(...clusterLines(swarm));
  lines.push(`  Node Address: ${swarm.NodeAddr}`);
  const managers = ((swarm.RemoteManagers as { Addr: string }[] | null) ?? []).map((manager) => manager.Addr).sort();
  if (managers.length > 0) lines.push("  Manager Addresses:", ...managers.map((address) => `   ${address}`));
  return lines;
}

function clusterLines(swarm: Json): string[] {
  const cluster = swarm.Cluster as Json;
  const spec = cluster.Spec as Record<string, Json>;
  const seconds = (nanos: unknown) => humanDuration(Number(nanos) / 1e6);
  return [
    `  ClusterID: ${cluster.ID}`,
    `  Managers: ${swarm.Managers}`,
    `  Nodes: ${swarm.Nodes}`,
    ...(list(cluster.DefaultAddrPool).length > 0
      ? [
          `  Default Address Pool: ${list(cluster.DefaultAddrPool)
            .map((pool) => `${pool}  `)
            .join("")}`,
          `  SubnetSize: ${cluster.SubnetSize}`,
        ]
      : []),
    `  Data Path Port: ${cluster.DataPathPort}`,
    "  Orchestration:",
    `   Task History Retention Limit: ${spec.Orchestration?.TaskHistoryRetentionLimit ?? 0}`,
    "  Raft:",
    `   Snapshot Interval: ${spec.Raft?.SnapshotInterval}`,
    ...(spec.Raft?.KeepOldSnapshots === undefined
      ? []
      : [`   Number of Old Snapshots to Retain: ${spec.Raft.KeepOldSnapshots}`]),
    `   Heartbeat Tick: ${spec.Raft?.HeartbeatTick}`,
    `   Election Tick: ${spec.Raft?.ElectionTick}`,
    "  Dispatcher:",
    `   Heartbeat Period: ${seconds(spec.Dispatcher?.HeartbeatPeriod)}`,
    "  CA Configuration:",
    `   Expiry Duration: ${seconds(spec.CAConfig?.NodeCertExpiry)}`,
    `   Force Rotate: ${spec.CAConfig?.ForceRotate ?? 0}`,
    `  Autolock Managers: ${spec.EncryptionConfig?.AutoLockManagers ?? false}`,
    `  Root Rotation In Progress: ${cluster.RootRotationInProgress ?? false}`,
  ];
}
