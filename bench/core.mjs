/**
 * What a large swarm costs in the core alone, without host, disk and network: `node --expose-gc bench/core.mjs`. Each time
 * is the least of a few runs, as wall time and as processor time of this process (which other work on the machine moves less).
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build as esbuild } from "esbuild";
import { root } from "../scripts/build.mjs";
import { say } from "./say.mjs";

const NODES = 1_000;
const IMAGE = "traefik/whoami";
const GOALS = { millis: 1_600, growth: 1.2, bytes: 100e6, jumpMillis: 2_000 };
const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
/** Simulated milliseconds after which a deployment has failed. */
const LONGEST = 120_000;

const { createCore, digestOf, joinToken, memoryBlobs, catalog } = await bundle();
const whoami = catalog.find(IMAGE, "latest");
const reference = `${IMAGE}:latest@${digestOf(whoami)}`;

const only = process.argv[2];
if (!only || only === "deploy") deployments();
if (!only || only === "rest") rest();

function deployments() {
  const few = best(3, () => deploy(NODES, 1_000));
  const many = best(3, () => deploy(NODES, 10_000));
  const growth = many.cpu / few.cpu / 10;
  tell("1,000 tasks on 1,000 nodes, core", few);
  tell("10,000 tasks on 1,000 nodes, core", many, "under 1,600 ms", many.wall < GOALS.millis);
  say("growth from 1,000 to 10,000 tasks", growth.toFixed(2), "of linear", "at most 1.20", growth <= GOALS.growth);
  memory();
  const vast = deploy(NODES, 100_000);
  tell("100,000 tasks on 1,000 nodes, core", vast);
  say("growth from 10,000 to 100,000 tasks", (vast.cpu / many.cpu / 10).toFixed(2), "of linear");
}

/** What the rows of the cluster take: the heap with it less the heap without. */
function memory() {
  if (!globalThis.gc) return;
  const before = heap();
  let { cluster } = deploy(NODES, 10_000);
  const bytes = heap() - before;
  const rows = [...cluster.core.store.dump()].length;
  cluster = undefined;
  say("memory of 10,000 tasks", `${(bytes / 1e6).toFixed(0)} MB`, `${rows} rows`, "under 100 MB", bytes < GOALS.bytes);
}

function heap() {
  for (let n = 0; n < 3; n++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** A cluster that has come to rest costs nothing: no heartbeat is counted, nothing is looked over. */
function rest() {
  const { cluster } = deploy(64, 1_000);
  cluster.pass(2 * HOUR);
  const minute = best(3, () => measure(() => cluster.pass(60_000)));
  tell("a minute of 1,000 tasks at rest", minute);
  const hour = best(3, () => measure(() => cluster.pass(HOUR)));
  tell("advance 1h, 1,000 tasks on 64 nodes", hour, "under 2,000 ms", hour.wall < GOALS.jumpMillis);
}

function deploy(nodes, tasks) {
  const cluster = swarmOf(nodes);
  globalThis.gc?.();
  const result = measure(() => {
    cluster.createService(tasks);
    while (cluster.running() < tasks) {
      if (cluster.core.now > START + LONGEST) throw new Error(`only ${cluster.running()} of ${tasks} tasks run`);
      cluster.pass(250);
    }
  });
  return { ...result, cluster, simulated: cluster.core.now - cluster.created() };
}

function measure(work) {
  const cpu = process.cpuUsage();
  const began = performance.now();
  work();
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1000 };
}

function best(rounds, work) {
  const results = Array.from({ length: rounds }, work);
  return { ...results[0], wall: least(results, "wall"), cpu: least(results, "cpu"), cluster: undefined };
}

function least(results, field) {
  return Math.min(...results.map((result) => result[field]));
}

function tell(what, { wall, cpu, simulated }, target, met) {
  const after = simulated ? `, ${(simulated / 1000).toFixed(1)} s simulated` : "";
  say(what, `${wall.toFixed(0)} ms`, `${cpu.toFixed(0)} ms of processor${after}`, target, met);
}

/**
 * A swarm of machines that joined with its token. More machines than the API would make: their rows are given, as after
 * a reload. The host's part is to start what the core wants to run.
 */
function swarmOf(nodes) {
  const core = createCore({ blobs: memoryBlobs(), catalog }, machineRows(nodes));
  core.initialise(1, START);
  const run = (kind, args) => {
    const outcome = core.dispatch(kind, args);
    if (outcome.error) throw outcome.error;
    startProcesses(outcome.changes);
    return outcome.reply;
  };
  const startProcesses = (changes) => {
    const wanted = changes.filter(({ table, after }) => table === "processes" && after?.state === "wanted");
    if (wanted.length > 0) core.dispatch("processes.started", { processes: wanted.map(({ id }) => id) });
  };
  const pass = (millis) => {
    const until = core.now + millis;
    for (;;) {
      const due = core.nextDue();
      const { outcome, done } = core.advanceTo(due === undefined ? until : Math.min(due, until), 2_000);
      startProcesses(outcome.changes);
      if (done && core.now >= until) return;
    }
  };
  run("swarm.init", {
    machine: "node1",
    advertiseAddr: "",
    spec: {},
    autoLock: false,
    availability: "",
    addressPool: ["10.0.0.0/8"],
    subnetSize: 16,
    dataPathPort: 0,
    forceNewCluster: false,
  });
  const [swarm] = core.view.table("swarms").all();
  for (let n = 1; n < nodes; n++)
    run("swarm.join", {
      machine: `node${n + 1}`,
      advertiseAddr: "",
      remotes: [`${addressOf(0)}:2377`],
      token: joinToken(swarm, "worker"),
      availability: "",
    });
  pass(5_000);
  let service;
  return {
    core,
    pass,
    created: () => core.view.table("services").get(service)?.createdAt ?? 0,
    createService(replicas) {
      const { id } = run("service.create", {
        machine: "node1",
        spec: {
          Name: "big",
          TaskTemplate: { ContainerSpec: { Image: reference } },
          Mode: { Replicated: { Replicas: replicas } },
        },
      });
      service = id;
    },
    running() {
      let count = 0;
      for (const task of core.view.table("tasks").all()) if (task.status.state === "running") count++;
      return count;
    },
  };
}

/** One machine as the API makes it, again and again under other names. */
function machineRows(count) {
  const one = createCore({ blobs: memoryBlobs(), catalog }, []);
  one.initialise(1, START);
  one.dispatch("machine.create", { nanoCpus: 4e9, memory: 8 * 2 ** 30 });
  const [first] = one.view.table("machines").all();
  const networks = [...one.view.table("networks").all()];
  const rows = [];
  const add = (table, row) => rows.push({ table, id: row.id, sequence: rows.length, row });
  for (let n = 0; n < count; n++) {
    const id = `node${n + 1}`;
    add("machines", { ...first, id, name: id, address: addressOf(n), engineId: id });
    for (const network of networks) {
      const networkId = n.toString(16).padStart(4, "0") + network.networkId.slice(4);
      add("networks", { ...network, id: `${id}/${networkId}`, networkId, machine: id });
    }
  }
  return rows;
}

function addressOf(n) {
  return `192.168.${100 + Math.floor(n / 250)}.${1 + (n % 250)}`;
}

async function bundle() {
  const outfile = join(root, "dist/bench/core.mjs");
  mkdirSync(join(root, "dist/bench"), { recursive: true });
  await esbuild({
    entryPoints: [join(root, "bench/core-entry.ts")],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "node",
    loader: { ".md": "text", ".txt": "text", ".py": "text", ".html": "text", ".sh": "text" },
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}
