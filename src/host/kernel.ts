/**
 * The operating system of a machine as the programs on it and in its containers see it: processes, memory, disks, ports.
 * Everything is read from the cluster's rows at the moment of the question.
 */
import type { Kernel, ListeningInfo, MountInfo, ProcessInfo, SignalName } from "../api/process";
import { processesIn } from "../core/engine/processes";
import type { ContainerRow } from "../core/engine/tables";
import type { MachineRow, ProcessRow } from "../core/machine/tables";
import type { Origin } from "../core/net/connect";
import type { View } from "../core/store/store";
import type { Backend } from "../engine-api/backend";
import { KERNEL } from "../engine-api/routers/system/version";
import { diskOf, mountsOfContainer, mountsOfMachine } from "./disks";
import { echoOf } from "./echo";
import { loadOf, memoryUse } from "./machine-figures";
import { ProcessSpace } from "./process-space";
import type { Simulation } from "./simulation";
import { containerProcesses, DOCKERD, serviceProcesses } from "./system-processes";

/** Numbers of what a machine's shells start: containers' processes come after them. */
const FIRST_SHELL_PID = 900;
const LAST_SHELL_PID = 1999;
/** What systemd waits before it starts a daemon that ended (`RestartSec=2` of docker.service). Milliseconds. */
const RESTART_DELAY = 2000;

export interface KernelsOptions {
  readonly simulation: Simulation;
  readonly backend: (machine: string) => Backend;
  /** Signals a process that a container runs, by its row. */
  readonly signal: (process: string, name: string) => void;
}

/** The process name spaces of a cluster, and the kernels above them. */
export class Kernels {
  readonly #options: KernelsOptions;
  readonly #machines = new Map<string, ProcessSpace>();
  readonly #containers = new Map<string, ProcessSpace>();

  constructor(options: KernelsOptions) {
    this.#options = options;
  }

  /** Where a machine's shells and what they start have their numbers. */
  machineSpace(machine: string): ProcessSpace {
    const known = this.#machines.get(machine) ?? new ProcessSpace(FIRST_SHELL_PID, LAST_SHELL_PID);
    this.#machines.set(machine, known);
    return known;
  }

  /** A container's name space; a new one when its own process starts. */
  containerSpace(container: string, anew: boolean): ProcessSpace {
    const known = anew ? undefined : this.#containers.get(container);
    const space = known ?? new ProcessSpace();
    this.#containers.set(container, space);
    return space;
  }

  /** The container does not run any more. */
  closeContainer(container: string): void {
    this.#containers.delete(container);
  }

  /** The system calls of one process at `origin`. */
  kernelOf(origin: Origin, space: ProcessSpace, uid: number, chance: () => number): Kernel {
    const { simulation } = this.#options;
    const view = simulation.view;
    const machine = (): MachineRow => {
      const row = view.table("machines").get(origin.machine);
      if (!row) throw new Error(`no machine ${origin.machine}`);
      return row;
    };
    const container = (): ContainerRow | undefined =>
      origin.containerId === undefined ? undefined : view.table("containers").get(origin.containerId);
    const all = () => this.#machineProcesses(machine());
    return {
      release: KERNEL,
      get bootedAt() {
        return machine().bootedAt;
      },
      get cpus() {
        return Math.max(1, Math.round(machine().nanoCpus / 1e9));
      },
      get memory() {
        return machine().memory;
      },
      memoryUse: () => memoryUse(view, machine(), all()),
      load: () => loadOf(all(), simulation.now()),
      get limits() {
        const config = container()?.hostConfig;
        return {
          memory: config?.Memory ?? 0,
          nanoCpus: nanoCpusOf(config),
          pids: Math.max(0, Number(config?.PidsLimit ?? 0)),
        };
      },
      processes: () => (origin.containerId === undefined ? all() : space.list()),
      signal: (pid, name) => this.#signal(origin, space, uid, pid, name),
      mounts: () => this.#mounts(machine(), container()),
      listening: () => listeningAt(view, origin, space),
      ping: async (address) => echoOf(view, origin, address, chance),
    };
  }

  #machineProcesses(machine: MachineRow): ProcessInfo[] {
    if (machine.power === "off") return [];
    return [
      ...serviceProcesses(machine),
      ...this.machineSpace(machine.id).list(),
      ...containerProcesses(this.#options.simulation.view, machine.id),
    ].sort((a, b) => a.pid - b.pid);
  }

  #mounts(machine: MachineRow, container: ContainerRow | undefined): MountInfo[] {
    const disk = diskOf(this.#options.backend(machine.id), machine);
    return container
      ? mountsOfContainer(container, machine, disk)
      : mountsOfMachine(this.#options.simulation.view, machine, disk);
  }

  #signal(origin: Origin, space: ProcessSpace, uid: number, pid: number, name: SignalName | undefined): void {
    const member = space.get(pid);
    if (member) {
      if (uid !== 0 && member.info().uid !== uid) throw failure("EPERM", "Operation not permitted");
      // From within, not even SIGKILL ends number 1 of a name space.
      const immune = pid === 1 && origin.containerId !== undefined && (name === "SIGKILL" || name === "SIGSTOP");
      if (name !== undefined && !immune) member.signal(name);
      return;
    }
    if (origin.containerId !== undefined) throw failure("ESRCH", "No such process");
    this.#signalOutside(origin.machine, pid, name);
  }

  /** On a machine: a container's process by its number there, or one of the system's own. */
  #signalOutside(machine: string, pid: number, name: SignalName | undefined): void {
    const { simulation, signal } = this.#options;
    const row = simulation.view
      .table("processes")
      .by("machine", machine)
      .find((each) => each.pid === pid);
    if (row) {
      if (name !== undefined) signal(row.id, name);
      return;
    }
    const found = simulation.view.table("machines").get(machine);
    const exists = found && this.#machineProcesses(found).some((process) => process.pid === pid);
    if (!exists) throw failure("ESRCH", "No such process");
    if (pid === DOCKERD && (name === "SIGKILL" || name === "SIGTERM" || name === "SIGINT"))
      this.#endDaemon(machine, name);
  }

  /** The daemon ends - killed, its containers run on - and systemd starts it again. */
  #endDaemon(machine: string, name: SignalName): void {
    const { simulation } = this.#options;
    simulation.dispatchQuick("machine.update", { name: machine, daemon: name === "SIGKILL" ? "crashed" : "stopped" });
    void simulation.sleepers.sleep(RESTART_DELAY).then(() => {
      const row = simulation.view.table("machines").get(machine);
      if (row?.power === "on" && row.daemon !== "up")
        simulation.dispatchQuick("machine.update", { name: machine, daemon: "up" });
    });
  }
}

function nanoCpusOf(config: ContainerRow["hostConfig"] | undefined): number {
  if (config?.NanoCpus) return config.NanoCpus;
  const quota = Number(config?.CpuQuota ?? 0);
  return quota > 0 ? Math.round((quota / (Number(config?.CpuPeriod ?? 0) || 100_000)) * 1e9) : 0;
}

const failure = (code: string, message: string) => Object.assign(new Error(message), { code });

/** Who listens: in a container its processes, on a machine the published ports and the daemon's own. */
function listeningAt(view: View, origin: Origin, space: ProcessSpace): ListeningInfo[] {
  const found =
    origin.containerId === undefined
      ? machinePorts(view, origin.machine)
      : containerPorts(view, origin.containerId, space);
  return found.sort((a, b) => a.port - b.port || a.address.localeCompare(b.address));
}

function containerPorts(view: View, container: string, space: ProcessSpace): ListeningInfo[] {
  const row = view.table("containers").get(container);
  if (!row) return [];
  return processesIn(view, row).flatMap((process: ProcessRow) => {
    const own = process.owner.kind === "container" ? space.get(1) : undefined;
    const info = own?.info();
    return process.listening.map((port) => ({
      address: "0.0.0.0",
      port,
      ...(info ? { pid: info.pid, name: info.name } : {}),
    }));
  });
}

function machinePorts(view: View, machine: string): ListeningInfo[] {
  const published = view
    .table("ports")
    .by("machine", machine)
    .filter((row) => row.protocol === "tcp")
    .map((row) => ({
      address: row.hostIp || "0.0.0.0",
      port: row.port,
      ...(row.target.kind === "container" ? { name: "docker-proxy" } : { name: "dockerd", pid: DOCKERD }),
    }));
  const daemons: ListeningInfo[] = [{ address: "0.0.0.0", port: 22, pid: 597, name: "sshd" }];
  return [...daemons, ...published];
}
