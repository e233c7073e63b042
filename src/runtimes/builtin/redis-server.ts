/** `redis-server`: serves the keyspace over TCP, loads it at the start and saves it at the end. */
import type { Program, Socket, Sys } from "../../api/process";
import { redisDate, untilSignal } from "./http";
import { dispatch, isWrite } from "./redis/dispatch";
import { Keyspace } from "./redis/keyspace";
import { ConfigError, readOptions } from "./redis/options";
import { loadSnapshot, logWrite, readLog, saveSnapshot } from "./redis/persistence";
import { encode, Failure, fromBinary, Reader, Status } from "./redis/resp";
import type { Client, Server } from "./redis/session";

const VERSION = "7.4.6";

interface Running extends Server {
  readonly log: (text: string, mark?: string, role?: string) => Promise<void>;
  readonly snapshot: string;
  readonly appendLog: string;
  /** Resolves with whether to save, after SHUTDOWN. */
  readonly stopped: Promise<boolean>;
}

function create(sys: Sys, config: Map<string, string>, version: string): Running {
  const now = () => sys.clock.now();
  const keyspace = new Keyspace(sys.state, now);
  const folder = (config.get("dir") ?? "/").replace(/\/$/, "");
  const snapshot = `${folder}/${config.get("dbfilename")}`;
  let stop: (save: boolean) => void = () => undefined;
  const stopped = new Promise<boolean>((resolve) => {
    stop = resolve;
  });
  const stats = { commands: 0, connections: 0, hits: 0, misses: 0, lastSave: Math.floor(now() / 1000) };
  return {
    keyspace,
    config,
    clients: new Map(),
    random: () => sys.random(),
    sleep: (millis, signal) => sys.clock.sleep(millis, signal),
    version,
    started: now(),
    pid: sys.pid,
    stats,
    save: () => {
      saveSnapshot(sys.files, snapshot, keyspace);
      stats.lastSave = Math.floor(now() / 1000);
    },
    shutdown: (save) => stop(save),
    log: (text, mark = "*", role = "M") => sys.stdout.write(`${sys.pid}:${role} ${redisDate(now())} ${mark} ${text}\n`),
    snapshot,
    appendLog: `${folder}/${config.get("appenddirname")}/${config.get("appendfilename")}.1.incr.aof`,
    stopped,
  };
}

function newClient(
  id: number,
  address: string,
  since: number,
  gone: AbortSignal,
  send: Client["send"] = () => undefined,
): Client {
  const fresh = { name: "", database: 0, authenticated: false, queue: undefined, queueFailed: false };
  return { id, address, since, gone, send, channels: new Set(), patterns: new Set(), ...fresh };
}

const appends = (server: Server) => server.config.get("appendonly") === "yes";

/** Runs a command and notes its writes in the log where that is kept. */
async function serve(sys: Sys, server: Running, client: Client, words: readonly string[]) {
  const before = server.keyspace.dirty;
  const commands = words[0]?.toLowerCase() === "exec" ? (client.queue ?? []) : [words];
  const reply = await dispatch(server, client, words);
  if (server.keyspace.dirty === before || !appends(server)) return reply;
  const writes = commands.filter(([name = ""]) => isWrite(name));
  for (const one of [["SELECT", String(client.database)], ...writes]) logWrite(sys.files, server.appendLog, one);
  return reply;
}

async function converse(sys: Sys, server: Running, socket: Socket): Promise<void> {
  const gone = new AbortController();
  const id = ++server.stats.connections;
  const address = `${socket.remoteAddress}:${socket.remotePort}`;
  const client = newClient(id, address, sys.clock.now(), gone.signal, (message) => {
    // A subscriber that has gone will be noticed by its own reader.
    void socket.write(fromBinary(encode(message))).catch(() => undefined);
  });
  server.clients.set(id, client);
  try {
    const reader = new Reader(socket);
    for (;;) {
      const words = await reader.command();
      if (words === undefined) break;
      if (words instanceof Failure || words[0]?.toLowerCase() === "quit") {
        await socket.write(encode(words instanceof Failure ? words : new Status("OK")));
        break;
      }
      if (words.length > 0) await socket.write(fromBinary(encode(await serve(sys, server, client, words))));
    }
    socket.end();
  } catch {
    socket.destroy(); // the peer is gone
  } finally {
    gone.abort();
    server.clients.delete(id);
  }
}

/** Takes up what is there: the rows of the run before a crash, else the log of writes, else the snapshot. */
async function load(sys: Sys, server: Running): Promise<void> {
  if (sys.recovered) {
    server.keyspace.recover();
    return;
  }
  if (appends(server)) {
    const client = newClient(0, "", 0, new AbortController().signal);
    client.authenticated = true;
    for (const words of await readLog(sys.files, server.appendLog)) await dispatch(server, client, words);
    server.keyspace.dirty = 0;
    sys.files.mkdir(server.appendLog.replace(/\/[^/]*$/, ""), { recursive: true });
    return;
  }
  if (!loadSnapshot(sys.files, server.snapshot, server.keyspace)) return;
  const loaded = server.keyspace.usage().reduce((sum, one) => sum + one.keys, 0);
  await server.log(`Loading RDB produced by version ${server.version}`);
  await server.log(`Done loading RDB, keys loaded: ${loaded}, keys expired: 0.`);
  await server.log("DB loaded from disk: 0.000 seconds");
}

async function greet(sys: Sys, server: Running): Promise<void> {
  const about = `bits=64, commit=00000000, modified=0, pid=${sys.pid}, just started`;
  await server.log("oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "*", "C");
  await server.log(`Redis version=${server.version}, ${about}`, "*", "C");
  if (sys.argv.length > 1) await server.log("Configuration loaded", "*", "C");
  else {
    const hint = "In order to specify a config file use redis-server /path/to/redis.conf";
    await server.log(`Warning: no config file specified, using the default config. ${hint}`, "#", "C");
  }
  await server.log("monotonic clock: POSIX clock_gettime");
}

async function finish(server: Running, save: boolean): Promise<number> {
  await server.log("User requested shutdown...");
  if (save && (server.config.get("save") ?? "") !== "") {
    await server.log("Saving the final RDB snapshot before exiting.");
    server.save();
    await server.log("DB saved on disk");
  }
  await server.log("Redis is now ready to exit, bye bye...", "#");
  return 0;
}

async function complain(sys: Sys, error: unknown): Promise<number> {
  if (error instanceof ConfigError) {
    await sys.stderr.write(error.message);
    return 1;
  }
  const inUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  const reason = error instanceof Error ? error.message : String(error);
  const lines = inUse
    ? [
        "Warning: Could not create server TCP listening socket *: bind: Address already in use",
        "Failed listening, aborting.",
      ]
    : [`Fatal error loading the DB, check server logs. Exiting. ${reason}`];
  for (const line of lines) await sys.stdout.write(`${sys.pid}:M ${redisDate(sys.clock.now())} # ${line}\n`);
  return 1;
}

/** `redis-server [FILE] [--NAME VALUE...]` */
export const redisServer: Program = async (sys) => {
  const version = sys.env.REDIS_VERSION ?? VERSION;
  if (sys.argv[1] === "--version" || sys.argv[1] === "-v") {
    await sys.stdout.write(`Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n`);
    return 0;
  }
  const signal = untilSignal(sys, ["SIGTERM", "SIGINT"]);
  try {
    const server = create(sys, readOptions(sys, version), version);
    await greet(sys, server);
    await load(sys, server);
    const port = Number(server.config.get("port"));
    const listening = sys.net.listen(port, { tcp: (socket) => void converse(sys, server, socket) });
    await server.log(`Running mode=standalone, port=${port}.`);
    await server.log("Server initialized");
    await server.log("Ready to accept connections tcp");
    const end = await Promise.race([signal.then((name) => name ?? "SIGKILL"), server.stopped]);
    listening.close();
    if (end === "SIGKILL") return 137;
    if (typeof end === "string") {
      const seconds = Math.floor(sys.clock.now() / 1000);
      await sys.stdout.write(`${sys.pid}:signal-handler (${seconds}) Received ${end} scheduling shutdown...\n`);
    }
    return await finish(server, end !== false);
  } catch (error) {
    return complain(sys, error);
  }
};
