/**
 * One client's connection to the public port. Bytes are spliced to a connection of its own to the runtime; only a request that
 * asks for an upgrade is treated apart: `tcp` becomes a hijack, a web socket passes as it is, anything else (`h2c`,
 * which BuildKit asks for) is answered as the plain HTTP request it also is.
 */
import { connect, type Socket } from "node:net";
import { Framing, type Head, headerOf } from "./framing";
import { hijack, hijackBodyLength } from "./hijack";

/** Where the runtime listens at this moment; waits while it starts anew. */
export type Upstream = () => Promise<number>;

/** What asks for a protocol that nobody here speaks. */
const UPGRADE_LINES = /^(upgrade|connection|http2-settings):.*\r\n/gim;

/** A hijack whose body is still being read; `left` of it is missing. */
interface Hijacking {
  readonly head: Head;
  left: number;
  readonly body: Buffer[];
}

export function serveConnection(client: Socket, upstreamPort: Upstream): void {
  new Connection(client, upstreamPort);
}

class Connection {
  readonly #client: Socket;
  readonly #upstreamPort: Upstream;
  readonly #framing = new Framing();
  #upstream: Socket | undefined;
  #hijacking: Hijacking | undefined;
  #opening = false;
  #endsAfterOpening = false;

  constructor(client: Socket, upstreamPort: Upstream) {
    this.#client = client;
    this.#upstreamPort = upstreamPort;
    client.setNoDelay(true);
    client.on("data", this.#onData);
    client.on("end", this.#onEnd);
    client.on("close", () => this.#upstream?.destroy());
    client.on("error", () => client.destroy());
  }

  readonly #onEnd = (): void => {
    // A paused socket tells its end all the same: it waits for its turn behind the first bytes.
    if (this.#opening) this.#endsAfterOpening = true;
    else if (this.#upstream) this.#upstream.end();
    else this.#client.end();
  };

  readonly #onData = (chunk: Buffer): void => {
    if (!this.#upstream && !this.#hijacking) {
      this.#client.pause();
      this.#opening = true;
      this.#open().then(
        () => {
          this.#opening = false;
          this.#client.resume();
          this.#onData(chunk);
          if (this.#endsAfterOpening && !this.#hijacking) this.#onEnd();
        },
        () => this.#unavailable(),
      );
      return;
    }
    for (const piece of this.#framing.push(chunk)) {
      if (this.#hijacking) this.#beforeHijack(piece.kind === "head" ? piece.head.bytes : piece.bytes);
      else if (piece.kind === "body") this.#pass(piece.bytes);
      else this.#onHead(piece.head);
    }
    if (this.#hijacking && this.#hijacking.left <= 0) this.#hijack();
  };

  async #open(): Promise<void> {
    const upstream = await dial(this.#upstreamPort);
    this.#upstream = upstream;
    upstream.pipe(this.#client);
    upstream.on("drain", () => this.#client.resume());
    upstream.on("error", () => upstream.destroy());
    upstream.on("close", () => {
      if (this.#upstream === upstream) this.#client.destroySoon();
    });
  }

  #pass(bytes: Buffer): void {
    if (this.#upstream?.write(bytes) === false) this.#client.pause();
  }

  #onHead(head: Head): void {
    const upgrade = /^upgrade:/im.test(head.text) ? headerOf(head, "upgrade")?.toLowerCase() : undefined;
    if (upgrade === "tcp" || upgrade === "websocket") this.#framing.passAll();
    if (upgrade === "tcp") this.#hijacking = { head, left: hijackBodyLength(head), body: [] };
    else if (upgrade === undefined || upgrade === "websocket") this.#pass(head.bytes);
    else this.#pass(Buffer.from(head.text.replace(UPGRADE_LINES, ""), "latin1"));
  }

  #beforeHijack(bytes: Buffer): void {
    const hijacking = this.#hijacking as Hijacking;
    hijacking.body.push(bytes);
    hijacking.left -= bytes.length;
  }

  #hijack(): void {
    const { head, left, body } = this.#hijacking as Hijacking;
    const client = this.#client;
    const all = Buffer.concat(body);
    const options = all.length + left; // `left` is negative when the client has begun to talk
    const upstream = this.#upstream;
    this.#upstream = undefined;
    upstream?.unpipe(client);
    upstream?.destroy();
    client.off("data", this.#onData);
    client.off("end", this.#onEnd);
    client.pause();
    this.#upstreamPort().then(
      (port) => hijack(client, head, all.subarray(0, options), all.subarray(options), port),
      () => this.#unavailable(),
    );
  }

  #unavailable(): void {
    const body = JSON.stringify({ message: "the runtime behind this address did not start" });
    this.#client.end(
      `HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
}

/** Times and milliseconds between them that a runtime is asked which has just died and is being started again. */
const DIALS = 60;
const BETWEEN_DIALS = 50;

/** Connects to the runtime; rejects when it does not come back. */
async function dial(upstreamPort: Upstream): Promise<Socket> {
  for (let attempt = 1; ; attempt++) {
    const upstream = connect({ host: "127.0.0.1", port: await upstreamPort(), noDelay: true, allowHalfOpen: true });
    const failure = await new Promise<Error | undefined>((resolve) => {
      upstream.once("connect", () => resolve(undefined));
      upstream.once("error", resolve);
    });
    if (!failure) return upstream;
    if (attempt === DIALS) throw failure;
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_DIALS));
  }
}
