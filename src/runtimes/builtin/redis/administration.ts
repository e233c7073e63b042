/** Commands on the server and the connection: INFO, CONFIG, CLIENT, PING, saving. */
import { isSubscribed } from "./pubsub";
import { OK, type Reply, Status } from "./resp";
import { arg, type Call, type Client, type Commands, fail, glob, integer, SYNTAX } from "./session";

const human = (bytes: number) =>
  bytes < 1 << 20 ? `${(bytes / 1024).toFixed(2)}K` : `${(bytes / (1 << 20)).toFixed(2)}M`;

const SECTIONS: Readonly<Record<string, (call: Call) => readonly string[]>> = {
  Server: ({ server }) => {
    const seconds = Math.floor((server.keyspace.now() - server.started) / 1000);
    return [
      `redis_version:${server.version}`,
      "redis_mode:standalone",
      "os:Linux",
      "arch_bits:64",
      `process_id:${server.pid}`,
      `tcp_port:${server.config.get("port") ?? ""}`,
      `uptime_in_seconds:${seconds}`,
      `uptime_in_days:${Math.floor(seconds / 86_400)}`,
      "executable:/data/redis-server",
      "config_file:",
    ];
  },
  Clients: ({ server }) => [`connected_clients:${server.clients.size}`, "maxclients:10000"],
  Memory: ({ server }) => {
    const used = 1_000_000 + server.keyspace.size();
    return [`used_memory:${used}`, `used_memory_human:${human(used)}`, `maxmemory:${server.config.get("maxmemory")}`];
  },
  Persistence: ({ server }) => [
    "loading:0",
    `rdb_changes_since_last_save:${server.keyspace.dirty}`,
    "rdb_bgsave_in_progress:0",
    `rdb_last_save_time:${server.stats.lastSave}`,
    "rdb_last_bgsave_status:ok",
    `aof_enabled:${server.config.get("appendonly") === "yes" ? 1 : 0}`,
  ],
  Stats: ({ server: { stats } }) => [
    `total_connections_received:${stats.connections}`,
    `total_commands_processed:${stats.commands}`,
    `keyspace_hits:${stats.hits}`,
    `keyspace_misses:${stats.misses}`,
  ],
  Replication: () => ["role:master", "connected_slaves:0", "master_repl_offset:0"],
  Cluster: () => ["cluster_enabled:0"],
  Keyspace: ({ server }) =>
    server.keyspace.usage().map((one) => `db${one.database}:keys=${one.keys},expires=${one.expires},avg_ttl=0`),
};

function info(call: Call): Reply {
  const wanted = call.args.map((word) => word.toLowerCase());
  const all = wanted.length === 0 || wanted.some((word) => ["all", "default", "everything"].includes(word));
  return Object.entries(SECTIONS)
    .filter(([name]) => all || wanted.includes(name.toLowerCase()))
    .map(
      ([name, lines]) =>
        `# ${name}\r\n${lines(call)
          .map((line) => `${line}\r\n`)
          .join("")}`,
    )
    .join("\r\n");
}

const unknown = (call: Call, command: string) => fail(`ERR unknown subcommand '${arg(call, 0)}'. Try ${command} HELP.`);

function config(call: Call): Reply {
  const { config: values } = call.server;
  switch (arg(call, 0).toLowerCase()) {
    case "get":
      if (call.args.length < 2) return fail("ERR wrong number of arguments for 'config|get' command");
      return [...values].flatMap(([name, value]) =>
        call.args.slice(1).some((pattern) => glob(pattern.toLowerCase(), name)) ? [name, value] : [],
      );
    case "set": {
      if (call.args.length < 3 || call.args.length % 2 === 0)
        return fail("ERR wrong number of arguments for 'config|set' command");
      const pairs = call.args.slice(1);
      for (let i = 0; i < pairs.length; i += 2) {
        const name = (pairs[i] ?? "").toLowerCase();
        if (!values.has(name)) return fail(`ERR Unknown option or number of arguments for CONFIG SET - '${pairs[i]}'`);
        values.set(name, pairs[i + 1] ?? "");
      }
      return OK;
    }
    case "resetstat":
      Object.assign(call.server.stats, { commands: 0, connections: 0, hits: 0, misses: 0 });
      return OK;
    case "rewrite":
      return fail("ERR The server is running without a config file");
    default:
      return unknown(call, "CONFIG");
  }
}

const show = (one: Client, now: number) =>
  `id=${one.id} addr=${one.address} name=${one.name} age=${Math.floor((now - one.since) / 1000)} idle=0 db=${one.database} resp=2`;

function client(call: Call): Reply {
  const now = call.server.keyspace.now();
  switch (arg(call, 0).toLowerCase()) {
    case "setname":
      if (/[ \n]/.test(arg(call, 1)))
        return fail("ERR Client names cannot contain spaces, newlines or special characters.");
      call.client.name = arg(call, 1);
      return OK;
    case "getname":
      return call.client.name || null;
    case "id":
      return call.client.id;
    case "info":
      return `${show(call.client, now)}\n`;
    case "list":
      return [...call.server.clients.values()].map((one) => `${show(one, now)}\n`).join("");
    case "setinfo":
    case "no-evict":
    case "no-touch":
    case "reply":
      return OK;
    default:
      return unknown(call, "CLIENT");
  }
}

function login(call: Call, user: string, password: string): void {
  const wanted = call.server.config.get("requirepass") ?? "";
  if (wanted === "" && call.args.length === 1)
    fail(
      "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
    );
  if (user !== "default" || (wanted !== "" && password !== wanted))
    fail("WRONGPASS invalid username-password pair or user is disabled.");
  call.client.authenticated = true;
}

function hello(call: Call): Reply {
  const version =
    call.args.length === 0 ? 2 : integer(arg(call, 0), "ERR Protocol version is not an integer or out of range");
  if (version !== 2) return fail("NOPROTO unsupported protocol version");
  if (arg(call, 1).toUpperCase() === "AUTH") login(call, arg(call, 2), arg(call, 3));
  return [
    "server",
    "redis",
    "version",
    call.server.version,
    "proto",
    2,
    "id",
    call.client.id,
    "mode",
    "standalone",
    "role",
    "master",
    "modules",
    [],
  ];
}

/** The commands of server and connection, given the names and arities of all commands. */
export const administration = (table: () => Commands): Commands => ({
  ping: {
    arity: -1,
    run: (call) =>
      call.args.length > 1
        ? fail("ERR wrong number of arguments for 'ping' command")
        : isSubscribed(call.client)
          ? ["pong", call.args[0] ?? ""]
          : (call.args[0] ?? new Status("PONG")),
  },
  echo: { arity: 2, run: (call) => arg(call, 0) },
  info: { arity: -1, run: info },
  config: { arity: -2, run: config },
  client: { arity: -2, run: client },
  hello: { arity: -1, run: hello },
  auth: {
    arity: -2,
    run: (call) => {
      login(call, call.args.length > 1 ? arg(call, 0) : "default", call.args.at(-1) ?? "");
      return OK;
    },
  },
  select: {
    arity: 2,
    run: (call) => {
      const database = integer(arg(call, 0), "ERR value is not an integer or out of range");
      if (database < 0 || database > 15) return fail("ERR DB index is out of range");
      call.client.database = database;
      return OK;
    },
  },
  command: {
    arity: -1,
    run: (call) => {
      const all = Object.entries(table());
      if (arg(call, 0).toLowerCase() === "count") return all.length;
      if (arg(call, 0).toLowerCase() === "docs") return [];
      return all.map(([name, one]) => [name, one.arity, [new Status(one.write ? "write" : "readonly")], 0, 0, 0]);
    },
  },
  time: {
    arity: 1,
    run: (call) => {
      const now = call.server.keyspace.now();
      return [String(Math.floor(now / 1000)), String(Math.floor(now % 1000) * 1000)];
    },
  },
  save: {
    arity: 1,
    run: (call) => {
      call.server.save();
      return OK;
    },
  },
  bgsave: {
    arity: -1,
    run: (call) => {
      call.server.save();
      return new Status("Background saving started");
    },
  },
  lastsave: { arity: 1, run: (call) => call.server.stats.lastSave },
  shutdown: {
    arity: -1,
    run: (call) => {
      const word = arg(call, 0).toUpperCase();
      if (!["", "SAVE", "NOSAVE"].includes(word)) return fail(SYNTAX);
      call.server.shutdown(word !== "NOSAVE");
      return OK;
    },
  },
});
