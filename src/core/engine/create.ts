/** `POST /containers/create`: what the client asked for, checked and completed with the image's configuration (moby `daemon/create.go`). */
import { hexId } from "../chance/ids";
import { conflict, invalidParameter, systemError } from "../errors";
import { MAX_CONTAINERS } from "../limits";
import type { Tx } from "../room";
import { needSpace } from "./disk";
import { refuseAddress } from "./endpoints";
import { containerEvent } from "./events";
import { keptHostConfig, verifyHostConfig } from "./host-config";
import { findImage } from "./images";
import { resolveMounts } from "./mounts";
import { lookUpContainer, reserveName } from "./names";
import { checkNetworkMode } from "./network-mode";
import { lookUpNetwork } from "./networks";
import { checkSignal } from "./signals";
import type { ContainerRow, ImageRow } from "./tables";
import type { ContainerConfig, ContainerCreateRequest, EndpointSettings, HostConfig, ImageConfig } from "./types";

export interface CreateArgs {
  readonly name?: string;
  readonly request: ContainerCreateRequest;
  readonly taskId?: string;
  readonly buildId?: string;
}

/** Creates it. Throws Docker's refusals; volumes it needs are made. */
export function createContainer(tx: Tx, machine: string, args: CreateArgs): { id: string; warnings: string[] } {
  const { HostConfig: askedHost = {}, NetworkingConfig: networking, ...asked } = args.request;
  const warnings = verifyHostConfig(tx, machine, askedHost, asked);
  verifyConfig(asked);
  checkNetworkMode(asked, askedHost);
  const image = findImage(tx, machine, asked.Image ?? "");
  if (tx.table("containers").count("machine", machine) >= MAX_CONTAINERS)
    throw systemError("failed to create shim task: no space left on device");
  const id = hexId(tx.random("engine.containers"));
  needSpace(tx, machine, "mkdir", () => `/var/lib/docker/overlay2/${id}-init`);
  const own = completeConfig(asked, image, askedHost, machine, id);
  const name = reserveName(tx, machine, args.name ?? "", id);
  const hostConfig = resolveReferences(tx, machine, keptHostConfig(askedHost));
  const config = withSharedName(tx, own, hostConfig);
  const networks = chooseNetworks(tx, machine, hostConfig, networking?.EndpointsConfig ?? {});
  const mounts = resolveMounts(tx, machine, id, config, hostConfig, image.layers);
  const row: ContainerRow = {
    id,
    machine,
    name,
    createdAt: tx.now,
    config,
    hostConfig,
    networks,
    imageId: image.imageId,
    image: asked.Image,
    layers: image.layers,
    state: "created",
    exitCode: 0,
    error: "",
    oomKilled: false,
    startedAt: 0,
    finishedAt: 0,
    restartCount: 0,
    pid: 0,
    stoppedByUser: false,
    mounts,
    ...(args.taskId === undefined ? {} : { taskId: args.taskId }),
    ...(args.buildId === undefined ? {} : { buildId: args.buildId }),
  };
  tx.table("containers").put(row);
  containerEvent(tx, row, "create");
  return { id, warnings };
}

function verifyConfig(config: ContainerConfig): void {
  const directory = config.WorkingDir ?? "";
  if (directory !== "" && !directory.startsWith("/"))
    throw invalidParameter(`the working directory '${directory}' is invalid, it needs to be an absolute path`);
  for (const line of config.Env ?? [])
    if (line === "" || line.startsWith("=")) throw invalidParameter(`invalid environment variable: ${line}`);
  if (config.StopSignal) checkSignal(config.StopSignal);
  const health = config.Healthcheck;
  for (const field of ["Interval", "Timeout", "StartPeriod", "StartInterval"] as const) {
    const value = health?.[field] ?? 0;
    if (value !== 0 && value < 1_000_000) throw invalidParameter(`${field} in Healthcheck cannot be less than 1ms`);
  }
  if ((health?.Retries ?? 0) < 0) throw invalidParameter("Retries in Healthcheck cannot be negative");
}

/** The image's configuration below the container's own (moby `daemon/commit.go`, merge). */
function completeConfig(
  asked: ContainerConfig,
  image: ImageRow,
  host: HostConfig,
  machine: string,
  id: string,
): ContainerConfig {
  const base = image.config;
  const { Entrypoint, Cmd } = commandOf(asked, base);
  const config: ContainerConfig = {
    ...EMPTY_CONFIG,
    ...asked,
    Hostname: asked.Hostname || (host.NetworkMode === "host" ? machine : id.slice(0, 12)),
    Entrypoint,
    Cmd,
    User: asked.User || base.User || "",
    WorkingDir: asked.WorkingDir || base.WorkingDir || "",
    Env: mergeEnv(asked.Env ?? [], base.Env ?? []),
    Labels: { ...base.Labels, ...asked.Labels },
    Volumes: mergeSets(asked.Volumes, base.Volumes),
  };
  const ports = mergeSets(mergeSets(asked.ExposedPorts, bindingPorts(host)), base.ExposedPorts);
  if (ports) config.ExposedPorts = ports;
  const health = mergeHealth(asked.Healthcheck, base.Healthcheck);
  if (health) config.Healthcheck = health;
  if (asked.StopSignal || base.StopSignal) config.StopSignal = asked.StopSignal || base.StopSignal;
  if (base.Shell && !asked.Shell) config.Shell = base.Shell;
  if ((config.Entrypoint?.length ?? 0) + (config.Cmd?.length ?? 0) === 0)
    throw invalidParameter("no command specified");
  return config;
}

const EMPTY_CONFIG = {
  Hostname: "",
  Domainname: "",
  User: "",
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Env: null,
  Cmd: null,
  Volumes: null,
  WorkingDir: "",
  Entrypoint: null,
  OnBuild: null,
  Labels: {},
};

/** An own entrypoint drops the image's command; `[""]` means none. */
function commandOf(asked: ContainerConfig, base: ImageConfig): Pick<ImageConfig, "Entrypoint" | "Cmd"> {
  const own = asked.Entrypoint ?? [];
  const cleared = own.length === 1 && own[0] === "";
  const cmd = asked.Cmd?.length ? asked.Cmd : undefined;
  if (own.length > 0) return { Entrypoint: cleared ? null : own, Cmd: cmd ?? null };
  return { Entrypoint: base.Entrypoint?.length ? base.Entrypoint : null, Cmd: cmd ?? base.Cmd ?? null };
}

function mergeEnv(own: string[], base: string[]): string[] {
  const keyOf = (line: string) => line.split("=", 1)[0];
  if (own.length === 0) return base;
  const keys = new Set(own.map(keyOf));
  return [...own, ...base.filter((line) => !keys.has(keyOf(line)))];
}

type Keys = Record<string, object> | null | undefined;

function mergeSets(own: Keys, base: Keys): Record<string, object> | null {
  const merged = { ...own, ...base };
  return Object.keys(merged).length > 0 ? merged : null;
}

const bindingPorts = (host: HostConfig): Record<string, object> =>
  Object.fromEntries(Object.keys(host.PortBindings ?? {}).map((key) => [key.includes("/") ? key : `${key}/tcp`, {}]));

function mergeHealth(own: ImageConfig["Healthcheck"], base: ImageConfig["Healthcheck"]): ImageConfig["Healthcheck"] {
  if (!own) return base;
  if (!base) return own;
  return {
    ...base,
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value))),
  };
}

/** Containers that are named in the host configuration must be there. */
function resolveReferences(tx: Tx, machine: string, host: HostConfig): HostConfig {
  for (const link of host.Links ?? []) {
    const ref = link.split(":", 1)[0] ?? "";
    if (!lookUpContainer(tx, machine, ref))
      throw invalidParameter(`could not get container for ${ref}: No such container: ${ref}`);
  }
  for (const joined of [host.PidMode, host.IpcMode]) {
    const ref = /^container:(.+)/.exec(String(joined ?? ""))?.[1];
    if (ref && !lookUpContainer(tx, machine, ref)) throw invalidParameter(`No such container: ${ref}`);
  }
  const mode = host.NetworkMode ?? "";
  if (!mode.startsWith("container:")) return host;
  const ref = mode.slice("container:".length);
  const target = lookUpContainer(tx, machine, ref);
  if (!target) throw conflict(`joining network namespace of container: No such container: ${ref}`);
  return { ...host, NetworkMode: `container:${target.id}` };
}

/** In another container's network sandbox it goes by that one's hostname. */
function withSharedName(tx: Tx, config: ContainerConfig, { NetworkMode: mode = "" }: HostConfig): ContainerConfig {
  if (!mode.startsWith("container:")) return config;
  const other = tx.table("containers").get(mode.slice("container:".length));
  return { ...config, Hostname: other?.config.Hostname ?? config.Hostname ?? "" };
}

/** The networks it shall be on, the one of its mode first, each under its name. */
function chooseNetworks(
  tx: Tx,
  machine: string,
  host: HostConfig,
  asked: Readonly<Record<string, EndpointSettings>>,
): Record<string, EndpointSettings> {
  const mode = host.NetworkMode ?? "bridge";
  if (mode.startsWith("container:")) return {};
  const networks: Record<string, EndpointSettings> = {};
  const entries = Object.entries(asked).map(
    ([name, settings]) => [name === "default" ? "bridge" : name, settings] as const,
  );
  const ofMode = entries.find(([name]) => name === mode)?.[1] ?? {};
  for (const [name, settings] of [[mode, ofMode] as const, ...entries.filter(([name]) => name !== mode)]) {
    const network = lookUpNetwork(tx, machine, settings?.NetworkID || name) ?? lookUpNetwork(tx, machine, name);
    if (network)
      refuseAddress(
        network,
        settings ?? {},
        `invalid config for network ${network.name}: invalid endpoint settings:\n`,
      );
    networks[network?.name ?? name] = cleaned(settings ?? {});
  }
  return networks;
}

/** As asked, without the fields that only answers have. */
const cleaned = (settings: EndpointSettings): EndpointSettings => ({
  ...(settings.IPAMConfig && Object.keys(settings.IPAMConfig).length > 0 ? { IPAMConfig: settings.IPAMConfig } : {}),
  ...(settings.Aliases ? { Aliases: settings.Aliases } : {}),
  ...(settings.Links ? { Links: settings.Links } : {}),
  ...(settings.DriverOpts ? { DriverOpts: settings.DriverOpts } : {}),
  ...(settings.MacAddress ? { MacAddress: settings.MacAddress } : {}),
  ...(settings.NetworkID ? { NetworkID: settings.NetworkID } : {}),
});
