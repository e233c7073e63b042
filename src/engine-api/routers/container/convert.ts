/** Containers as the API shows them (moby `daemon/list.go`, `daemon/inspect.go`): fields in the order of Go's structs, since `docker inspect` prints them raw. */
import { sha256 } from "../../../core/digest";
import { wholeHostConfig } from "../../../core/engine/host-config";
import { lookUpImage } from "../../../core/engine/images";
import type { ContainerRow } from "../../../core/engine/tables";
import type { ContainerConfig, HostConfig } from "../../../core/engine/types";
import type { View } from "../../../core/store/store";
import type { Millis } from "../../../core/time/agenda";
import { rfc3339 } from "../../../core/time/calendar";
import { type Json, listedPorts, networkSettingsJson, networksJson } from "./network-settings";
import { commandOf, statusText } from "./status";

/** Where Docker keeps what belongs to a container. */
const CONTAINERS = "/var/lib/docker/containers";
export const STORAGE_DRIVER = "overlay2";
const LAYERS = `/var/lib/docker/${STORAGE_DRIVER}`;

const NEVER = "0001-01-01T00:00:00Z";
export const timeText = (at: Millis): string => (at === 0 ? NEVER : rfc3339(at));

/** An entry of `GET /containers/json`. */
export function listJson(view: View, row: ContainerRow, now: Millis, size: boolean): Json {
  const { path, args } = commandOf(row);
  const quoted = args.map((arg) => (arg.includes(" ") ? `'${arg}'` : arg));
  return {
    Id: row.id,
    Names: [`/${row.name}`],
    Image: shownImage(view, row),
    ImageID: row.imageId,
    Command: [path, ...quoted].join(" "),
    Created: Math.floor(row.createdAt / 1000),
    Ports: listedPorts(view, row),
    ...(size && sizesJson(view, row, true)),
    Labels: row.config.Labels ?? {},
    State: row.state,
    Status: statusText(row, now),
    HostConfig: { NetworkMode: row.hostConfig.NetworkMode ?? "" },
    NetworkSettings: { Networks: networksJson(view, row, false) },
    Mounts: mountsJson(row),
  };
}

/** The name used at creation, as long as it means the same image. */
function shownImage(view: View, row: ContainerRow): string {
  try {
    if (lookUpImage(view, row.machine, row.image)?.imageId === row.imageId) return row.image;
  } catch {
    // a name that is none, or several: the id is shown
  }
  return row.imageId;
}

/** Bytes of the writable layer. */
export const writtenSize = (view: View, row: ContainerRow): number =>
  view
    .table("files")
    .by("tree", `container:${row.id}`)
    .reduce((sum, file) => sum + (file.type === "file" ? file.size : 0), 0);

function sizesJson(view: View, row: ContainerRow, omitEmpty: boolean): Json {
  const written = writtenSize(view, row);
  const image = view.table("images").get(`${row.machine}/${row.imageId}`)?.size ?? 0;
  return { ...((written > 0 || !omitEmpty) && { SizeRw: written }), SizeRootFs: image + written };
}

export const mountsJson = (row: ContainerRow): Json[] =>
  row.mounts
    .filter((mount) => !mount.internal)
    .map((mount) => ({
      Type: mount.type,
      ...(mount.name !== undefined && { Name: mount.name }),
      Source: mount.source,
      Destination: mount.target,
      ...(mount.type === "volume" && { Driver: "local" }),
      Mode: mount.mode ?? "",
      RW: !mount.readOnly,
      Propagation: mount.type === "bind" ? "rprivate" : "",
    }));

/** `GET /containers/NAME/json`. */
export function inspectJson(view: View, row: ContainerRow, size: boolean): Json {
  const { path, args } = commandOf(row);
  const home = `${CONTAINERS}/${row.id}`;
  const started = row.startedAt !== 0;
  return {
    Id: row.id,
    Created: rfc3339(row.createdAt),
    Path: path,
    Args: args,
    State: stateJson(row),
    Image: row.imageId,
    ResolvConfPath: started ? `${home}/resolv.conf` : "",
    HostnamePath: started ? `${home}/hostname` : "",
    HostsPath: started ? `${home}/hosts` : "",
    LogPath: started ? `${home}/${row.id}-json.log` : "",
    Name: `/${row.name}`,
    RestartCount: row.restartCount,
    Driver: STORAGE_DRIVER,
    Platform: "linux",
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: started ? "docker-default" : "",
    ExecIDs: execIds(view, row),
    HostConfig: hostConfigJson(wholeHostConfig(row.hostConfig)),
    GraphDriver: graphDriverJson(row),
    ...(size && sizesJson(view, row, false)),
    Mounts: mountsJson(row),
    Config: configJson(row.config),
    NetworkSettings: networkSettingsJson(view, row),
  };
}

export function stateJson(row: ContainerRow): Json {
  const restarting = row.state === "restarting";
  return {
    Status: row.state,
    Running: row.state === "running" || row.state === "paused" || restarting,
    Paused: row.state === "paused",
    Restarting: restarting,
    OOMKilled: row.oomKilled,
    Dead: row.state === "dead",
    Pid: row.pid,
    ExitCode: row.exitCode,
    Error: row.error,
    StartedAt: timeText(row.startedAt),
    FinishedAt: timeText(row.finishedAt),
    ...(row.health && {
      Health: {
        Status: row.health.status,
        FailingStreak: row.health.failingStreak,
        Log: row.health.log.map(({ start, end, exitCode, output }) => ({
          Start: rfc3339(start),
          End: rfc3339(end),
          ExitCode: exitCode,
          Output: output,
        })),
      },
    }),
  };
}

/** Execs that did not end yet. */
function execIds(view: View, row: ContainerRow): string[] | null {
  const ids = view
    .table("execs")
    .by("container", row.id)
    .filter((exec) => exec.running || !exec.started)
    .map((exec) => exec.id);
  return ids.length > 0 ? ids : null;
}

/** The directories of the overlay: named by digests of what they are, as the driver names them at random. */
function graphDriverJson(row: ContainerRow): Json {
  const own = `${LAYERS}/${sha256(row.id)}`;
  const lower = [...(row.layers ?? [])].reverse().map((diffId) => `${LAYERS}/${sha256(diffId)}/diff`);
  return {
    Data: {
      ID: row.id,
      LowerDir: [`${own}-init/diff`, ...lower].join(":"),
      MergedDir: `${own}/merged`,
      UpperDir: `${own}/diff`,
      WorkDir: `${own}/work`,
    },
    Name: STORAGE_DRIVER,
  };
}

/** Go's `container.Config`: fields that are left out when empty are marked by `?`. */
const CONFIG_FIELDS =
  "Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts? Tty OpenStdin StdinOnce Env Cmd Healthcheck? ArgsEscaped? Image Volumes WorkingDir Entrypoint NetworkDisabled? MacAddress? OnBuild Labels StopSignal? StopTimeout? Shell?".split(
    " ",
  );

export function configJson(config: ContainerConfig): Json {
  const json: Json = {};
  for (const field of CONFIG_FIELDS) {
    const name = field.replace("?", "");
    const value = config[name];
    if (field !== name && isEmpty(value)) continue;
    json[name] = value ?? null;
  }
  return json;
}

const isEmpty = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === false ||
  (typeof value === "object" && Object.keys(value).length === 0);

const HOST_FIELDS =
  "Binds ContainerIDFile LogConfig NetworkMode PortBindings RestartPolicy AutoRemove VolumeDriver VolumesFrom ConsoleSize Annotations? CapAdd CapDrop CgroupnsMode Dns DnsOptions DnsSearch ExtraHosts GroupAdd IpcMode Cgroup Links OomScoreAdj PidMode Privileged PublishAllPorts ReadonlyRootfs SecurityOpt StorageOpt? Tmpfs? UTSMode UsernsMode ShmSize Sysctls? Runtime Isolation CpuShares Memory NanoCpus CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpusetCpus CpusetMems Devices DeviceCgroupRules DeviceRequests MemoryReservation MemorySwap MemorySwappiness OomKillDisable PidsLimit Ulimits CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth Mounts? MaskedPaths ReadonlyPaths Init?".split(
    " ",
  );

/** The order of Go's `container.HostConfig`; what it does not know is dropped. */
export function hostConfigJson(config: HostConfig): Json {
  const json: Json = {};
  for (const field of HOST_FIELDS) {
    const name = field.replace("?", "");
    const value = config[name];
    if (
      value === undefined ||
      (field !== name && name !== "Init" && isEmpty(value)) ||
      (name === "Init" && value === null)
    )
      continue;
    json[name] = value;
  }
  return json;
}
