/**
 * A cluster as its object drives it: requests, socket messages and alarms in, answers out. What it does is in the rooms
 * beside it; here is only who is asked.
 */

import type { ClusterDocument, CreateClusterRequest } from "../api/cluster";
import { openRoot } from "../core/machine/files";
import { course, LessonKeeper, type LessonState } from "../lessons";
import { catalog } from "./catalog";
import { freshSeed } from "./chance";
import { LivingCluster } from "./cluster";
import { parseDuration } from "./duration";
import { serveIngress } from "./ingress";
import { lessonView } from "./lesson-view";
import type { ClientSocket, RegistryClient, Sockets, Storage, Waker } from "./ports";
import { ClusterRoutes, refuse } from "./routes/cluster-routes";
import { platformRuntimes } from "./runtimes";
import { admitOwnPage, confine, confineToHost } from "./sandbox";
import type { ClientMessage, RequestTrace } from "./socket-types";
import { SocketHub } from "./sockets";
import { familiar } from "./views/swarm-views";

export interface ClusterHostOptions {
  readonly storage: Storage;
  readonly waker: Waker;
  readonly sockets: Sockets;
  readonly registry: RegistryClient;
  /** The compiled Python interpreter: how wasm is loaded is the platform's. */
  readonly micropython: () => Promise<WebAssembly.Module>;
}

/** A request to a published port; the platform has normalised the URL. A URL object would cost more than the whole rest. */
const PUBLISHED = /^https?:\/\/[^/]+\/(?<site>p|own)\/(?<address>[^/?#]+)\/(?<port>\d+)(?:(?<path>[/?][^#]*))?/;

interface PublishedAddress {
  readonly site: "p" | "own";
  readonly address: string;
  readonly port: string;
  readonly path?: string;
}

export class ClusterHost {
  readonly #options: ClusterHostOptions;
  #living: LivingCluster;
  #hub: SocketHub;
  #keeper: LessonKeeper;
  #savedLessons: LessonState | undefined;
  #sentProgress = "";
  #messages: Promise<unknown> = Promise.resolve();
  #cancelLook: (() => void) | undefined;
  readonly #routes: ClusterRoutes;

  constructor(options: ClusterHostOptions) {
    this.#options = options;
    this.#keeper = new LessonKeeper(this.#readLessons());
    [this.#living, this.#hub] = this.#live();
    this.#routes = new ClusterRoutes({
      living: () => this.#living,
      document: (origin) => this.#document(origin),
      reset: () => this.#reset(),
      remove: () => this.#remove(),
      clockChanged: () => this.#tellClock(),
    });
  }

  async fetch(request: Request): Promise<Response> {
    const port = PUBLISHED.exec(request.url);
    if (port) return this.#published(port.groups as unknown as PublishedAddress, request);
    const url = new URL(request.url);
    const path = url.pathname.replaceAll("%40", "@");
    const [, api, a = ""] = path.split("/");
    if (api === "c") return this.#docker(request, a, url, path);
    if (request.method === "POST" && path.split("/").length === 4) return this.#create(request, url);
    await this.#living.simulation.enter();
    return this.#routes.fetch(request, url, path.split("/").slice(4));
  }

  async alarm(): Promise<void> {
    await this.#living.simulation.enter();
  }

  /** Messages are taken strictly in the order they came: catching up with time may take a while, and keys must not overtake each other. */
  socketMessage(socket: ClientSocket, text: string): Promise<void> {
    const mine = this.#messages.then(async () => {
      await this.#living.simulation.enter();
      await this.#hub.receive(socket, text);
    });
    this.#messages = mine.catch(() => undefined);
    return mine;
  }

  socketClosed(_socket: ClientSocket): void {
    this.#hub.watchPresence();
  }

  /** A published port, under our own origin (`p`, confined to a sandbox) or on a site of its own (`own`). */
  async #published({ site, address, port, path }: PublishedAddress, request: Request): Promise<Response> {
    await this.#living.simulation.enter();
    const { machine } = splitAddress(address.replace("%40", "@"));
    if (!this.#living.simulation.view.table("machines").has(machine)) return refuse(404, `no such machine: ${machine}`);
    const target = path?.startsWith("/") ? path : `/${path ?? ""}`;
    const answer = await serveIngress(this.#living.wire, machine, Number(port), target, request);
    if (site === "own") confineToHost(answer.headers);
    else confine(answer.headers, `/p/${address}/${port}`);
    return site === "own" ? answer : admitOwnPage(request, answer);
  }

  async #docker(request: Request, address: string, url: URL, path: string): Promise<Response> {
    await this.#living.simulation.enter();
    const { machine } = splitAddress(address);
    const row = this.#living.simulation.view.table("machines").get(machine);
    if (!row) return refuse(404, `no such machine: ${machine}`);
    if (row.power === "off" || row.daemon !== "up") return refuse(503, `${machine} is off`);
    const rest = `/${path.split("/").slice(3).join("/")}`;
    const inner = new Request(`http://docker${rest}${url.search}`, request);
    return this.#living.app(machine).fetch(inner);
  }

  async #create(request: Request, url: URL): Promise<Response> {
    const { seed, machines = 1, speed } = (await request.json().catch(() => ({}))) as CreateClusterRequest;
    const id = url.pathname.split("/")[3] ?? "";
    this.#options.storage.setMeta("id", id);
    this.#options.storage.setMeta("origin", url.origin);
    const chosen = seed ?? freshSeed();
    this.#options.storage.setMeta("machines", String(machines));
    this.#options.storage.setMeta("seed", String(chosen));
    this.#living.create(chosen, machines);
    if (speed !== undefined) this.#living.simulation.changePace({ speed });
    this.#living.ledger.flush();
    return Response.json(this.#document(url.origin), { status: 201 });
  }

  async #reset(): Promise<void> {
    const { storage, registry } = this.#options;
    await registry.clear();
    const kept = ["id", "origin", "machines", "seed"].map((key) => [key, storage.getMeta(key) ?? ""] as const);
    const { speed } = this.#living.simulation.pace;
    const terminals = this.#living.stop();
    storage.destroy();
    for (const [key, value] of kept) storage.setMeta(key, value);
    this.#keeper.reset();
    this.#savedLessons = undefined;
    [this.#living, this.#hub] = this.#live();
    this.#living.create(Number(storage.getMeta("seed")), Number(storage.getMeta("machines")));
    this.#living.simulation.changePace({ speed });
    this.#living.ledger.flush();
    this.#hub.broadcast({ type: "reset" });
    this.#hub.sendPicture();
    for (const terminal of terminals) this.#hub.broadcast({ type: "terminal.closed", terminal });
    this.#look();
  }

  async #remove(): Promise<void> {
    await this.#options.registry.clear();
    this.#living.stop();
    for (const socket of this.#options.sockets.all()) socket.close(1000, "the cluster was deleted");
    this.#options.storage.destroy();
  }

  #live(): [LivingCluster, SocketHub] {
    const { storage, waker, registry, sockets } = this.#options;
    const living: LivingCluster = new LivingCluster({
      storage,
      waker,
      registry,
      catalog,
      runtimes: platformRuntimes(this.#options.micropython),
      onRequest: (trace) => this.#requested(trace),
      terminals: {
        output: (terminal, data, replay) =>
          this.#hub.broadcast({ type: "terminal.output", terminal, data, ...(replay ? { replay } : {}) }),
        closed: (terminal) => this.#hub.broadcast({ type: "terminal.closed", terminal }),
        edit: (terminal, machine, path) => this.#hub.broadcast({ type: "terminal.edit", terminal, machine, path }),
      },
    });
    const hub = new SocketHub(sockets, waker, living.simulation);
    hub.attach({
      document: () => this.#document(storage.getMeta("origin") ?? ""),
      terminal: (_socket, message) => this.#terminal(message),
      lesson: () => this.#look(true),
      fileExists: (machine, path) => living.fileExists(machine, path),
      clock: async (message) => {
        if (message.advance) await living.simulation.jump(parseDuration(message.advance) ?? 0);
        living.simulation.changePace({
          ...(message.speed === undefined ? {} : { speed: message.speed }),
          ...(message.paused === undefined ? {} : { paused: message.paused }),
        });
        this.#tellClock();
      },
    });
    living.simulation.subscribe(() => this.#scheduleLook());
    return [living, hub];
  }

  #terminal(message: Extract<ClientMessage, { type: `terminal.${string}` }>): void {
    const { terminals } = this.#living;
    if (message.type === "terminal.open")
      terminals.open(message.terminal, message.machine, message.columns, message.rows);
    else if (message.type === "terminal.input") terminals.input(message.terminal, message.data);
    else if (message.type === "terminal.resize") terminals.resize(message.terminal, message.columns, message.rows);
    else terminals.close(message.terminal);
  }

  #requested(trace: RequestTrace): void {
    this.#hub.trace(trace);
    const container = trace.containerId
      ? this.#living.simulation.view.table("containers").get(trace.containerId)
      : undefined;
    this.#keeper.request({
      port: trace.port,
      status: trace.status,
      ...(trace.containerId ? { containerId: trace.containerId } : {}),
      ...(trace.serviceId ? { serviceId: trace.serviceId } : {}),
      ...(container ? { image: familiar(container.image) } : {}),
    });
    this.#scheduleLook();
  }

  /** Lessons look at most five times a second, and only while a page is there or the past may change them. */
  #scheduleLook(): void {
    this.#cancelLook ??= this.#options.waker.setTimer(() => this.#look(), 200);
  }

  #look(always = false): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    const view = this.#lessonView();
    this.#keeper.look(view);
    for (const lesson of course.topics.flatMap((topic) => topic.lessons)) {
      const { document } = lesson;
      const steps = this.#keeper.progress(lesson, view);
      const text = JSON.stringify(steps);
      if (always || text !== this.#sentProgress)
        this.#hub.broadcast({ type: "lesson.progress", lesson: document.id, steps });
      this.#sentProgress = text;
    }
    if (this.#keeper.state === this.#savedLessons) return;
    this.#savedLessons = this.#keeper.state;
    this.#options.storage.setMeta("lessons", JSON.stringify(this.#savedLessons));
  }

  #lessonView() {
    const { simulation, files: source } = this.#living;
    const readFile = (path: string) => {
      try {
        const files = openRoot(source, { kind: "machine", id: "node1" });
        return new TextDecoder().decode(files.readFile(path.startsWith("/") ? path : `/root/${path}`));
      } catch {
        return undefined;
      }
    };
    return lessonView(simulation.view, "node1", readFile, this.#pushed());
  }

  #pushed(): string[] {
    const names = new Set<string>();
    for (const image of this.#living.simulation.view.table("images").all())
      if (image.repoDigests.some((digest) => digest.includes("/"))) for (const tag of image.repoTags) names.add(tag);
    return [...names];
  }

  #readLessons(): LessonState | undefined {
    const text = this.#options.storage.exists() ? this.#options.storage.getMeta("lessons") : undefined;
    this.#savedLessons = text ? (JSON.parse(text) as LessonState) : undefined;
    return this.#savedLessons;
  }

  #tellClock(): void {
    const { clock, speed, paused } = this.#document("");
    this.#hub.broadcast({ type: "clock", clock, speed, paused });
  }

  #document(origin: string): ClusterDocument {
    const id = this.#options.storage.getMeta("id") ?? "";
    const { simulation } = this.#living;
    const host = origin ? new URL(origin).host : "";
    return {
      id,
      url: `${origin}/s/${id}`,
      dockerHost: `tcp://${host.includes(":") ? host : `${host}:80`}/c/${id}`,
      ingress: `${origin}/p/${id}/{port}/`,
      machines: [...simulation.view.table("machines").all()].map(({ name, address }) => ({ name, address })),
      clock: new Date(simulation.now()).toISOString(),
      speed: simulation.pace.speed,
      paused: simulation.pace.paused,
    };
  }
}

/** `MACHINE@ID` or `ID`. */
function splitAddress(text: string): { machine: string } {
  const at = text.indexOf("@");
  return { machine: at < 0 ? "node1" : text.slice(0, at) };
}
