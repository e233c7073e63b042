/**
 * Connections. The core says where a name and port lead (`net.connect`); the wire finds who listens there and joins
 * the two ends. One road for the browser's ingress, the terminal's curl and a container's own requests.
 */
import type { HttpRequest, HttpResponse, Listener, Net, NetError, Socket, Sys } from "../api/process";
import { machinePortTaken, usesHostNetwork } from "../core/engine/endpoints";
import type { Origin, Route } from "../core/net/connect";
import { wired } from "../core/net/links";
import { exchangeOverSocket, serveSocket } from "./http-bridge";
import { interfacesOf } from "./interfaces";
import type { Simulation } from "./simulation";
import { socketPair } from "./socket-pair";

/** What a connection met, beside the answer: for traces of requests. */
export type ContainerRoute = Extract<Route, { kind: "container" }>;

export interface WireHooks {
  /** The list of ports a container listens on has changed. */
  onListen(containerId: string, ports: number[]): void;
  /** One HTTP exchange has reached a container from a machine's port. */
  onRequest(origin: Origin, port: number, request: HttpRequest, route: ContainerRoute, status: number): void;
  /** What a machine's daemon answers at its socket. Rejects with NetError ECONNREFUSED where it is down. */
  daemon(machine: string, request: Request): Promise<Response>;
}

/** What of a program decides which sockets it reaches. */
type Self = Pick<Sys, "files" | "user">;

export class Wire {
  readonly #simulation: Simulation;
  readonly #hooks: WireHooks;
  readonly #listeners = new Map<string, Map<number, Listener>>(); // by container, or "machine:NAME"
  #nextPort = 40_000;
  #stopped = false;

  constructor(simulation: Simulation, hooks: WireHooks) {
    this.#simulation = simulation;
    this.#hooks = hooks;
  }

  /** Serves a port of a name space (a container's id, or `machine:NAME`). */
  listen(space: string, port: number, listener: Listener): { close(): void } {
    const ports = this.#listeners.get(space) ?? new Map<number, Listener>();
    this.#listeners.set(space, ports);
    if (ports.has(port)) throw netError("EADDRINUSE", "Address already in use");
    ports.set(port, listener);
    this.#hooks.onListen(space, [...ports.keys()]);
    return {
      close: () => {
        if (this.#stopped || ports.get(port) !== listener) return;
        ports.delete(port);
        this.#hooks.onListen(space, [...ports.keys()]);
      },
    };
  }

  /** Whether a machine has power: else nothing from outside arrives there. */
  runs(machine: string): boolean {
    return this.#simulation.view.table("machines").get(machine)?.power === "on";
  }

  /** Nothing is served or reported any more. */
  stop(): void {
    this.#stopped = true;
    this.#listeners.clear();
  }

  /** A name space is gone, and its servers with it. */
  closeAll(space: string): void {
    this.#listeners.delete(space);
  }

  /** One HTTP exchange from `origin`. Rejects with NetError. */
  async http(
    origin: Origin,
    host: string,
    port: number,
    request: Omit<HttpRequest, "remoteAddress">,
    signal?: AbortSignal,
  ): Promise<HttpResponse & { remoteAddress: string }> {
    const space = origin.containerId ?? `machine:${origin.machine}`;
    const own = isLoopback(host) ? this.#listeners.get(space)?.get(port) : undefined;
    if (own)
      return { ...(await this.#exchange(own, { ...request, remoteAddress: "127.0.0.1" })), remoteAddress: "127.0.0.1" };
    const route = await this.#reach(origin, host, port, signal);
    const { listener, reached } = await this.#follow(route, host, port, signal);
    const exchange = this.#exchange(listener, { ...request, remoteAddress: reached.clientAddress });
    const response = await arrival(this.#simulation, exchange, origin.machine, reached.machine, signal);
    if (!origin.containerId)
      this.#hooks.onRequest(
        origin,
        port,
        { ...request, remoteAddress: reached.clientAddress },
        reached,
        response.status,
      );
    return { ...response, remoteAddress: reached.address };
  }

  /** A byte stream from `origin`. Rejects with NetError. */
  async connect(origin: Origin, host: string, port: number, signal?: AbortSignal): Promise<Socket> {
    const space = origin.containerId ?? `machine:${origin.machine}`;
    const own = isLoopback(host) ? this.#listeners.get(space)?.get(port) : undefined;
    if (own) return this.#join(own, "127.0.0.1", port, "127.0.0.1");
    const route = await this.#reach(origin, host, port, signal);
    const { listener, reached } = await this.#follow(route, host, port, signal);
    return this.#join(listener, reached.address, port, reached.clientAddress);
  }

  /** The network as a program at `origin` sees it: `self` has the files in which it finds sockets, and its user. */
  netOf(origin: Origin, self: Self, resolve: (host: string) => string[]): Net {
    const space = origin.containerId ?? `machine:${origin.machine}`;
    const { view } = this.#simulation;
    return {
      get addresses() {
        return interfacesOf(view, origin);
      },
      resolve,
      listen: (port, listener) => {
        const container = view.table("containers").get(origin.containerId ?? "");
        if (container && usesHostNetwork(view, container) && machinePortTaken(view, container, port))
          throw netError("EADDRINUSE", "Address already in use");
        return this.listen(space, port, listener);
      },
      // The only servers at socket files are the daemons, each at its own machine's; a container sees the one it mounts.
      unix: async (path, request) => {
        needSocket(self, path);
        return this.#hooks.daemon(origin.machine, request);
      },
      connect: (host, port, signal) => this.connect(origin, host, port, signal),
      http: (request, signal) => {
        const url = new URL(request.url);
        const port = url.port ? Number(url.port) : 80;
        const host = url.hostname.replace(/^\[|\]$/g, "");
        return this.http(origin, host, port, { ...request, path: url.pathname + url.search }, signal);
      },
    };
  }

  /**
   * Where the connection leads. Programs compute in no simulated time, so one that is still booting here would already
   * listen there: before a refusal stands, they come to rest.
   */
  async #route(origin: Origin, host: string, port: number): Promise<Route> {
    const ask = () => this.#simulation.dispatchQuick("net.connect", { from: origin, host, port });
    const route = ask();
    if (!MAY_CHANGE.has(route.kind) || !this.#simulation.busy()) return route;
    await this.#simulation.settle();
    return ask();
  }

  /** The same, for as long as packets are sent again to where nobody answers. */
  async #reach(origin: Origin, host: string, port: number, signal?: AbortSignal): Promise<Route> {
    const end = this.#simulation.now() + CONNECT_TIMEOUT;
    for (;;) {
      const route = await this.#route(origin, host, port);
      if (route.kind !== "again") return route;
      if (this.#simulation.now() + route.after >= end) return { kind: "timeout", address: route.address };
      await this.#simulation.sleepers.sleep(route.after, signal);
    }
  }

  async #follow(
    route: Route,
    host: string,
    port: number,
    signal?: AbortSignal,
  ): Promise<{ listener: Listener; reached: ContainerRoute }> {
    switch (route.kind) {
      case "container": {
        const listener = this.#listeners.get(route.containerId)?.get(route.port);
        if (!listener) throw netError("ECONNREFUSED", `Connection refused`);
        if (route.latency > USUAL_LATENCY) await this.#simulation.sleepers.sleep(2 * route.latency, signal);
        return { listener, reached: route };
      }
      case "unknownName":
      case "unreachable":
      case "timeout":
        return nowhere(this.#simulation, route, host, signal);
      default:
        throw route.kind === "refused"
          ? netError("ECONNREFUSED", `Failed to connect to ${host} port ${port}`)
          : netError("ECONNRESET", "Connection reset by peer");
    }
  }

  async #exchange(listener: Listener, request: HttpRequest): Promise<HttpResponse> {
    if (listener.http) return listener.http(request);
    return exchangeOverSocket(this.#join(listener, "", 0, request.remoteAddress), request);
  }

  #join(listener: Listener, address: string, port: number, clientAddress: string): Socket {
    const clientPort = this.#nextPort++;
    if (this.#nextPort > 60_000) this.#nextPort = 40_000;
    const [client, server] = socketPair({ address, port }, { address: clientAddress, port: clientPort });
    if (listener.tcp) listener.tcp(server);
    else if (listener.http) void serveSocket(server, listener.http.bind(listener));
    return client;
  }
}

/** Refuses, as connect(2) does, a path that is no socket. */
function needSocket({ files, user }: Self, path: string): void {
  if (!files.exists(path)) throw netError("ENOENT", "No such file or directory");
  const { type, mode, uid, gid } = files.stat(path);
  if (type !== "socket") throw netError("ENOTSOCK", "Socket operation on non-socket");
  const shift = user.uid === uid ? 6 : user.gid === gid ? 3 : 0;
  if (user.uid !== 0 && !((mode >> shift) & 2)) throw netError("EACCES", "Permission denied");
}

const MAY_CHANGE: ReadonlySet<Route["kind"]> = new Set(["refused", "reset"]);

/** One way over two healthy cables: too little to wait for. A slow cable's round trip is waited for. */
const USUAL_LATENCY = 10;

/** What Linux waits for an answer to SYN: 127 s of retries; programs time out earlier. Milliseconds. */
const CONNECT_TIMEOUT = 127_000;

/** What curl lets pass before it gives up a silent peer: a probe a minute, nine unanswered (`net.ipv4.tcp_keepalive_probes`). */
const KEEPALIVE = 600_000;
/** What a read of a connection reports whose peer has fallen silent, beside one that never came about. */
const SILENT = "Recv failure: Connection timed out";
/** Between two looks whether the way is open again: retransmissions, simplified. Milliseconds. */
const RETRANSMISSION = 1_000;

const isLoopback = (host: string) =>
  host === "localhost" || host === "127.0.0.1" || host === "::1" || host === "0.0.0.0";

/** The end of a connection that finds nobody, after as long as it takes to notice. */
export async function nowhere(
  simulation: Simulation,
  route: Extract<Route, { kind: "unknownName" | "unreachable" | "timeout" }>,
  host: string,
  signal?: AbortSignal,
): Promise<never> {
  if (route.kind === "unknownName") throw netError("ENOTFOUND", `Could not resolve host: ${host}`);
  await simulation.sleepers.sleep(route.kind === "timeout" ? CONNECT_TIMEOUT : route.after, signal);
  if (route.kind === "timeout") throw netError("ETIMEDOUT", "Connection timed out");
  if (route.after === 0) throw netError("ENETUNREACH", "Network is unreachable"); // not even a route leads there
  throw netError("EHOSTUNREACH", "No route to host");
}

/**
 * An answer, or a connection's end, once the way between the two machines lets it through. Rejects with ETIMEDOUT when the
 * client's probes have given up.
 */
async function arrival<T>(
  simulation: Simulation,
  answer: Promise<T>,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<T> {
  await orAborted(
    answer.catch(() => undefined),
    signal,
  );
  const end = simulation.now() + KEEPALIVE;
  while (!wired(simulation.view, from, to)) {
    if (simulation.now() >= end) throw netError("ETIMEDOUT", SILENT);
    await simulation.sleepers.sleep(RETRANSMISSION, signal);
  }
  return answer;
}

/** Rejects with the signal's reason where that comes first. */
function orAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) aborted();
    signal.addEventListener("abort", aborted);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", aborted));
  });
}

export function netError(code: string, message: string): NetError {
  return Object.assign(new Error(message), { code });
}
