/** `redis-cli`: one command from the command line, or commands from standard input and the terminal. */
import type { Program, Socket, Sys } from "../../api/process";
import { encodeCommand, Failure, fromBinary, Reader, type Reply, Status, toBinary } from "./redis/resp";

interface Options {
  host: string;
  port: number;
  password: string;
  database: number;
  raw: boolean;
  words: string[];
  /** The option that is not known. */
  unknown?: string;
}

function parse(sys: Sys): Options {
  const password = sys.env.REDISCLI_AUTH ?? "";
  const options: Options = { host: "127.0.0.1", port: 6379, password, database: 0, raw: false, words: [] };
  const args = sys.argv.slice(1);
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === "-h") options.host = args.shift() ?? "";
    else if (word === "-p") options.port = Number(args.shift());
    else if (word === "-a" || word === "--pass") options.password = args.shift() ?? "";
    else if (word === "-n") options.database = Number(args.shift());
    else if (word === "-u") readUrl(options, args.shift() ?? "");
    else if (word === "--raw") options.raw = true;
    else if (word === "--no-auth-warning" || word === "--no-raw") continue;
    else if (word.startsWith("-")) return { ...options, unknown: word };
    else return { ...options, words: [word, ...args] };
  }
  return options;
}

function readUrl(options: Options, url: string): void {
  const [, password, host, port, database] =
    /^redis:\/\/(?:[^:@/]*:([^@]*)@)?([^:/]*)(?::(\d+))?(?:\/(\d+))?$/.exec(url) ?? [];
  if (host) options.host = host;
  if (port) options.port = Number(port);
  if (password) options.password = password;
  if (database) options.database = Number(database);
}

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

/** A value in quotes, bytes outside ASCII escaped. */
const quoted = (text: string) =>
  `"${text.replace(/[^\x20-\x7e]|["\\]/g, (c) => ESCAPES[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;

/** A reply for people: types told, lists numbered. */
function pretty(reply: Reply, prefix = ""): string {
  if (reply instanceof Status) return `${reply.text}\n`;
  if (reply instanceof Failure) return `(error) ${reply.text}\n`;
  if (reply === null) return "(nil)\n";
  if (typeof reply === "number") return `(integer) ${reply}\n`;
  if (typeof reply === "string") return `${quoted(reply)}\n`;
  if (reply.length === 0) return "(empty array)\n";
  const width = String(reply.length).length;
  const item = (one: Reply, i: number) => {
    const number = `${String(i + 1).padStart(width)}) `;
    return (i === 0 ? "" : prefix) + number + pretty(one, prefix + " ".repeat(number.length));
  };
  return reply.map(item).join("");
}

/** A reply for programs: the bare values, a line each. */
function plain(reply: Reply): string {
  if (reply instanceof Status || reply instanceof Failure) return reply.text;
  if (reply === null) return "";
  return typeof reply === "object" ? reply.map(plain).join("\n") : String(reply);
}

/** The words of a typed line, quotes undone; undefined when a quote stays open. */
function split(line: string): string[] | undefined {
  const found: string[] = [];
  let rest = line.trim();
  while (rest !== "") {
    const match = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']+))(?=\s|$)/.exec(rest);
    if (!match) return undefined;
    const named: Record<string, string> = { n: "\n", r: "\r", t: "\t" };
    const double = match[1]?.replace(/\\(.)/g, (_, c: string) => named[c] ?? c);
    found.push(double ?? match[2]?.replace(/\\'/g, "'") ?? match[3] ?? "");
    rest = rest.slice(match[0].length).trimStart();
  }
  return found;
}

interface Link {
  readonly socket: Socket;
  readonly reader: Reader;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Connection refused",
  ETIMEDOUT: "Connection timed out",
  EHOSTUNREACH: "No route to host",
  ENETUNREACH: "Network is unreachable",
  ENOTFOUND: "Name or service not known",
};

async function ask(link: Link, command: readonly string[]): Promise<Reply | undefined> {
  await link.socket.write(fromBinary(encodeCommand(command)));
  return link.reader.reply();
}

/** Connects, logs in and chooses the database; complains and gives nothing when that fails. */
async function connect(sys: Sys, options: Options): Promise<Link | undefined> {
  try {
    const socket = await sys.net.connect(options.host, options.port);
    const link = { socket, reader: new Reader(socket) };
    const reply = options.password ? await ask(link, ["AUTH", options.password]) : null;
    if (reply instanceof Failure) await sys.stderr.write(`AUTH failed: ${reply.text}\n`);
    if (options.database) await ask(link, ["SELECT", String(options.database)]);
    return link;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const reason = REASONS[code] ?? "Connection reset by peer";
    await sys.stderr.write(`Could not connect to Redis at ${options.host}:${options.port}: ${reason}\n`);
    return undefined;
  }
}

/** Replies made for reading stay as they are. */
const isReport = ([name = "", sub = ""]: readonly string[]) =>
  /^info$/i.test(name) || (/^client$/i.test(name) && /^(list|info)$/i.test(sub));

async function run(sys: Sys, link: Link, options: Options, command: readonly string[]): Promise<number> {
  const reply = await ask(link, command);
  if (reply === undefined) {
    if (/^shutdown$/i.test(command[0] ?? "")) return 0;
    await sys.stderr.write("Error: Server closed the connection\n");
    return 1;
  }
  const terminal = (sys.stdoutTty ?? sys.tty !== undefined) && !options.raw;
  const report = typeof reply === "string" && isReport(command);
  const show = (one: Reply) => sys.stdout.write(fromBinary(terminal && !report ? pretty(one) : `${plain(one)}\n`));
  if (SUBSCRIBES.test(command[0] ?? "") && Array.isArray(reply)) {
    if (terminal) await sys.stdout.write("Reading messages... (press Ctrl-C to quit or any key to type command)\n");
    for (let one: Reply | undefined = reply; one !== undefined; one = await link.reader.reply()) await show(one);
    await sys.stderr.write("Error: Server closed the connection\n");
    return 1;
  }
  await show(reply);
  return reply instanceof Failure ? 1 : 0;
}

/** What makes a client one that only listens, until it is interrupted. */
const SUBSCRIBES = /^p?subscribe$/i;

/** Reads lines until the end of input, `quit` or `exit`. */
async function interact(sys: Sys, options: Options): Promise<number> {
  let link = await connect(sys, options);
  const reader = new Reader(sys.stdin);
  let database = options.database;
  for (;;) {
    const place = `${options.host}:${options.port}${database ? `[${database}]` : ""}`;
    if (sys.tty) await sys.stdout.write(`${link ? place : "not connected"}> `);
    const line = await reader.line();
    if (line === undefined) return link ? 0 : 1;
    const command = split(line);
    const name = command?.[0]?.toLowerCase();
    if (name === "quit" || name === "exit") return 0;
    if (!command) await sys.stdout.write("Invalid argument(s)\n");
    if (!command || name === undefined) continue;
    link ??= await connect(sys, options);
    if (!link) continue;
    const code = await run(sys, link, options, command);
    if (name === "select" && code === 0) database = Number(command[1]) || 0;
  }
}

/** `redis-cli [-h HOST] [-p PORT] [-a PASSWORD] [-n DATABASE] [COMMAND [ARG...]]` */
export const redisCli: Program = async (sys) => {
  if (sys.argv[1] === "--version" || sys.argv[1] === "-v") {
    await sys.stdout.write(`redis-cli ${sys.env.REDIS_VERSION ?? "7.4.6"}\n`);
    return 0;
  }
  const options = parse(sys);
  if (options.unknown !== undefined) {
    await sys.stderr.write(`Unrecognized option or bad number of args for: '${options.unknown}'\n`);
    return 1;
  }
  if (options.words.length === 0) return interact(sys, options);
  const link = await connect(sys, options);
  if (!link) return 1;
  const words = options.words.map((word) => toBinary(new TextEncoder().encode(word)));
  const code = await run(sys, link, options, words);
  link.socket.destroy();
  return code;
};
