/** One living cluster: its simulation and everything that serves it. A reset throws it away and makes another. */
import type { NetError, Program, Sys } from "../api/process";
import type { RequestTrace } from "../api/socket";
import { requestOf, type Transport } from "../cli";
import { type Catalog, createCore } from "../core";
import type { Core } from "../core/core";
import { type FileSource, openRoot } from "../core/machine/files";
import { daemonRuns } from "../core/net/links";
import { createEngineApp, type EngineApp } from "../engine-api/app";
import type { Backend } from "../engine-api/backend";
import type { MachineDoors } from "../shell";
import { BlobCache } from "./blobs";
import { createHostFiles } from "./host-files";
import { Kernels } from "./kernel";
import { Ledger } from "./ledger";
import { createMachineDoors, dial, dialError, ENGINE_PORTS, machineOf } from "./machine-doors";
import { Machines } from "./machines";
import { Pace, type PaceState } from "./pace";
import type { RegistryClient, Storage, Waker } from "./ports";
import { ProcessTable } from "./process-table";
import { createPrograms } from "./programs";
import { RegistryBridge } from "./registry-bridge";
import { Simulation } from "./simulation";
import { Terminals, type TerminalsOptions } from "./terminals";
import { netError, Wire } from "./wire";

export interface ClusterParts {
  readonly storage: Storage;
  readonly waker: Waker;
  readonly registry: RegistryClient;
  readonly catalog: Catalog;
  readonly runtimes: Readonly<Record<string, Program>>;
  readonly onRequest: (trace: RequestTrace) => void;
  readonly terminals: Pick<TerminalsOptions, "output" | "closed" | "edit">;
}

/** Addresses as docker-machine gave them in the classic lesson. */
export const addressOf = (number: number): string =>
  number <= 100 ? `192.168.99.${100 + number}` : `192.168.100.${number - 100}`;

/** Tasks of one cluster, those that are kept as history included: they all live in one isolate of 128 MB. */
export const MOST_TASKS = 2_000;

/** Where a daemon listens on its machine. */
const DOCKER_SOCKET = "/var/run/docker.sock";

export class LivingCluster {
  readonly simulation: Simulation;
  readonly ledger: Ledger;
  readonly wire: Wire;
  readonly processes: ProcessTable;
  readonly terminals: Terminals;
  readonly machines: Machines;
  readonly blobs: BlobCache;
  /** What the files of machines and containers are read from. */
  readonly files: FileSource;
  readonly #parts: ClusterParts;
  readonly #core: Core;
  readonly #apps = new Map<string, EngineApp>();

  constructor(parts: ClusterParts) {
    this.#parts = parts;
    const { storage, waker, catalog } = parts;
    this.blobs = new BlobCache(storage);
    this.#core = createCore({ blobs: this.blobs, catalog, mostTasks: MOST_TASKS }, storage.loadRows());
    const pace = new Pace(readPace(storage, waker, this.#core.now), () => waker.now());
    this.ledger = new Ledger(storage, waker, () =>
      storage.setMeta("pace", JSON.stringify({ ...pace.state, simulated: this.#core.now, real: waker.now() })),
    );
    this.ledger.attach(this.#core.store);
    this.blobs.attach({
      rows: () => this.#core.store.dump(),
      // A build's archives are lists that name further content.
      inTransit: () =>
        [...this.#core.view.table("operations").all()].some(
          ({ kind, state }) => kind === "build" && state === "running",
        ),
    });
    this.simulation = new Simulation(this.#core, pace, this.ledger, waker);
    this.machines = new Machines(this.simulation);
    const { view } = this.simulation;
    this.files = { blobs: this.blobs, catalog, table: (name) => view.table(name) };
    this.wire = this.#makeWire();
    const programs = createPrograms(parts.runtimes, (sys) => this.#transportOf(sys), this.#doors());
    const fileStore = { simulation: this.simulation, blobs: this.blobs, source: this.files };
    const kernels = new Kernels({
      simulation: this.simulation,
      backend: (machine) => this.#backend(machine),
      signal: (process, name) => this.processes.signal(process, name),
    });
    this.processes = new ProcessTable({
      simulation: this.simulation,
      wire: this.wire,
      waker,
      programs,
      fileStore,
      kernels,
    });
    const bridge = new RegistryBridge(this.simulation, parts.registry, this.blobs);
    this.terminals = new Terminals({
      simulation: this.simulation,
      wire: this.wire,
      programs,
      fileStore,
      storage,
      kernels,
      transport: (machine) => this.transport(machine),
      ...parts.terminals,
    });
    this.simulation.subscribe(({ changes }) => {
      if (changes.some((change) => change.table === "machines")) this.terminals.machinesChanged();
    });
    this.processes.reconcile();
    bridge.serve();
  }

  /** The first machines of a new cluster. */
  create(seed: number, machines: number): void {
    this.ledger.record(this.#core.initialise(seed, this.#parts.waker.now()).changes);
    this.simulation.pace.jumpTo(this.#core.now);
    for (let n = 1; n <= machines; n++) this.addMachine(`node${n}`, addressOf(n));
  }

  addMachine(name: string, address: string): void {
    this.simulation.dispatch("machine.create", { name, address });
  }

  /** Whether a machine's disk has something at an absolute path. */
  fileExists(machine: string, path: string): boolean {
    if (!this.simulation.view.table("machines").has(machine)) return false;
    return openRoot(this.files, { kind: "machine", id: machine }).exists(path);
  }

  /** The Engine API of a machine. */
  app(machine: string): EngineApp {
    const known = this.#apps.get(machine);
    if (known) return known;
    const app = createEngineApp(this.#backend(machine));
    this.#apps.set(machine, app);
    return app;
  }

  /** The road of a `docker` command inside the cluster: the same API, in process. */
  transport(machine: string): Transport {
    return { fetch: (path, init) => this.#daemon(machine, requestOf(path, init)) };
  }

  /** What a machine's daemon answers. Rejects with NetError ECONNREFUSED. */
  async #daemon(machine: string, request: Request): Promise<Response> {
    await this.simulation.enter();
    if (!daemonRuns(this.simulation.view, machine)) throw netError("ECONNREFUSED", "Connection refused");
    return this.app(machine).fetch(request);
  }

  /** Ends everything that runs here, without a word to the core. Returns the names of the terminals that were open. */
  stop(): string[] {
    this.wire.stop();
    this.processes.stop();
    const terminals = this.terminals.reset();
    this.ledger.drop();
    this.simulation.stop();
    return terminals;
  }

  /** The daemon whose socket lies in its files; from a machine, those of the other machines. */
  #transportOf(sys: Sys): Transport {
    const machine = machineOf(this.simulation, sys);
    return {
      fetch: (path, init) => sys.net.unix(DOCKER_SOCKET, requestOf(path, init)),
      at: (host, port) => this.#remote(machine, host, port),
    };
  }

  #remote(from: string, host: string, port: number): Transport | undefined {
    if (!ENGINE_PORTS.includes(port)) return undefined;
    return {
      fetch: async (path, init) => {
        await this.simulation.enter();
        const machine = await dial(this.simulation, from, host, port).catch((error: NetError) => {
          throw dialError(error, `${host}:${port}`);
        });
        return this.transport(machine).fetch(path, init);
      },
    };
  }

  #doors(): MachineDoors {
    const { simulation, machines } = this;
    const root = (machine: string) => ({ kind: "machine", id: machine }) as const;
    return createMachineDoors({
      simulation,
      machines,
      login: (request) => this.terminals.login(request),
      files: (machine) => createHostFiles({ simulation, blobs: this.blobs, source: this.files }, root(machine)),
      daemonVersion: async (machine) => {
        const answer = await this.transport(machine).fetch("/version", { method: "GET" });
        return ((await answer.json()) as { Version: string }).Version;
      },
    });
  }

  #makeWire(): Wire {
    return new Wire(this.simulation, {
      daemon: (machine, request) => this.#daemon(machine, request),
      onListen: (space, ports) => {
        const process = this.simulation.view.table("processes").by("owner", space)[0];
        if (process) this.simulation.dispatchQuick("process.listening", { process: process.id, ports });
      },
      onRequest: (origin, port, request, route, status) =>
        this.#parts.onRequest({
          at: new Date(this.simulation.now()).toISOString(),
          machine: origin.machine,
          port,
          containerId: route.containerId,
          ...(route.taskId ? { taskId: route.taskId } : {}),
          ...(route.serviceId ? { serviceId: route.serviceId } : {}),
          method: request.method,
          path: request.path,
          status,
        }),
    });
  }

  #backend(machine: string): Backend {
    const { simulation, blobs } = this;
    return {
      machine,
      view: simulation.view,
      catalog: this.#parts.catalog,
      now: () => simulation.now(),
      wallClock: () => this.#parts.waker.now(),
      dispatch: (kind, args) => simulation.dispatch(kind, args),
      subscribe: (listener) => simulation.subscribe(listener),
      blobs,
      stdin: (owner) => this.processes.stdin(owner),
      resize: (owner, columns, rows) => this.processes.resize(owner, columns, rows),
      sleep: (millis, signal) => simulation.sleepers.sleep(millis, signal),
      hold: () => simulation.hold(),
    } as Backend;
  }
}

function readPace(storage: Storage, waker: Waker, now: number): PaceState {
  const saved = storage.getMeta("pace");
  if (saved) return JSON.parse(saved) as PaceState;
  return { real: waker.now(), simulated: now, speed: 1, paused: false };
}
