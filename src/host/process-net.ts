/**
 * The sockets of one process. Its end closes them, as the kernel does: who waits for its answer learns of it at once
 * and does not wait for ever; its ports are free again.
 */
import type { HttpRequest, HttpResponse, Listener, Net, Socket } from "../api/process";

/** How the process waits in a system call: see `Running`. */
export interface Rest {
  /** Holds the process in the call until it settles. */
  wait<T>(call: Promise<T>): Promise<T>;
  /** From now on it listens, which is rest as well; the answer ends that. */
  listening(): () => void;
}

export class ProcessNet {
  readonly #net: Net;
  readonly #rest: Rest;
  readonly #open = new Set<() => void>();
  #ended = false;

  constructor(net: Net, rest: Rest) {
    this.#net = net;
    this.#rest = rest;
  }

  /** What the program sees. */
  calls(): Net {
    const net = this.#net;
    return {
      get addresses() {
        return net.addresses;
      },
      resolve: (host) => this.#net.resolve(host),
      unix: (path, request) => this.#rest.wait(this.#net.unix(path, request)),
      connect: async (host, port, signal) => this.#hold(await this.#rest.wait(this.#net.connect(host, port, signal))),
      http: (request, signal) => this.#rest.wait(this.#net.http(request, signal)),
      listen: (port, listener) => this.#listen(port, listener),
    };
  }

  /** The process has ended. */
  close(): void {
    this.#ended = true;
    for (const close of [...this.#open]) close();
    this.#open.clear();
  }

  #listen(port: number, listener: Listener): { close(): void } {
    const { http, tcp } = listener;
    const server = this.#net.listen(port, {
      ...(http ? { http: (request: HttpRequest) => this.#answer(http.call(listener, request)) } : {}),
      ...(tcp ? { tcp: (socket: Socket) => tcp.call(listener, this.#hold(socket)) } : {}),
    });
    const goOn = this.#rest.listening();
    const close = () => {
      if (!this.#open.delete(close)) return;
      goOn();
      server.close();
    };
    this.#open.add(close);
    return { close };
  }

  /** The socket, remembered until both ways are at their end. */
  #hold(socket: Socket): Socket {
    let ways = 2;
    const close = () => {
      this.#open.delete(close);
      socket.destroy();
    };
    const oneWayLess = () => {
      if (--ways === 0) this.#open.delete(close);
    };
    if (this.#ended) close();
    else this.#open.add(close);
    return {
      ...socket,
      read: async () => {
        const bytes = await socket.read();
        if (!bytes) oneWayLess();
        return bytes;
      },
      end: () => {
        socket.end();
        oneWayLess();
      },
      destroy: close,
    };
  }

  /** The answer to one request, or the connection's end before it: ECONNRESET. */
  async #answer(answer: Promise<HttpResponse>): Promise<HttpResponse> {
    const response = await this.#orEnd(answer);
    if (response.body instanceof Uint8Array) return response;
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { done, value } = await this.#orEnd(reader.read());
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    });
    return { ...response, body };
  }

  async #orEnd<T>(work: Promise<T>): Promise<T> {
    let hangUp: () => void = () => undefined;
    const end = new Promise<never>((_, reject) => {
      hangUp = () => reject(Object.assign(new Error("Empty reply from server"), { code: "ECONNRESET" }));
    });
    if (this.#ended) hangUp();
    this.#open.add(hangUp);
    try {
      return await Promise.race([work, end]);
    } finally {
      this.#open.delete(hangUp);
      work.catch(() => undefined);
    }
  }
}
