/** The network calls of Python: client sockets, listening sockets, names, HTTP exchanges. Numbers stand for sockets. */
import type { Socket, Sys } from "../../api/process";
import { failure } from "./errno";
import type { HostCall } from "./host-device";

interface Connection {
  readonly socket: Socket;
  rest: Uint8Array;
  ended: boolean;
  reading?: Promise<void> | undefined;
  failed?: unknown;
}

interface Listening {
  readonly waiting: Socket[];
  wake?: () => void;
  close(): void;
}

const NOTHING = new Uint8Array(0);
const decoder = new TextDecoder();

/** The operations by name, for the host device. */
export function networkCalls(sys: Sys): Record<string, HostCall> {
  const connections = new Map<number, Connection>();
  const listeners = new Map<number, Listening>();
  let next = 1;

  const add = (socket: Socket): number => {
    connections.set(next, { socket, rest: NOTHING, ended: false });
    return next++;
  };
  const get = (id: string | undefined): Connection => {
    const found = connections.get(Number(id));
    if (!found) throw failure("EBADF");
    return found;
  };

  return {
    resolve: ([name = ""]) => sys.net.resolve(name).join(" "),
    address: () => sys.net.addresses.map((one) => one.address).find((one) => one !== "127.0.0.1") ?? "127.0.0.1",
    connect: async ([host = "", port = "", seconds = ""]) => {
      const socket = await withTimeout(sys, seconds, (signal) => sys.net.connect(host, Number(port), signal));
      return `${add(socket)} ${socket.remoteAddress} ${socket.remotePort}`;
    },
    // Not awaited: suspending Python for each small write costs more than the write. A failure shows at the next read.
    send: (args, raw) => {
      const connection = get(args[0]);
      if (connection.failed) throw connection.failed;
      connection.socket.write(raw.slice((args[0] ?? "").length + 1)).catch((error) => {
        connection.failed = error;
      });
      return undefined;
    },
    recv: ([id, size = "4096", seconds = ""]) => {
      const connection = get(id);
      if (connection.rest.length > 0 || connection.ended) return take(connection, Number(size));
      return withTimeout(sys, seconds, () => fill(connection)).then(() => take(connection, Number(size)));
    },
    shutdown: ([id]) => {
      get(id).socket.end();
      return undefined;
    },
    close: ([id]) => {
      connections.get(Number(id))?.socket.destroy();
      connections.delete(Number(id));
      listeners.get(Number(id))?.close();
      listeners.delete(Number(id));
      return undefined;
    },
    listen: ([port = ""]) => {
      const waiting: Socket[] = [];
      const listening: Listening = { waiting, close: () => handle.close() };
      const handle = sys.net.listen(Number(port), {
        tcp: (socket) => {
          waiting.push(socket);
          listening.wake?.();
        },
      });
      listeners.set(next, listening);
      return String(next++);
    },
    accept: async ([id]) => {
      const listening = listeners.get(Number(id));
      if (!listening) throw failure("EBADF");
      if (listening.waiting.length === 0) {
        await new Promise<void>((resolve) => {
          listening.wake = resolve;
        });
      }
      const socket = listening.waiting.shift();
      if (!socket) throw failure("EAGAIN");
      return `${add(socket)} ${socket.remoteAddress} ${socket.remotePort}`;
    },
    // method NUL url NUL seconds NUL headers, then an empty line and the body
    http: async (args, raw) => {
      const [method = "GET", url = "", seconds = ""] = args;
      const start = encodedLength(args.slice(0, 3)) + 3;
      const rest = raw.subarray(start);
      const cut = indexOfPair(rest);
      const lines = decoder.decode(rest.subarray(0, cut)).split("\n");
      const headers = lines.filter((line) => line.includes(": ")).map((line) => pair(line));
      const body = rest.slice(cut + 2);
      const path = url.replace(/^http:\/\/[^/]*/, "") || "/";
      const answer = await withTimeout(sys, seconds, (signal) =>
        sys.net.http({ method, url, path, headers, remoteAddress: "", ...(body.length > 0 ? { body } : {}) }, signal),
      );
      const content = answer.body instanceof Uint8Array ? answer.body : await collect(answer.body);
      const head = [String(answer.status), answer.statusText ?? "", ...answer.headers.map(([k, v]) => `${k}: ${v}`)];
      return join(new TextEncoder().encode(`${head.join("\n")}\n\n`), content);
    },
  };
}

function take(connection: Connection, size: number): Uint8Array {
  const taken = connection.rest.slice(0, size);
  connection.rest = connection.rest.subarray(taken.length);
  return taken;
}

/** A read that a time-out left behind is taken up again: its bytes must not get lost. */
async function fill(connection: Connection): Promise<void> {
  connection.reading ??= connection.socket.read().then(
    (data) => {
      connection.reading = undefined;
      if (data === undefined) connection.ended = true;
      else connection.rest = data;
    },
    (error) => {
      connection.reading = undefined;
      throw error;
    },
  );
  await connection.reading;
}

async function withTimeout<T>(sys: Sys, seconds: string, run: (signal?: AbortSignal) => Promise<T>): Promise<T> {
  if (seconds === "") return run();
  const stop = new AbortController();
  const done = new AbortController();
  const late = sys.clock.sleep(Number(seconds) * 1000, done.signal).then(
    () => {
      stop.abort();
      throw failure("ETIMEDOUT");
    },
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([run(stop.signal), late]);
  } finally {
    done.abort();
  }
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function join(head: Uint8Array, body: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

function pair(line: string): readonly [string, string] {
  const cut = line.indexOf(": ");
  return [line.slice(0, cut), line.slice(cut + 2)];
}

const encodedLength = (parts: readonly string[]) =>
  parts.reduce((sum, part) => sum + new TextEncoder().encode(part).length, 0);

function indexOfPair(bytes: Uint8Array): number {
  for (let i = 0; i + 1 < bytes.length; i++) if (bytes[i] === 10 && bytes[i + 1] === 10) return i;
  return bytes.length;
}
