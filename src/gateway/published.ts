/**
 * Opens the published ports of one cluster on this machine, so that `curl http://localhost:4000` works in a real terminal. It
 * listens to the cluster's socket and asks again for the ports whenever something changed.
 */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import { WebSocket } from "ws";

export interface PublishOptions {
  readonly id: string;
  /** Address of the server, `http://HOST:PORT`; may change while the runtime starts anew. */
  readonly origin: () => Promise<string>;
  /** What proves to the Worker that the gateway asks; none when the server is another's. */
  readonly token?: string;
  readonly log: (line: string) => void;
}

interface PublishedPort {
  readonly machine: string;
  readonly port: number;
  readonly protocol: string;
}

const ADDRESSES = ["127.0.0.1", "::1"];
const RETRY_MILLIS = 500;
/** Milliseconds in which several changes make one question. */
const GATHER_MILLIS = 20;

/** Begins to follow a cluster; returns how to end it. */
export function publishPorts(options: PublishOptions): () => void {
  const open = new Map<number, Server[]>();
  const refused = new Set<number>();
  let socket: WebSocket | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  const refresh = async (): Promise<void> => {
    const answer = await fetch(`${await options.origin()}/api/clusters/${options.id}/ports`);
    if (!answer.ok) throw new Error(((await answer.json()) as { message?: string }).message ?? answer.statusText);
    const wanted = choose(((await answer.json()) as { ports: PublishedPort[] }).ports);
    for (const [port, servers] of open)
      if (!wanted.has(port)) {
        for (const server of servers) closeServer(server);
        open.delete(port);
        options.log(`closed localhost:${port}`);
      }
    for (const [port, machine] of wanted) {
      if (open.has(port)) continue;
      const servers = await listenOn(port, (request, response) => forward(options, machine, port, request, response));
      if (servers.length > 0) {
        open.set(port, servers);
        refused.delete(port);
        options.log(`localhost:${port} is ${machine}:${port} of the cluster`);
      } else if (!refused.has(port)) {
        refused.add(port);
        options.log(`localhost:${port} is taken by another program`);
      }
    }
  };
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      refresh().catch((error: Error) => options.log(error.message));
    }, GATHER_MILLIS);
  };
  const follow = async (): Promise<void> => {
    const origin = await options.origin();
    if (ended) return;
    socket = new WebSocket(`${origin.replace(/^http/, "ws")}/api/clusters/${options.id}/ws`);
    socket.on("open", () => {
      socket?.send(JSON.stringify({ type: "hello" }));
      soon();
    });
    socket.on("message", (data) => {
      if (/^\{"type":"(picture|changes|reset|hello)"/.test(String(data).slice(0, 40))) soon();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (!ended) setTimeout(() => follow().catch(() => undefined), RETRY_MILLIS);
    });
  };
  follow().catch((error: Error) => options.log(error.message));

  return () => {
    ended = true;
    clearTimeout(timer);
    socket?.close();
    for (const servers of open.values()) for (const server of servers) closeServer(server);
    open.clear();
  };
}

/** Every machine publishes an ingress port: the first one's is taken, as a student on that machine would see it. */
function choose(ports: readonly PublishedPort[]): Map<number, string> {
  const wanted = new Map<number, string>();
  for (const { port, machine, protocol } of ports)
    if (protocol === "tcp" && (!wanted.has(port) || machine === "node1")) wanted.set(port, machine);
  return wanted;
}

async function listenOn(
  port: number,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server[]> {
  const servers: Server[] = [];
  for (const host of ADDRESSES) {
    const server = createServer(onRequest);
    const listens = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen({ port, host }, () => resolve(true));
    });
    if (listens) servers.push(server);
  }
  return servers;
}

function closeServer(server: Server): void {
  server.close();
  server.closeAllConnections();
}

async function forward(
  options: PublishOptions,
  machine: string,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const origin = new URL(await options.origin());
  const ask = origin.protocol === "https:" ? httpsRequest : httpRequest;
  const upstream = ask(origin, {
    method: request.method,
    path: `/p/${machine}@${options.id}/${port}${request.url}`,
    headers: {
      ...request.headers,
      // Elsewhere the host's name decides who answers; on this machine the container may see the one that was asked for.
      ...(isLocal(origin) ? {} : { host: origin.host }),
      ...(options.token ? { "x-slipway-gateway": options.token } : {}),
    },
  });
  upstream.on("response", (answer) => {
    response.sendDate = false; // the container's headers and no others
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    answer.pipe(response);
  });
  upstream.on("error", () => response.destroy());
  response.on("close", () => upstream.destroy());
  request.pipe(upstream);
}

const isLocal = ({ hostname }: URL): boolean => /^(localhost|127\..*|\[::1\])$/.test(hostname);
