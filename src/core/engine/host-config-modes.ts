/** Modes nobody knows and options that exclude each other (moby `runconfig/hostconfig_unix.go`, `daemon/daemon_unix.go`). */
import { invalidParameter, systemError } from "../errors";
import { isCapability } from "./capabilities";
import type { ContainerConfig, HostConfig } from "./types";

/** Throws what the request decoder refuses: options that the network or UTS mode makes meaningless. */
export function refuseConflicts(host: HostConfig, config: ContainerConfig): void {
  const mode = host.NetworkMode ?? "";
  const conflicts = (what: string) => invalidParameter(`conflicting options: ${what}`);
  if (mode === "container" || mode === "container:")
    throw invalidParameter("invalid network mode: invalid container format container:<name|id>");
  if (mode.startsWith("container:")) {
    if (config.Hostname) throw conflicts("hostname and the network mode");
    if (listed(host.Links)) throw conflicts(links("container type network"));
    if (listed(host.Dns)) throw conflicts("dns and the network mode");
    if (listed(host.ExtraHosts)) throw conflicts("custom host-to-IP mapping and the network mode");
    if (config.MacAddress) throw conflicts("mac-address and the network mode");
    if (host.PublishAllPorts || Object.keys(host.PortBindings ?? {}).length > 0)
      throw conflicts("port publishing and the container type network mode");
    if (Object.keys(config.ExposedPorts ?? {}).length > 0)
      throw conflicts("port exposing and the container type network mode");
  }
  if (host.UTSMode === "host" && config.Hostname) throw conflicts("hostname and the UTS mode");
  if (mode === "host" && listed(host.Links)) throw conflicts(links("host type networking"));
}

const listed = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

const links = (mode: string) => `${mode} can't be used with links. This would result in undefined behavior`;

/** Throws Docker's refusal of a capability, isolation, name space, shared memory size or runtime. */
export function verifyModes(host: HostConfig): void {
  for (const field of ["CapAdd", "CapDrop"] as const)
    for (const name of (host[field] as readonly string[] | null | undefined) ?? []) {
      const capability = normalCapability(String(name));
      if (capability !== "ALL" && !isCapability(capability))
        throw invalidParameter(`invalid ${field}: unknown capability: "${capability}"`);
    }
  const isolation = text(host.Isolation);
  if (!["", "default"].includes(isolation))
    throw invalidParameter(`invalid isolation (${isolation}): linux only supports 'default'`);
  verifyMode("IPC", text(host.IpcMode), ["", "none", "private", "shareable", "host"], true);
  verifyMode("PID", text(host.PidMode), ["", "host"], true);
  verifyMode("UTS", text(host.UTSMode), ["", "host"], false);
  verifyMode("cgroup namespace", text(host.CgroupnsMode), ["", "private", "host"], false);
  if (Number(host.ShmSize ?? 0) < 0) throw invalidParameter("SHM size can not be less than 0");
  const score = Number(host.OomScoreAdj ?? 0);
  if (score < -1000 || score > 1000)
    throw invalidParameter(`Invalid value ${score}, range for oom score adj is [-1000, 1000]`);
  const runtime = text(host.Runtime);
  if (!["", "runc", "io.containerd.runc.v2"].includes(runtime))
    throw invalidParameter(`unknown or invalid runtime name: ${runtime}`);
  (host.SecurityOpt as readonly string[] | null | undefined)?.forEach(verifySecurityOption);
}

const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

function verifyMode(kind: string, mode: string, known: readonly string[], joins: boolean): void {
  const joined = joins && /^container:[^:]+$/.test(mode);
  if (!joined && !known.includes(mode)) throw invalidParameter(`invalid ${kind} mode: ${mode}`);
}

function normalCapability(name: string): string {
  const upper = name.toUpperCase();
  return upper === "ALL" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
}

const SECURITY_OPTIONS = ["label", "apparmor", "seccomp", "no-new-privileges", "writable-cgroups"];

/** As moby's `parseSecurityOpt`: `KEY=VALUE`, or `KEY:VALUE` of old. */
function verifySecurityOption(option: string): void {
  if (["no-new-privileges", "disable", "writable-cgroups"].includes(option)) return;
  const [key = "", value] = String(option).split(/[=:](.*)/s);
  if (value === undefined) throw systemError(`invalid --security-opt 1: "${option}"`);
  if (!SECURITY_OPTIONS.includes(key)) throw systemError(`invalid --security-opt 2: "${option}"`);
}
