/** From the flags of `run` and `create` to the body of `POST /containers/create`. Throws CliError with docker's words. */
import type { Context } from "../../command";
import { parseVolumeSpec } from "../../compose/volume-spec";
import { CliError, messageOf } from "../../errors";
import { parseDecimal } from "../../parse/decimal";
import { readKeyValueFile, resolveEnv } from "../../parse/env-file";
import { parseMount } from "../../parse/mount";
import { parsePortSpecs, parseRange } from "../../parse/ports";
import { keyValues } from "../each";
import { gpuRequests, parseDevice } from "./devices";
import { parseThrottle, parseUlimit, parseWeight } from "./flag-checks";
import { healthcheck } from "./health";
import { endpoints, networkMode } from "./networks";
import { parseRestart } from "./restart-policy";

/** What the daemon needs to create the container. */
export function createBody(ctx: Context): Record<string, unknown> {
  const { flags, args, sys } = ctx;
  refuseModes(ctx);
  const ports = portsOf(ctx);
  const volumes = flags.list("volume");
  for (const volume of volumes) parseVolumeSpec(volume);
  const attached = attachFlags(ctx);
  const command = args.slice(1);
  return {
    Hostname: flags.string("hostname"),
    Domainname: flags.string("domainname"),
    User: flags.string("user"),
    AttachStdin: attached.stdin,
    AttachStdout: attached.stdout,
    AttachStderr: attached.stderr,
    ExposedPorts: ports.exposed,
    Tty: flags.bool("tty"),
    OpenStdin: flags.bool("interactive"),
    StdinOnce: attached.stdin && flags.bool("interactive"),
    Env: [
      ...flags.list("env-file").flatMap((file) => readKeyValueFile(sys, file, (name) => sys.env[name])),
      ...resolveEnv(flags.list("env"), sys.env),
    ],
    Cmd: command.length > 0 ? command : null,
    ...(healthcheck(flags) ? { Healthcheck: healthcheck(flags) } : {}),
    Image: args[0],
    Volumes: Object.fromEntries(volumes.filter((volume) => !volume.includes(":")).map((volume) => [volume, {}])),
    WorkingDir: flags.string("workdir"),
    Entrypoint: flags.changed("entrypoint") ? [flags.string("entrypoint")] : null,
    Labels: keyValues([
      ...flags.list("label-file").flatMap((file) => readKeyValueFile(sys, file)),
      ...flags.list("label"),
    ]),
    ...(flags.changed("stop-signal") ? { StopSignal: flags.string("stop-signal") } : {}),
    ...(flags.changed("stop-timeout") ? { StopTimeout: flags.int("stop-timeout") } : {}),
    HostConfig: hostConfig(ctx, ports.bindings),
    NetworkingConfig: { EndpointsConfig: endpoints(ctx) },
  };
}

/** What the command line looks at itself before it asks the daemon (docker/cli `container/opts.go`). */
function refuseModes({ flags }: Context): void {
  const mac = flags.string("mac-address");
  if (mac !== "" && !/^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i.test(mac))
    throw new CliError(`${mac} is not a valid mac address`);
  const swappiness = flags.changed("memory-swappiness") ? flags.int("memory-swappiness") : -1;
  if (swappiness < -1 || swappiness > 100)
    throw new CliError(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  if (!/^(|host|container:.+)$/.test(flags.string("pid"))) throw new CliError("--pid: invalid PID mode");
  if (!/^(|host)$/.test(flags.string("uts"))) throw new CliError("--uts: invalid UTS mode");
  if (!/^(|host)$/.test(flags.string("userns"))) throw new CliError("--userns: invalid USER mode");
  if (!/^(|host|private)$/.test(flags.string("cgroupns"))) throw new CliError("--cgroupns: invalid CGROUP mode");
  for (const option of flags.list("security-opt"))
    if (option !== "no-new-privileges" && !/[=:]/.test(option) && option !== "writable-cgroups")
      throw new CliError(`Invalid --security-opt: ${JSON.stringify(option)}`);
}

function portsOf(ctx: Context) {
  try {
    const specs = parsePortSpecs(ctx.flags.list("publish"));
    for (const value of ctx.flags.list("expose")) {
      if (value.includes(":")) throw new Error(`invalid port format for --expose: ${value}`);
      const [range = "", proto = "tcp"] = value.split("/");
      let ends: { start: number; end: number };
      try {
        ends = parseRange(range, "port");
      } catch {
        const wrong = range.split("-").find((part) => !/^\d+$/.test(part)) ?? range;
        const reason = `strconv.ParseUint: parsing ${JSON.stringify(wrong)}: invalid syntax`;
        throw new Error(`invalid range format for --expose: ${value}, error: ${reason}`);
      }
      for (let port = ends.start; port <= ends.end; port++) specs.exposed[`${port}/${proto}`] = {};
    }
    return specs;
  } catch (error) {
    throw new CliError(messageOf(error));
  }
}

/** Which streams the command line takes part in. */
export function attachFlags(ctx: Context): { stdin: boolean; stdout: boolean; stderr: boolean } {
  const { flags } = ctx;
  const wanted = flags.list("attach").map((value) => value.toLowerCase());
  if (flags.changed("detach") && flags.bool("detach")) return { stdin: false, stdout: false, stderr: false };
  if (wanted.length === 0) {
    return { stdin: flags.bool("interactive"), stdout: true, stderr: true };
  }
  return { stdin: wanted.includes("stdin"), stdout: wanted.includes("stdout"), stderr: wanted.includes("stderr") };
}

function hostConfig(ctx: Context, bindings: unknown): Record<string, unknown> {
  const { flags, sys } = ctx;
  const orNull = (name: string) => (flags.changed(name) ? flags.list(name) : null);
  const restart = parseRestart(flags.string("restart"));
  if (flags.bool("rm") && restart.Name !== "no" && restart.Name !== "") {
    throw new CliError("conflicting options: cannot specify both --restart and --rm");
  }
  return {
    Binds:
      orNull("volume")
        ?.filter((volume) => volume.includes(":"))
        .map((volume) => absoluteBind(volume, sys.cwd)) ?? null,
    ContainerIDFile: flags.string("cidfile"),
    LogConfig: { Type: flags.string("log-driver"), Config: keyValues(flags.list("log-opt")) },
    NetworkMode: networkMode(ctx),
    PortBindings: bindings,
    RestartPolicy: restart,
    AutoRemove: flags.bool("rm"),
    VolumeDriver: flags.string("volume-driver"),
    VolumesFrom: orNull("volumes-from"),
    ConsoleSize: sys.tty ? [sys.tty.rows, sys.tty.columns] : [0, 0],
    CapAdd: orNull("cap-add"),
    CapDrop: orNull("cap-drop"),
    CgroupnsMode: flags.string("cgroupns"),
    Dns: flags.list("dns"),
    DnsOptions: flags.list("dns-option"),
    DnsSearch: flags.list("dns-search"),
    ExtraHosts: orNull("add-host"),
    GroupAdd: orNull("group-add"),
    IpcMode: flags.string("ipc"),
    Cgroup: "",
    Links: orNull("link"),
    OomScoreAdj: flags.int("oom-score-adj"),
    PidMode: flags.string("pid"),
    Privileged: flags.bool("privileged"),
    PublishAllPorts: flags.bool("publish-all"),
    ReadonlyRootfs: flags.bool("read-only"),
    SecurityOpt: orNull("security-opt"),
    ...(flags.changed("tmpfs") ? { Tmpfs: tmpfs(flags.list("tmpfs")) } : {}),
    UTSMode: flags.string("uts"),
    UsernsMode: flags.string("userns"),
    ShmSize: flags.bytes("shm-size"),
    ...(flags.changed("sysctl") ? { Sysctls: keyValues(flags.list("sysctl")) } : {}),
    ...(flags.changed("runtime") ? { Runtime: flags.string("runtime") } : {}),
    Isolation: flags.string("isolation"),
    ...resources(ctx),
    ...(flags.changed("mount") ? { Mounts: flags.list("mount").map(parseMount) } : {}),
    MaskedPaths: null,
    ReadonlyPaths: null,
    ...(flags.changed("init") ? { Init: flags.bool("init") } : {}),
  };
}

/** A relative host path in `-v ./data:/data` counts from the working directory. */
function absoluteBind(volume: string, cwd: string): string {
  const [source = "", ...rest] = volume.split(":");
  if (!source.startsWith(".")) return volume;
  const parts = `${cwd}/${source}`.split("/").reduce<string[]>((all, part) => {
    if (part === "..") all.pop();
    else if (part !== "" && part !== ".") all.push(part);
    return all;
  }, []);
  return [`/${parts.join("/")}`, ...rest].join(":");
}

function tmpfs(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((value) => {
      const [path = "", ...options] = value.split(":");
      return [path, options.join(":")];
    }),
  );
}

/** The limits that `update` can change too. */
export function resources(ctx: Context): Record<string, unknown> {
  const { flags } = ctx;
  const swap = flags.string("memory-swap");
  return {
    CpuShares: flags.int("cpu-shares"),
    Memory: flags.bytes("memory"),
    NanoCpus: flags.changed("cpus") ? parseDecimal(flags.string("cpus")) : 0,
    CgroupParent: flags.string("cgroup-parent"),
    BlkioWeight: flags.int("blkio-weight"),
    BlkioWeightDevice: flags.list("blkio-weight-device").map(parseWeight),
    BlkioDeviceReadBps: flags.list("device-read-bps").map((value) => parseThrottle(value, true)),
    BlkioDeviceWriteBps: flags.list("device-write-bps").map((value) => parseThrottle(value, true)),
    BlkioDeviceReadIOps: flags.list("device-read-iops").map((value) => parseThrottle(value, false)),
    BlkioDeviceWriteIOps: flags.list("device-write-iops").map((value) => parseThrottle(value, false)),
    CpuPeriod: flags.int("cpu-period"),
    CpuQuota: flags.int("cpu-quota"),
    CpuRealtimePeriod: flags.int("cpu-rt-period"),
    CpuRealtimeRuntime: flags.int("cpu-rt-runtime"),
    CpusetCpus: flags.string("cpuset-cpus"),
    CpusetMems: flags.string("cpuset-mems"),
    Devices: flags.list("device").map(parseDevice),
    DeviceCgroupRules: flags.changed("device-cgroup-rule") ? flags.list("device-cgroup-rule") : null,
    DeviceRequests: gpuRequests(flags.list("gpus")),
    MemoryReservation: flags.bytes("memory-reservation"),
    MemorySwap: swap === "-1" ? -1 : flags.bytes("memory-swap"),
    MemorySwappiness: flags.changed("memory-swappiness") ? flags.int("memory-swappiness") : -1,
    OomKillDisable: flags.bool("oom-kill-disable"),
    PidsLimit: flags.int("pids-limit"),
    Ulimits: flags.list("ulimit").map(parseUlimit),
  };
}
