/**
 * The pages' web sockets, accepted so that the object may sleep while they stay open. What must survive the sleep is kept in
 * the socket's attachment.
 */
import type { ClientSocket, Sockets } from "../host/ports";

interface Attachment {
  readonly id: string;
  readonly value: unknown;
}

export class HibernatingSockets implements Sockets {
  readonly #ctx: DurableObjectState;
  readonly #known = new WeakMap<WebSocket, ClientSocket>();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    // A page asks now and then whether the line is alive: answered without waking the cluster.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('{"type":"ping"}', '{"type":"pong"}'));
  }

  all(): readonly ClientSocket[] {
    return this.#ctx
      .getWebSockets()
      .filter((socket) => socket.readyState === WebSocket.OPEN)
      .map((socket) => this.clientOf(socket));
  }

  /** Accepts a page, which will say hello; the response hands it the other end. */
  accept(): Response {
    const { 0: theirs, 1: ours } = new WebSocketPair();
    this.#ctx.acceptWebSocket(ours);
    ours.serializeAttachment({ id: crypto.randomUUID(), value: undefined } satisfies Attachment);
    return new Response(null, { status: 101, webSocket: theirs });
  }

  /** The one wrapper of a platform socket. */
  clientOf(socket: WebSocket): ClientSocket {
    let client = this.#known.get(socket);
    if (!client) {
      client = wrap(socket);
      this.#known.set(socket, client);
    }
    return client;
  }
}

function wrap(socket: WebSocket): ClientSocket {
  const attachment = (): Attachment => socket.deserializeAttachment() as Attachment;
  const { id } = attachment();
  return {
    id,
    send: (text) => {
      try {
        socket.send(text);
      } catch {
        // It closed in this instant; the page comes back and asks anew.
      }
    },
    close: (code, reason) => socket.close(code, reason),
    getAttachment: () => attachment().value,
    setAttachment: (value) => socket.serializeAttachment({ id, value } satisfies Attachment),
  };
}
