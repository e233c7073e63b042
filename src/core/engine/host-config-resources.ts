/** Limits on processors, memory and disks that cannot be (moby `daemon/daemon_unix.go`, verifyPlatformContainerResources). */
import { invalidParameter } from "../errors";
import type { View } from "../store/store";
import type { HostConfig } from "./types";

const MINIMUM_MEMORY = 6 * 1024 * 1024; // bytes, moby linuxMinMemory
const PERIOD = { least: 1000, most: 1_000_000 }; // microseconds of the completely fair scheduler

/** Throws Docker's refusal; returns warnings. */
export function verifyResources(view: View, machine: string, host: HostConfig): string[] {
  verifyMemory(host);
  const cpus = (view.table("machines").get(machine)?.nanoCpus ?? 2e9) / 1e9;
  verifyProcessors(host, cpus);
  verifySet("cpuset cpus", "CPUs", host.CpusetCpus, Math.ceil(cpus));
  verifySet("cpuset mems", "memory nodes", host.CpusetMems, 1);
  return Number(host.BlkioWeight ?? 0) > 0
    ? ["Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded."]
    : [];
}

function verifyMemory(host: HostConfig): void {
  const memory = host.Memory ?? 0;
  const swap = Number(host.MemorySwap ?? 0);
  const reservation = Number(host.MemoryReservation ?? 0);
  if (memory < 0 || (memory > 0 && memory < MINIMUM_MEMORY))
    throw invalidParameter("Minimum memory limit allowed is 6MB");
  if (memory > 0 && swap > 0 && swap < memory)
    throw invalidParameter("Minimum memoryswap limit should be larger than memory limit, see usage");
  if (memory === 0 && swap > 0)
    throw invalidParameter("You should always set the Memory limit when using Memoryswap limit, see usage");
  if (reservation > 0 && reservation < MINIMUM_MEMORY)
    throw invalidParameter("Minimum memory reservation allowed is 6MB");
  if (reservation > 0 && memory > 0 && memory < reservation)
    throw invalidParameter("Minimum memory limit can not be less than memory reservation limit, see usage");
}

function verifyProcessors(host: HostConfig, cpus: number): void {
  const wanted = (host.NanoCpus ?? 0) / 1e9;
  const period = Number(host.CpuPeriod ?? 0);
  const quota = Number(host.CpuQuota ?? 0);
  const shares = Number(host.CpuShares ?? 0);
  if (wanted > 0 && period > 0)
    throw invalidParameter("Conflicting options: Nano CPUs and CPU Period cannot both be set");
  if (wanted > 0 && quota > 0)
    throw invalidParameter("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
  if (wanted < 0 || wanted > cpus)
    throw invalidParameter(
      `range of CPUs is from 0.01 to ${cpus.toFixed(2)}, as there are only ${cpus} CPUs available`,
    );
  if (period !== 0 && (period < PERIOD.least || period > PERIOD.most))
    throw invalidParameter("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
  if (quota > 0 && quota < PERIOD.least) throw invalidParameter("CPU cfs quota can not be less than 1ms (i.e. 1000)");
  if (shares < 0) throw invalidParameter(`invalid CPU shares (${shares}): value must be a positive integer`);
}

/** `0-2,5` against what the machine has, numbered from 0. */
function verifySet(name: string, what: string, given: unknown, available: number): void {
  const asked = String(given ?? "");
  if (asked === "") return;
  const fault = (part: string) => invalidParameter(`Invalid value ${asked} for ${name}: invalid format: ${part}`);
  const ends = asked.split(",").map((part) => {
    const [, from = "", to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    if (from === "" || Number(to) < Number(from)) throw fault(part);
    return Number(to);
  });
  if (Math.max(...ends) < available) return;
  const all = available === 1 ? "0" : `0-${available - 1}`;
  throw invalidParameter(`Requested ${what} are not available - requested ${asked}, available: ${all}`);
}
