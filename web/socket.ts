/**
 * The connection to a cluster. It comes back by itself after a loss, with growing pauses, and says hello with the last sequence
 * number it saw; what was to be sent meanwhile is dropped except what `onOpen` sends anew.
 */
import type { ClientMessage, ServerMessage } from "../src/api/socket";

export type ConnectionState = "connecting" | "open" | "lost";

export interface SocketEvents {
  onOpen(): void;
  onMessage(message: ServerMessage): void;
  onState(state: ConnectionState): void;
}

const firstPause = 300; // ms
const longestPause = 8_000; // ms
const quiet = 25_000; // ms between pings: proxies drop connections that say nothing

export class ClusterSocket {
  #socket: WebSocket | undefined;
  #pause = firstPause;
  #seq: number | undefined;
  #closed = false;

  constructor(
    readonly cluster: string,
    readonly events: SocketEvents,
  ) {
    this.#connect();
    setInterval(() => this.send({ type: "ping" }), quiet);
    addEventListener("online", () => this.#retryNow());
    addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#retryNow());
  }

  /** Sends a message; false when there is no connection now. */
  send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }

  #connect(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/clusters/${this.cluster}/ws`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#pause = firstPause;
      this.send(this.#seq === undefined ? { type: "hello" } : { type: "hello", seq: this.#seq });
      this.events.onState("open");
      this.events.onOpen();
    };
    socket.onmessage = (event) => this.#receive(String(event.data));
    socket.onclose = () => this.#lost(socket);
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as ServerMessage;
    if ("seq" in message) this.#seq = message.seq;
    this.events.onMessage(message);
  }

  #lost(socket: WebSocket): void {
    if (this.#closed || socket !== this.#socket) return;
    this.events.onState("lost");
    const pause = this.#pause * (0.75 + Math.random() / 2); // a classroom must not come back in one instant
    this.#pause = Math.min(this.#pause * 2, longestPause);
    setTimeout(() => socket === this.#socket && this.#connect(), pause);
  }

  #retryNow(): void {
    if (this.#closed || this.#socket?.readyState !== WebSocket.CLOSED) return;
    this.#pause = firstPause;
    this.#connect();
  }
}
