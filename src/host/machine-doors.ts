/**
 * What `ssh`, `docker-machine` and a `docker` with another machine's address may do: the same as the page and the API,
 * over the same simulated network.
 */
import type { Files, NetError, Sys } from "../api/process";
import { DockerError } from "../core/errors";
import { daemonRuns, linkLatency } from "../core/net/links";
import { type MachineDoors, RefusedByCluster } from "../shell";
import { MachineRefusal, type Machines } from "./machines";
import type { Simulation } from "./simulation";
import type { Login, LoginRequest } from "./terminals";
import { netError, nowhere } from "./wire";

export interface DoorsOptions {
  readonly simulation: Simulation;
  readonly machines: Machines;
  readonly login: (request: LoginRequest) => Login;
  readonly files: (machine: string) => Files;
  readonly daemonVersion: (machine: string) => Promise<string>;
}

const SSH = 22;
/** Ports at which a daemon listens for other machines. */
export const ENGINE_PORTS: readonly number[] = [2375, 2376];
/** One way; above it a connection's first packets are worth waiting for. */
const USUAL_LATENCY = 5;

/** The machine a program runs on; a container's programs count as the first's. */
export function machineOf(simulation: Simulation, sys: Sys): string {
  return simulation.view.table("machines").has(sys.hostname) ? sys.hostname : "node1";
}

/** The machine that answers at a host and port of its own: `sshd`, or its daemon. Rejects with NetError. */
export async function dial(simulation: Simulation, from: string, host: string, port: number): Promise<string> {
  const route = simulation.dispatchQuick("net.connect", { from: { machine: from }, host, port });
  if (route.kind === "unknownName" || route.kind === "unreachable" || route.kind === "timeout")
    return nowhere(simulation, route, host);
  const target = route.kind === "engine" ? route.machine : machineAt(simulation, from, route.address);
  if (target === undefined || !answers(simulation, target, port)) throw netError("ECONNREFUSED", "Connection refused");
  const latency = linkLatency(simulation.view, from, target);
  if (latency > USUAL_LATENCY) await simulation.sleepers.sleep(2 * latency);
  return target;
}

function machineAt({ view }: Simulation, from: string, address: string): string | undefined {
  if (address.startsWith("127.") || address === "localhost" || address === "::1") return from;
  for (const machine of view.table("machines").all()) if (machine.address === address) return machine.id;
  return undefined;
}

const answers = ({ view }: Simulation, machine: string, port: number): boolean =>
  port === SSH || (ENGINE_PORTS.includes(port) && daemonRuns(view, machine));

export function createMachineDoors(options: DoorsOptions): MachineDoors {
  const { simulation, machines } = options;
  const rows = () => simulation.view.table("machines");
  const info = (name: string) => {
    const row = rows().get(name);
    if (!row) throw new RefusedByCluster(`no such machine: ${name}`);
    return { name, address: row.address, power: row.power, memory: row.memory, cpus: Math.round(row.nanoCpus / 1e9) };
  };
  return {
    list: () => [...rows().all()].map((row) => info(row.name)),
    add: (name) => refusing(() => info(machines.add({ name }).name)),
    switchPower: (name, power) => void refusing(() => machines.change(name, { power })),
    remove: (name) => refusing(() => machines.remove(name)),
    dial: (sys, host, port) => dial(simulation, machineOf(simulation, sys), host, port),
    open: (sys, request) => options.login({ ...request, from: machineOf(simulation, sys) }),
    files: options.files,
    daemonVersion: async (sys, machine) => {
      await dial(simulation, machineOf(simulation, sys), info(machine).address, 2376);
      return options.daemonVersion(machine);
    },
  };
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof MachineRefusal || error instanceof DockerError) throw new RefusedByCluster(error.message);
    throw error;
  }
}

/** The network's error as Go's dialer words it. */
export function dialError(error: NetError, host: string): Error {
  const words: Record<string, string> = {
    EHOSTUNREACH: `dial tcp ${host}: connect: no route to host`,
    ENOTFOUND: `dial tcp: lookup ${host.replace(/:\d+$/, "")}: no such host`,
  };
  return Object.assign(new Error(words[error.code] ?? error.message), { code: error.code });
}
