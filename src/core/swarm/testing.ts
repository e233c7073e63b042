/** For tests: a core of swarm rooms alone, over an engine that keeps container rows and nothing else. */

import { hexId } from "../chance/ids";
import { Core } from "../core";
import type { ContainerRow } from "../engine/tables";
import { notFound } from "../errors";
import type { ArgsOf, CommandKind, ReplyOf, Room, Tx } from "../room";
import type { StoredRow, View } from "../store/store";
import { tables } from "../tables";
import type { Executor } from "./agent/executor";
import { swarmRooms } from "./index";
import { joinToken } from "./manager/ca";
import { TASK_STATES } from "./protocol";
import type { ServiceSpec } from "./spec";

declare module "../room" {
  interface Commands {
    "test.machine": {
      args: {
        name: string;
        address?: string;
        power?: "on" | "off";
        network?: "ok" | "cut";
        cutFrom?: string[];
        reorder?: number;
      };
      reply: void;
    };
    "test.exit": { args: { container: string; code: number }; reply: void };
  }
}

const patch = (tx: Tx, id: string, fields: Partial<Omit<ContainerRow, "id">>) => {
  if (tx.table("containers").has(id)) tx.table("containers").patch(id, fields);
};

/** Images called `nosuch...` do not exist; every other is there. A stopped container ends with code 0. */
export const fakeExecutor: Executor = {
  pull: () => undefined,
  create(tx, machine, name, request, taskId) {
    if (request.Image.startsWith("nosuch")) throw notFound(`No such image: ${request.Image}`);
    const id = hexId(tx.random("test.container"));
    const { HostConfig: hostConfig = {}, NetworkingConfig: networking, ...config } = request;
    tx.table("containers").put({
      id,
      machine,
      name,
      createdAt: tx.now,
      config,
      hostConfig,
      networks: networking?.EndpointsConfig ?? {},
      imageId: "sha256:0",
      image: request.Image,
      state: "created",
      exitCode: 0,
      error: "",
      oomKilled: false,
      startedAt: 0,
      finishedAt: 0,
      restartCount: 0,
      pid: 0,
      stoppedByUser: false,
      mounts: [],
      taskId,
    });
    return id;
  },
  mountFile: () => undefined,
  start(tx, _machine, id) {
    const container = tx.table("containers").get(id);
    const health = container?.config.Healthcheck?.Test
      ? { health: { status: "starting" as const, failingStreak: 0, log: [] } }
      : {};
    patch(tx, id, { state: "running", startedAt: tx.now, pid: 1000, ...health });
  },
  stop: (tx, _machine, id) => patch(tx, id, { state: "exited", exitCode: 0, finishedAt: tx.now, pid: 0 }),
  remove: (tx, _machine, id) => {
    tx.table("containers").delete(id);
  },
  ensureNetwork: () => undefined,
  removeNetwork: () => undefined,
  ensureGateway: () => undefined,
  removeGateway: () => undefined,
};

const testRoom: Room = {
  commands: {
    "test.machine": (tx, { name, address, power, network, cutFrom, reorder }) => {
      const before = tx.table("machines").get(name);
      tx.table("machines").put({
        id: name,
        name,
        address: address ?? before?.address ?? "",
        power: power ?? before?.power ?? "on",
        network: network ?? before?.network ?? "ok",
        ...(cutFrom ? { cutFrom } : {}),
        ...(reorder ? { reorder } : {}),
        daemon: "up",
        nanoCpus: 2e9,
        memory: 2 ** 31,
        engineId: name,
        bootedAt: tx.now,
      });
    },
    "test.exit": (tx, { container, code }) =>
      patch(tx, container, { state: "exited", exitCode: code, finishedAt: tx.now, pid: 0 }),
  },
};

export interface TestCluster {
  readonly core: Core;
  /** Dispatches; throws what the core refused. */
  run<K extends CommandKind>(kind: K, args: ArgsOf<K>): ReplyOf<K>;
  /** Lets time pass, checking the invariants at every step. */
  pass(millis: number): void;
  init(): string;
  /** A machine joins the swarm of node1, with the token of the day if none is given. */
  join(machine: string, role?: "worker" | "manager", token?: string): void;
  create(spec: Partial<ServiceSpec> & { Name: string }, image?: string): string;
  update(ref: string, change: (spec: ServiceSpec) => ServiceSpec, rollback?: string): void;
}

export function testCluster(
  machines = 1,
  options: { check?: boolean; seed?: number; reload?: boolean; mostTasks?: number } = {},
): TestCluster {
  const blobs = { get: () => undefined, put: () => "" };
  const open = (rows: Iterable<StoredRow>) =>
    new Core(
      {
        tables,
        rooms: [testRoom, ...swarmRooms(fakeExecutor)],
        blobs,
        ...(options.mostTasks === undefined ? {} : { mostTasks: options.mostTasks }),
      },
      rows,
    );
  let core = open([]);
  /** As after an eviction: all that is left of the core is its rows, through JSON. */
  const reload = () => {
    if (options.reload) core = open(JSON.parse(JSON.stringify([...core.store.dump()])) as StoredRow[]);
  };
  core.initialise(options.seed ?? 1, Date.UTC(2026, 0, 1));
  const invariants = options.check === false ? () => undefined : watchInvariants(() => core.view);
  const run = <K extends CommandKind>(kind: K, args: ArgsOf<K>): ReplyOf<K> => {
    reload();
    const outcome = core.dispatch(kind, args);
    if (outcome.error) throw outcome.error;
    invariants();
    return outcome.reply as ReplyOf<K>;
  };
  for (let n = 1; n <= machines; n++) run("test.machine", { name: `node${n}`, address: `192.168.99.${100 + n}` });
  const service = (ref: string) => {
    const row = [...core.view.table("services").all()].find((each) => each.id === ref || each.spec.Name === ref);
    if (!row) throw new Error(`no service ${ref}`);
    return row;
  };
  return {
    get core() {
      return core;
    },
    run,
    pass(millis) {
      const until = core.now + millis;
      for (;;) {
        reload();
        const due = core.nextDue();
        const { done } = core.advanceTo(due !== undefined && due < until ? due : until, 1);
        invariants();
        if (done && core.now >= until && (core.nextDue() ?? Number.POSITIVE_INFINITY) > until) return;
      }
    },
    init: () =>
      run("swarm.init", {
        machine: "node1",
        advertiseAddr: "",
        spec: {},
        autoLock: false,
        availability: "",
        addressPool: null,
        subnetSize: 24,
        dataPathPort: 0,
        forceNewCluster: false,
      }),
    join(machine, role = "worker", token) {
      const [swarm] = core.view.table("swarms").all();
      if (!swarm) throw new Error("no swarm");
      run("swarm.join", {
        machine,
        advertiseAddr: "",
        remotes: ["192.168.99.101:2377"],
        token: token ?? joinToken(swarm, role),
        availability: "",
      });
    },
    create: (spec, image = "busybox") =>
      run("service.create", {
        machine: "node1",
        spec: {
          ...spec,
          TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image: image, ...spec.TaskTemplate?.ContainerSpec } },
          Mode: spec.Mode ?? { Replicated: { Replicas: 1 } },
        },
      }).id,
    update(ref, change, rollback) {
      const row = service(ref);
      run("service.update", {
        machine: "node1",
        ref: row.id,
        version: row.version,
        spec: change(row.spec),
        ...(rollback && { rollback }),
      });
    },
  };
}

/** States never go back, no two tasks hold one address or (outside start-first updates) one slot. */
function watchInvariants(view: () => View): () => void {
  const seen = new Map<string, { state: number; desired: number; slot: number; node: string }>();
  return () => {
    const addresses = new Map<string, string>();
    const slots = new Map<string, string>();
    for (const task of view().table("tasks").all()) {
      const now = {
        state: TASK_STATES[task.status.state],
        desired: TASK_STATES[task.desiredState],
        slot: task.slot,
        node: task.nodeId,
      };
      const before = seen.get(task.id);
      if (before && (now.state < before.state || now.desired < before.desired))
        throw new Error(`task ${task.id} went back`);
      if (before && (now.slot !== before.slot || (before.node !== "" && now.node !== before.node)))
        throw new Error(`task ${task.id} moved`);
      seen.set(task.id, now);
      if (task.status.timestamp > (view().table("meta").get("now")?.value ?? 0))
        throw new Error(`task ${task.id} is ahead of its time`);
      const live = now.state <= TASK_STATES.running;
      for (const { address, network } of live ? task.attachments : []) {
        const key = `${network.id}/${address}`;
        if (addresses.has(key)) throw new Error(`${address} is held by ${task.id} and ${addresses.get(key)}`);
        addresses.set(key, task.id);
      }
      const startFirst = view().table("services").get(task.serviceId)?.spec.UpdateConfig?.Order === "start-first";
      if (task.desiredState !== "running" || startFirst) continue;
      const slot = `${task.serviceId}/${task.global ? task.nodeId : task.slot}`;
      if (slots.has(slot)) throw new Error(`slot ${slot} has two tasks that should run`);
      slots.set(slot, task.id);
    }
  };
}
