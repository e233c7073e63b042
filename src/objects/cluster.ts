/**
 * The Durable Object of one cluster: hands requests, socket messages and alarms to its host, and gives the host this platform.
 * It decides nothing. Every entrance passes `#load`; an object in which no cluster lives answers 404 and writes nothing.
 */
import { DurableObject } from "cloudflare:workers";
import { ClusterHost } from "../host/cluster-host";
import micropython from "../runtimes/micropython/generated/micropython.wasm";
import type { Registry } from "./registry";
import { registryClient } from "./registry-client";
import { HibernatingSockets } from "./sockets";
import { SqlStorage } from "./storage";
import { objectWaker } from "./waker";

/** The bindings a cluster uses. */
export interface ClusterEnv {
  readonly REGISTRY: DurableObjectNamespace<Registry>;
}

export class Cluster extends DurableObject<ClusterEnv> {
  readonly #storage = new SqlStorage(this.ctx.storage);
  readonly #sockets = new HibernatingSockets(this.ctx);
  #host: ClusterHost | undefined;

  override async fetch(request: Request): Promise<Response> {
    const creation = request.method === "POST" && /^\/api\/clusters\/[^/]+$/.test(new URL(request.url).pathname);
    const host = this.#load(creation);
    if (!host) return Response.json({ message: "no such cluster" }, { status: 404 });
    const socket = request.headers.get("Upgrade")?.toLowerCase() === "websocket";
    if (socket && new URL(request.url).pathname.endsWith("/ws")) return this.#sockets.accept();
    return host.fetch(request);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void | Promise<void> {
    if (typeof message === "string") return this.#load()?.socketMessage(this.#sockets.clientOf(socket), message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 say that no code came; they may not be sent.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
    this.#load()?.socketClosed(this.#sockets.clientOf(socket));
  }

  override webSocketError(socket: WebSocket): void {
    this.#load()?.socketClosed(this.#sockets.clientOf(socket));
  }

  override async alarm(): Promise<void> {
    await this.#load()?.alarm();
  }

  #load(create = false): ClusterHost | undefined {
    if (!create && !this.#storage.exists()) {
      this.#host = undefined;
      return undefined;
    }
    this.#host ??= new ClusterHost({
      storage: this.#storage,
      waker: objectWaker(this.ctx.storage),
      sockets: this.#sockets,
      registry: registryClient(this.env.REGISTRY, this.ctx.id),
      micropython: async () => micropython,
    });
    return this.#host;
  }
}
