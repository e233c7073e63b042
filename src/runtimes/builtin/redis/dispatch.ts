/** Finds and runs a client's command: arity, password, transactions. */
import { administration } from "./administration";
import { collections } from "./collections";
import { keys } from "./keys";
import { isSubscribed, pubsub, refusedWhileSubscribed } from "./pubsub";
import { type Answer, Failure, OK, type Reply, Several, Status } from "./resp";
import { type Client, type Commands, failure, type Server } from "./session";
import { sortedSets } from "./sorted-sets";
import { strings } from "./strings";

const table: Commands = Object.assign(Object.create(null) as object, {
  ...strings,
  ...keys,
  ...collections,
  ...sortedSets,
  ...pubsub,
  ...administration(() => table),
});

const BEFORE_LOGIN = ["auth", "hello", "quit"];
const QUEUED = new Status("QUEUED");

/** The error of a command that cannot run as it stands; undefined when it can. */
function refusal(words: readonly string[]): Failure | undefined {
  const [name = "", ...args] = words;
  const command = table[name.toLowerCase()];
  if (!command) {
    const shown = args.map((one) => `'${one}' `).join("");
    return new Failure(`ERR unknown command '${name.slice(0, 128)}', with args beginning with: ${shown.slice(0, 128)}`);
  }
  const fits = command.arity < 0 ? words.length >= -command.arity : words.length === command.arity;
  return fits ? undefined : new Failure(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
}

/** Whether a command changes keys. */
export const isWrite = (name: string): boolean => table[name.toLowerCase()]?.write === true;

async function run(server: Server, client: Client, words: readonly string[]): Promise<Answer> {
  server.stats.commands++;
  try {
    const reply = table[(words[0] ?? "").toLowerCase()]?.run({ server, client, args: words.slice(1) });
    return (await reply) ?? null;
  } catch (error) {
    return failure(error);
  }
}

async function transaction(server: Server, client: Client, name: string): Promise<Reply> {
  const queue = client.queue;
  if (name === "multi") {
    if (queue) return new Failure("ERR MULTI calls can not be nested");
    client.queue = [];
    client.queueFailed = false;
    return OK;
  }
  if (!queue) return new Failure(`ERR ${name.toUpperCase()} without MULTI`);
  if (name === "discard" || client.queueFailed) {
    client.queue = undefined;
    return name === "discard" ? OK : new Failure("EXECABORT Transaction discarded because of previous errors.");
  }
  const replies: Reply[] = [];
  for (const words of queue) {
    const answer = await run(server, client, words);
    replies.push(...(answer instanceof Several ? answer.replies : [answer]));
  }
  client.queue = undefined;
  return replies;
}

/** The reply to a client's command. */
export async function dispatch(server: Server, client: Client, words: readonly string[]): Promise<Answer> {
  const name = (words[0] ?? "").toLowerCase();
  const locked = (server.config.get("requirepass") ?? "") !== "" && !client.authenticated;
  if (locked && !BEFORE_LOGIN.includes(name)) return new Failure("NOAUTH Authentication required.");
  if (name === "multi" || name === "exec" || name === "discard") return transaction(server, client, name);
  const refused = refusal(words);
  if (refused) {
    client.queueFailed = true;
    return refused;
  }
  const busy = isSubscribed(client) ? refusedWhileSubscribed(name) : undefined;
  if (busy !== undefined) return new Failure(busy);
  if (!client.queue) return run(server, client, words);
  client.queue.push(words);
  return QUEUED;
}
