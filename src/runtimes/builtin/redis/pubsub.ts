/** Publish and subscribe (Redis `pubsub.c`). A client that has subscribed gets messages between its replies, and may do little else. */
import { type Answer, type Reply, Several } from "./resp";
import { arg, type Call, type Client, type Commands, fail, glob, type Server } from "./session";

type Kind = "channels" | "patterns";

const countOf = (client: Client) => client.channels.size + client.patterns.size;

/** Whether a client waits for messages. */
export const isSubscribed = (client: Client): boolean => countOf(client) > 0;

const ALLOWED = ["subscribe", "psubscribe", "unsubscribe", "punsubscribe", "ping", "quit", "reset"];

/** The refusal of a command that a subscribed client may not give; undefined when it may. */
export const refusedWhileSubscribed = (name: string): string | undefined =>
  ALLOWED.includes(name)
    ? undefined
    : `ERR Can't execute '${name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`;

const prefix = (kind: Kind) => (kind === "patterns" ? "p" : "");

function subscribe({ client, args }: Call, kind: Kind): Answer {
  return new Several(
    args.map((name) => {
      client[kind].add(name);
      return [`${prefix(kind)}subscribe`, name, countOf(client)];
    }),
  );
}

/** From the named ones, or from all; even who has none gets one answer. */
function unsubscribe({ client, args }: Call, kind: Kind): Answer {
  const names: readonly (string | null)[] = args.length > 0 ? args : client[kind].size > 0 ? [...client[kind]] : [null];
  return new Several(
    names.map((name) => {
      if (name !== null) client[kind].delete(name);
      return [`${prefix(kind)}unsubscribe`, name, countOf(client)];
    }),
  );
}

/** How many subscriptions the message has met. */
function publish({ server, args: [channel = "", message = ""] }: Call): Reply {
  let met = 0;
  for (const client of server.clients.values()) {
    if (client.channels.has(channel)) {
      client.send(["message", channel, message]);
      met++;
    }
    for (const pattern of client.patterns) {
      if (!glob(pattern, channel)) continue;
      client.send(["pmessage", pattern, channel, message]);
      met++;
    }
  }
  return met;
}

const subscribers = (server: Server, channel: string) =>
  [...server.clients.values()].filter((client) => client.channels.has(channel)).length;

function inspect(call: Call): Reply {
  const { server, args } = call;
  const clients = [...server.clients.values()];
  const sub = arg(call, 0);
  switch (sub.toLowerCase()) {
    case "channels": {
      const pattern = args[1] ?? "*";
      return [...new Set(clients.flatMap((client) => [...client.channels]))].filter((name) => glob(pattern, name));
    }
    case "numsub":
      return args.slice(1).flatMap((channel) => [channel, subscribers(server, channel)]);
    case "numpat":
      return new Set(clients.flatMap((client) => [...client.patterns])).size;
    default:
      return fail(`ERR unknown subcommand '${sub}'. Try PUBSUB HELP.`);
  }
}

export const pubsub: Commands = {
  subscribe: { arity: -2, run: (call) => subscribe(call, "channels") },
  psubscribe: { arity: -2, run: (call) => subscribe(call, "patterns") },
  unsubscribe: { arity: -1, run: (call) => unsubscribe(call, "channels") },
  punsubscribe: { arity: -1, run: (call) => unsubscribe(call, "patterns") },
  publish: { arity: 3, run: publish },
  pubsub: { arity: -2, run: inspect },
};
