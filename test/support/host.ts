/**
 * A whole cluster in a plain Node test: the host over memory, asked by the same requests as a server would be, while simulated
 * time stands still until the test moves it. Programs run for real; nothing here waits for the wall clock.
 */
import { readFileSync } from "node:fs";
import type { ClusterDocument, CreateClusterRequest, ExecDocument } from "../../src/api/cluster";
import { ClusterHost } from "../../src/host/cluster-host";
import type { Waker } from "../../src/host/ports";
import { MemorySockets, MemoryStorage, memoryRegistry } from "./platform";

const ID = "test";
const compiled = new URL("../../src/runtimes/micropython/generated/micropython.wasm", import.meta.url);
let micropython: WebAssembly.Module | undefined;

/** Real time that never passes; timers are a turn of the event loop. */
function standstill(): Waker {
  return {
    now: () => 1_767_225_600_000,
    setAlarm: () => undefined,
    setTimer: (callback) => {
      const timer = setImmediate(callback);
      return () => clearImmediate(timer);
    },
  };
}

/** Simulated milliseconds that pass at a time while a command runs. */
const STEP = 50;

/** False, after everything that needs no time has had its turns. */
async function quiet(): Promise<boolean> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  return false;
}

export interface HostCluster {
  /** A request to any address of the server, `/p/...` and `/c/...` included. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The output of a line of the shell, which must succeed. */
  run(command: string, machine?: string): Promise<string>;
  exec(command: string, machine?: string): Promise<ExecDocument>;
  /** Makes a swarm of the first machine and joins the others as workers. */
  swarm(): Promise<void>;
  /** Moves simulated time. */
  advance(millis: number): Promise<void>;
  put(path: string, content: string): Promise<void>;
  /** A GET of a published port on a machine. */
  get(machine: string, port: number, path?: string): Promise<Response>;
  /** JSON of a machine's Engine API. */
  docker<T>(path: string, machine?: string): Promise<T>;
}

export async function hostCluster(wish: CreateClusterRequest = {}): Promise<HostCluster> {
  const host = new ClusterHost({
    storage: new MemoryStorage(),
    waker: standstill(),
    sockets: new MemorySockets(),
    registry: memoryRegistry(),
    micropython: async () => {
      micropython ??= new WebAssembly.Module(readFileSync(compiled));
      return micropython;
    },
  });
  const fetch: HostCluster["fetch"] = (path, init) => host.fetch(new Request(`http://slipway.test${path}`, init));
  const api = async <T>(method: string, path: string, body: unknown): Promise<T> => {
    const answer = await fetch(`/api/clusters/${ID}${path}`, { method, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  await api<ClusterDocument>("POST", "", { seed: 7, ...wish });
  await api("POST", "/clock", { paused: true });
  const advance: HostCluster["advance"] = (millis) => api("POST", "/clock", { advance: `${millis}ms` });
  const exec: HostCluster["exec"] = async (command, machine = "node1") => {
    const answer = api<ExecDocument>("POST", "/exec", { command, machine });
    const ended = answer.then(() => true);
    // A command that waits for something of the cluster waits for time.
    while (!(await Promise.race([ended, quiet()]))) await advance(STEP);
    return answer;
  };
  const run: HostCluster["run"] = async (command, machine) => {
    const { stdout, stderr, exitCode } = await exec(command, machine);
    if (exitCode !== 0) throw new Error(`${command}: exit code ${exitCode}\n${stdout}${stderr}`);
    return stdout;
  };
  return {
    fetch,
    exec,
    run,
    async swarm() {
      await run("docker swarm init --advertise-addr 192.168.99.101");
      const token = (await run("docker swarm join-token -q worker")).trim();
      for (let n = 2; n <= (wish.machines ?? 1); n++)
        await run(`docker swarm join --token ${token} 192.168.99.101:2377`, `node${n}`);
    },
    advance,
    put: async (path, content) => {
      const answer = await fetch(`/api/clusters/${ID}/files/${path}`, { method: "PUT", body: content });
      if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
    },
    get: (machine, port, path = "/") => fetch(`/p/${machine}@${ID}/${port}${path}`),
    docker: async (path, machine = "node1") => (await fetch(`/c/${machine}@${ID}${path}`)).json(),
  };
}
