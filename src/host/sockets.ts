/**
 * The pages that watch a cluster: greets them with the whole picture, sends what changes (at most some thirty times a
 * second), and hands their messages to terminals, lessons and the clock.
 */

import { PictureTracker } from "./picture";
import type { ClientSocket, Sockets, Waker } from "./ports";
import type { Simulation } from "./simulation";
import type { ClientMessage, ClusterDocumentSource, RequestTrace, ServerMessage } from "./socket-types";

/** Real milliseconds over which changes are gathered. */
const GATHER = 33;
/** Kept with a socket once it has its picture; survives hibernation. */
const GREETED = "greeted";

export interface SocketHandlers {
  document: ClusterDocumentSource;
  terminal(socket: ClientSocket, message: Extract<ClientMessage, { type: `terminal.${string}` }>): void;
  lesson(socket: ClientSocket, message: Extract<ClientMessage, { type: `lesson.${string}` }>): void;
  fileExists(machine: string, path: string): boolean;
  clock(message: Extract<ClientMessage, { type: "clock" }>): Promise<void>;
}

export class SocketHub {
  readonly #sockets: Sockets;
  readonly #waker: Waker;
  readonly #simulation: Simulation;
  readonly #tracker: PictureTracker;
  #handlers: SocketHandlers | undefined;
  #cancel: (() => void) | undefined;
  #release: (() => void) | undefined;
  #seq = 0;
  #changedFiles = new Map<string, boolean>();

  constructor(sockets: Sockets, waker: Waker, simulation: Simulation) {
    this.#sockets = sockets;
    this.#waker = waker;
    this.#simulation = simulation;
    this.#tracker = new PictureTracker(simulation.view);
    this.#tracker.whole();
    simulation.subscribe(({ changes }) => {
      this.#tracker.note(changes);
      for (const change of changes) if (change.table === "files") this.#noteFile(change.id, change.after !== undefined);
      if (this.#tracker.dirty || this.#changedFiles.size > 0) this.#gather();
    });
  }

  attach(handlers: SocketHandlers): void {
    this.#handlers = handlers;
    this.watchPresence();
  }

  /** While a page is open, time goes on by itself. */
  watchPresence(): void {
    const present = this.#sockets.all().length > 0;
    if (present && !this.#release) this.#release = this.#simulation.hold();
    if (!present && this.#release) {
      this.#release();
      this.#release = undefined;
    }
  }

  /** To all pages that have been greeted: before its picture a page could make nothing of a change. */
  broadcast(message: ServerMessage): void {
    const text = JSON.stringify(message);
    for (const socket of this.#sockets.all()) if (socket.getAttachment() === GREETED) socket.send(text);
  }

  trace(request: RequestTrace): void {
    if (this.#sockets.all().length > 0) this.broadcast({ type: "request", request });
  }

  /** Everything anew, for all: after a reset. */
  sendPicture(): void {
    this.broadcast({ type: "picture", seq: ++this.#seq, picture: this.#tracker.whole() });
  }

  async receive(socket: ClientSocket, text: string): Promise<void> {
    const message = parseMessage(text);
    if (!message || !this.#handlers) {
      socket.send(JSON.stringify({ type: "error", message: "not a message of this protocol" } satisfies ServerMessage));
      return;
    }
    if (message.type === "hello") return this.#greet(socket);
    if (message.type === "ping") return socket.send(JSON.stringify({ type: "pong" } satisfies ServerMessage));
    if (message.type === "files.watch") {
      for (const path of message.paths) {
        const exists = this.#handlers.fileExists(message.machine, path);
        socket.send(
          JSON.stringify({ type: "file.changed", machine: message.machine, path, exists } satisfies ServerMessage),
        );
      }
      return;
    }
    if (message.type === "clock") return this.#handlers.clock(message);
    if (message.type.startsWith("terminal."))
      return this.#handlers.terminal(socket, message as Extract<ClientMessage, { type: `terminal.${string}` }>);
    if (message.type.startsWith("lesson."))
      return this.#handlers.lesson(socket, message as Extract<ClientMessage, { type: `lesson.${string}` }>);
  }

  #greet(socket: ClientSocket): void {
    this.watchPresence();
    this.#flush();
    socket.setAttachment(GREETED);
    const hello: ServerMessage = { type: "hello", cluster: this.#handlers?.document() as never, seq: this.#seq };
    socket.send(JSON.stringify(hello));
    socket.send(
      JSON.stringify({ type: "picture", seq: this.#seq, picture: this.#tracker.whole() } satisfies ServerMessage),
    );
  }

  #gather(): void {
    if (this.#sockets.all().length === 0) {
      this.#changedFiles.clear();
      return;
    }
    this.#cancel ??= this.#waker.setTimer(() => this.#flush(), GATHER);
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const news = this.#tracker.take();
    if (news) this.broadcast({ type: "changes", seq: ++this.#seq, ...news });
    for (const [key, exists] of this.#changedFiles) {
      const [machine = "", path = ""] = key.split("\0");
      this.broadcast({ type: "file.changed", machine, path, exists });
    }
    this.#changedFiles.clear();
  }

  #noteFile(id: string, exists: boolean): void {
    const [tree = "", path = ""] = id.split("\0");
    if (tree.startsWith("machine:")) this.#changedFiles.set(`${tree.slice("machine:".length)}\0${path}`, exists);
  }
}

function parseMessage(text: string): ClientMessage | undefined {
  try {
    const value = JSON.parse(text) as ClientMessage;
    return typeof value === "object" && value !== null && typeof value.type === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
