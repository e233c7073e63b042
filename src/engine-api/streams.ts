/**
 * Answers that go on: frames of standard streams, JSON by the line, and waiting for what a later step brings. Whoever
 * listens holds the cluster's time going; a client that went away is noticed at the next write, so idle streams beat.
 */
import type { Backend, StepNews } from "./backend";

export type StreamName = "stdout" | "stderr";

export const RAW_STREAM = "application/vnd.docker.raw-stream";
export const MULTIPLEXED_STREAM = "application/vnd.docker.multiplexed-stream";

/** Simulated milliseconds between two signs of life on an idle stream. */
const HEARTBEAT = 5_000;
/** Bytes that wait for a slow client before its stream is given up. */
const BACKLOG = 8 * 1024 * 1024;

const encoder = new TextEncoder();
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** One frame of a multiplexed stream (stdcopy): type, length, payload. */
export function frame(stream: StreamName, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + payload.length);
  out[0] = stream === "stdout" ? 1 : 2;
  new DataView(out.buffer).setUint32(4, payload.length);
  out.set(payload, 8);
  return out;
}

export const EMPTY_FRAME: Uint8Array = frame("stdout", new Uint8Array());

/** Where a streaming answer's bytes go. */
export interface Sink {
  write(bytes: Uint8Array): void;
  /** Aborted when the client has gone or cannot follow. */
  readonly signal: AbortSignal;
}

/** What a stream needs of the cluster: time that goes on while somebody listens. */
export type Clockwork = Pick<Backend, "hold" | "sleep">;

export interface StreamOptions {
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What an idle stream sends; nothing is sent when left out. */
  readonly heartbeat?: Uint8Array;
  /** Simulated milliseconds between two of them, where it is not HEARTBEAT. */
  readonly every?: number;
  /** The request, whose end ends the stream. */
  readonly request?: Request;
}

/** Answers at once and lets `run` write. The stream ends when `run` does; what it throws after that is the client's loss. */
export function streaming(backend: Clockwork, options: StreamOptions, run: (sink: Sink) => Promise<void>): Response {
  const gone = new AbortController();
  const abort = () => gone.abort();
  options.request?.signal.addEventListener("abort", abort, { once: true });
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const release = backend.hold();
        const sink: Sink = {
          signal: gone.signal,
          write: (bytes) => {
            if (gone.signal.aborted) return;
            if ((controller.desiredSize ?? 0) > -BACKLOG) controller.enqueue(bytes);
            else gone.abort();
          },
        };
        if (options.heartbeat) void beat(backend, sink, options.heartbeat, options.every ?? HEARTBEAT);
        run(sink)
          .catch(() => undefined)
          .finally(() => {
            release();
            options.request?.signal.removeEventListener("abort", abort);
            const wasGone = gone.signal.aborted;
            gone.abort();
            if (wasGone) ignore(() => controller.error(new Error("the client is gone")));
            else controller.close();
          });
      },
      cancel: abort,
    },
    { highWaterMark: 0, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  return new Response(body, { headers: { "Content-Type": options.contentType, ...options.headers } });
}

async function beat(backend: Clockwork, sink: Sink, sign: Uint8Array, every: number): Promise<void> {
  while (!sink.signal.aborted) {
    await backend.sleep(every, sink.signal).catch(() => undefined);
    sink.write(sign);
  }
}

function ignore(action: () => void): void {
  try {
    action();
  } catch {
    // a cancelled stream cannot fail any more
  }
}

/** A stream of JSON values, one a line, with empty lines as heartbeat. */
export function jsonLines(
  backend: Backend,
  request: Request,
  run: (send: (value: unknown) => void, signal: AbortSignal) => Promise<void>,
): Response {
  return streaming(backend, { contentType: "application/json", heartbeat: utf8("\n"), request }, (sink) =>
    run((value) => sink.write(utf8(`${JSON.stringify(value)}\n`)), sink.signal),
  );
}

/** Waits until something holds, looking after each step; false when `signal` came first. */
export async function until(backend: Backend, holds: () => boolean, signal?: AbortSignal): Promise<boolean> {
  return await follow(backend, () => undefined, holds, signal);
}

/** The same, telling of each step before it looks: nothing of the last one is missed. */
export function follow(
  backend: Backend,
  tell: (news: StepNews) => void,
  holds: () => boolean,
  signal?: AbortSignal,
): Promise<boolean> {
  if (holds()) return Promise.resolve(true);
  if (signal?.aborted) return Promise.resolve(false);
  const release = backend.hold();
  return new Promise<boolean>((resolve, reject) => {
    const end = (finish: () => void) => {
      unsubscribe();
      signal?.removeEventListener("abort", onAbort);
      release();
      finish();
    };
    const onAbort = () => end(() => resolve(false));
    const unsubscribe = backend.subscribe((news) => {
      try {
        tell(news);
        if (holds()) end(() => resolve(true));
      } catch (error) {
        end(() => reject(error));
      }
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
