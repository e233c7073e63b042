/** A container's HostConfig: what is refused, what is warned of, and the values the daemon fills in (moby `daemon/container.go`, `daemon_unix.go`). */
import { invalidParameter } from "../errors";
import type { View } from "../store/store";
import { refuseConflicts, verifyModes } from "./host-config-modes";
import { verifyResources } from "./host-config-resources";
import { verifyLogConfig } from "./log-options";
import type { ContainerConfig, HostConfig } from "./types";

const POLICIES = ["no", "always", "on-failure", "unless-stopped"];

/** Throws Docker's refusal; returns warnings. */
export function verifyHostConfig(view: View, machine: string, host: HostConfig, config?: ContainerConfig): string[] {
  if (config) refuseConflicts(host, config);
  verifyRestartPolicy(host);
  verifyModes(host);
  const warnings = verifyResources(view, machine, host);
  verifyLogConfig(host.LogConfig ?? {});
  for (const line of host.ExtraHosts ?? [])
    if (!/^[^:=]+[:=].+$/.test(line)) throw invalidParameter(`bad format for add-host: "${line}"`);
  for (const [key, bindings] of Object.entries(host.PortBindings ?? {})) {
    if (!/^\d+(\/(tcp|udp|sctp))?$/i.test(key) || Number.parseInt(key, 10) > 65535 || Number.parseInt(key, 10) < 1)
      throw invalidParameter(`invalid port specification: "${key}"`);
    for (const { HostPort: port = "" } of bindings ?? [])
      if (port !== "" && !/^\d+(-\d+)?$/.test(port)) throw invalidParameter(`invalid port specification: "${port}"`);
  }
  const discarded = host.NetworkMode === "host" && Object.keys(host.PortBindings ?? {}).length > 0;
  if (config && discarded) warnings.push("Published ports are discarded when using host network mode");
  return warnings;
}

function verifyRestartPolicy(host: HostConfig): void {
  const { Name: name = "", MaximumRetryCount: retries = 0 } = host.RestartPolicy ?? {};
  if (host.AutoRemove && name !== "" && name !== "no")
    throw invalidParameter("can't create 'AutoRemove' container with restart policy");
  if (name !== "" && !POLICIES.includes(name))
    throw invalidParameter(
      `invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  if (retries === 0) return;
  if (name !== "on-failure")
    throw invalidParameter("invalid restart policy: maximum retry count can only be used with 'on-failure'");
  if (retries < 0) throw invalidParameter("invalid restart policy: maximum retry count cannot be negative");
}

/** As inspect shows it: empty fields get the daemon's values. */
export function completeHostConfig(asked: HostConfig): HostConfig {
  const mode = asked.NetworkMode ?? "";
  return {
    ...DEFAULTS,
    ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)),
    NetworkMode: mode === "" || mode === "default" ? "bridge" : mode,
    LogConfig: { Type: asked.LogConfig?.Type || "json-file", Config: asked.LogConfig?.Config ?? {} },
    RestartPolicy: {
      Name: asked.RestartPolicy?.Name || "no",
      MaximumRetryCount: asked.RestartPolicy?.MaximumRetryCount ?? 0,
    },
    IpcMode: asked.IpcMode || "private",
    CgroupnsMode: asked.CgroupnsMode || "private",
    ShmSize: asked.ShmSize || 64 * 1024 * 1024,
    Runtime: asked.Runtime || "runc",
    MemorySwappiness: null,
    OomKillDisable: null,
    PidsLimit: asked.PidsLimit || null,
    MemorySwap: asked.MemorySwap || (asked.Memory ? asked.Memory * 2 : 0),
    MaskedPaths: asked.Privileged ? null : MASKED,
    ReadonlyPaths: asked.Privileged ? null : READONLY,
    ...(asked.Privileged ? { SecurityOpt: ["label=disable"] } : {}),
  };
}

const MASKED =
  "/proc/asound /proc/acpi /proc/interrupts /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list /proc/timer_stats /proc/sched_debug /proc/scsi /sys/firmware /sys/devices/virtual/powercap".split(
    " ",
  );
const READONLY = "/proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger".split(" ");

const DEFAULTS: HostConfig = {
  Binds: null,
  ContainerIDFile: "",
  LogConfig: {},
  NetworkMode: "",
  PortBindings: {},
  RestartPolicy: {},
  AutoRemove: false,
  VolumeDriver: "",
  VolumesFrom: null,
  ConsoleSize: [0, 0],
  CapAdd: null,
  CapDrop: null,
  CgroupnsMode: "",
  Dns: [],
  DnsOptions: [],
  DnsSearch: [],
  ExtraHosts: null,
  GroupAdd: null,
  IpcMode: "",
  Cgroup: "",
  Links: null,
  OomScoreAdj: 0,
  PidMode: "",
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  SecurityOpt: null,
  UTSMode: "",
  UsernsMode: "",
  ShmSize: 0,
  Runtime: "",
  Isolation: "",
  CpuShares: 0,
  Memory: 0,
  NanoCpus: 0,
  CgroupParent: "",
  BlkioWeight: 0,
  BlkioWeightDevice: null,
  BlkioDeviceReadBps: null,
  BlkioDeviceWriteBps: null,
  BlkioDeviceReadIOps: null,
  BlkioDeviceWriteIOps: null,
  CpuPeriod: 0,
  CpuQuota: 0,
  CpuRealtimePeriod: 0,
  CpuRealtimeRuntime: 0,
  CpusetCpus: "",
  CpusetMems: "",
  Devices: null,
  DeviceCgroupRules: null,
  DeviceRequests: null,
  MemoryReservation: 0,
  MemorySwap: 0,
  MemorySwappiness: null,
  OomKillDisable: null,
  PidsLimit: null,
  Ulimits: null,
  CpuCount: 0,
  CpuPercent: 0,
  IOMaximumIOps: 0,
  IOMaximumBandwidth: 0,
  MaskedPaths: null,
  ReadonlyPaths: null,
};

/** That of a container for which nothing was asked, and its fields as JSON. */
const PLAIN = completeHostConfig({});
const PLAIN_TEXTS = new Map(Object.entries(PLAIN).map(([field, value]) => [field, JSON.stringify(value)]));

const kept = new Map<string, HostConfig>();

/** Configurations remembered, before all are forgotten. */
const MOST_CONFIGS = 500;

/** What a container's row keeps of what was asked: the fields that are not everybody's. Containers that ask the same share it. */
export function keptHostConfig(asked: HostConfig): HostConfig {
  const text = JSON.stringify(asked);
  const known = kept.get(text);
  if (known) return known;
  const config = withoutPlain(completeHostConfig(asked));
  if (kept.size >= MOST_CONFIGS) kept.clear();
  kept.set(text, config);
  return config;
}

const withoutPlain = (config: HostConfig): HostConfig =>
  Object.fromEntries(
    Object.entries(config).filter(
      ([field, value]) => field === "NetworkMode" || JSON.stringify(value) !== PLAIN_TEXTS.get(field),
    ),
  );

/** The whole of what a row keeps, as inspect shows it. */
export const wholeHostConfig = (row: HostConfig): HostConfig => ({ ...PLAIN, ...row });

/** Fields of `POST /containers/X/update` that count: zero means "as before". */
export function updatedHostConfig(view: View, machine: string, before: HostConfig, changes: HostConfig): HostConfig {
  if (before.AutoRemove && changes.RestartPolicy?.Name && changes.RestartPolicy.Name !== "no")
    throw invalidParameter("Restart policy cannot be updated because AutoRemove is enabled for the container");
  const kept = Object.fromEntries(
    Object.entries(changes).filter(([key, value]) => value && key !== "RestartPolicy" && key in DEFAULTS),
  ) as HostConfig;
  const policy = changes.RestartPolicy?.Name
    ? { RestartPolicy: { MaximumRetryCount: 0, ...changes.RestartPolicy } }
    : {};
  const after: HostConfig = { ...before, ...kept, ...policy };
  const memory = Number(after.Memory ?? 0);
  if (changes.Memory && !changes.MemorySwap && Number(before.MemorySwap ?? 0) > 0 && memory > Number(before.MemorySwap))
    throw invalidParameter(
      "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
    );
  if (changes.Memory && !changes.MemorySwap && !before.Memory) after.MemorySwap = -1;
  verifyHostConfig(view, machine, { ...after, MemorySwap: Math.max(0, Number(after.MemorySwap ?? 0)) });
  return withoutPlain(after);
}
