/**
 * Attached sessions: a container's or exec's output as a streaming answer, the request's body as its standard input. A
 * front that owns sockets turns the answer into Docker's `101 UPGRADED`; our own command line reads it as it is.
 */
import type { ProcessRow } from "../core/machine/tables";
import type { Backend } from "./backend";
import {
  EMPTY_FRAME,
  follow,
  frame,
  MULTIPLEXED_STREAM,
  RAW_STREAM,
  type Sink,
  type StreamName,
  streaming,
  until,
} from "./streams";

/** Simulated milliseconds in which a terminal echoes what was typed last before its client had gone. */
const LAST_WORDS = 100;

/** Set by the front that took over the client's connection. */
const HIJACK_HEADER = "x-slipway-hijack";
/** The body that came before the connection was taken over, in base64. */
const BODY_HEADER = "x-slipway-hijack-body";

/** Whether the client asked for a connection of its own; only then is there input. */
export const isHijack = (request: Request): boolean =>
  request.headers.has(HIJACK_HEADER) || (request.headers.get("upgrade") ?? "").toLowerCase() === "tcp";

export interface Session {
  readonly owner: ProcessRow["owner"];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Whether the end of the client's input ends the program's. */
  readonly closeStdin: boolean;
  /** Looked at after each step. */
  ended(): boolean;
}

/** Output from the moment it was opened: kept until somebody reads it. */
export interface Feed {
  /** Sends what there is and what comes, until the session has ended or the reader has gone. */
  copyTo(sink: Sink): Promise<void>;
  /** Adds to the output, as the engine itself does with its complaints. */
  write(stream: StreamName, bytes: Uint8Array): void;
  close(): void;
}

/** `past` is sent first, as it is. */
export function openFeed(backend: Backend, session: Session, past: readonly Uint8Array[] = []): Feed {
  const early: Uint8Array[] = [...past];
  let target = (bytes: Uint8Array): void => void early.push(bytes);
  const closing = new AbortController();
  const write = (stream: StreamName, bytes: Uint8Array) => {
    if (stream === "stdout" ? !session.stdout : !session.stderr) return;
    target(session.tty ? bytes : frame(stream, bytes));
  };
  const done = follow(
    backend,
    ({ events }) => {
      for (const event of events)
        if (event.topic === "process.output" && event.data.owner.id === session.owner.id)
          write(event.data.stream, event.data.bytes);
    },
    session.ended,
    closing.signal,
  );
  return {
    write,
    close: () => closing.abort(),
    copyTo: async (sink) => {
      for (const bytes of early.splice(0)) sink.write(bytes);
      target = sink.write;
      sink.signal.addEventListener("abort", () => closing.abort(), { once: true });
      if (sink.signal.aborted) closing.abort();
      await done;
    },
  };
}

/** The answer of an attached session. `input` is what the client types. */
export function attachedResponse(
  backend: Backend,
  request: Request,
  session: Session,
  feed: Feed,
  input: ReadableStream<Uint8Array> | null,
): Response {
  const multiplexed = !session.tty && isHijack(request);
  const options = {
    contentType: multiplexed ? MULTIPLEXED_STREAM : RAW_STREAM,
    request,
    ...(!session.tty && { heartbeat: EMPTY_FRAME }),
  };
  return streaming(backend, options, async (sink) => {
    const over = new AbortController();
    sink.signal.addEventListener("abort", () => over.abort(), { once: true });
    if (session.stdin && input) void pumpInput(backend, session, input, over.signal, feed);
    try {
      await feed.copyTo(sink);
    } finally {
      over.abort();
    }
  });
}

async function pumpInput(
  backend: Backend,
  session: Session,
  input: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  feed: Feed,
): Promise<void> {
  const reader = input.getReader();
  signal.addEventListener("abort", () => void reader.cancel().catch(() => undefined), { once: true });
  try {
    // A container that was only created takes input once it runs.
    const stdin = () => backend.stdin(session.owner.id);
    if (!(await until(backend, () => stdin() !== undefined || session.ended(), signal))) return;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value.length > 0) await stdin()?.write(value);
    }
    if (signal.aborted) return;
    if (!session.tty) {
      if (session.closeStdin) stdin()?.end();
      return;
    }
    // A terminal has no end of input: the client has gone, and its output with it (moby `daemon/internal/stream/attach.go`).
    await backend.sleep(LAST_WORDS, signal);
    feed.close();
  } catch {
    // the client or the program went away: the session's output tells
  }
}

/**
 * Splits a request that carries JSON first and input after it. The JSON lies in a header where a front has taken it
 * off; else it is as long as the stated length says, or all there is when the connection is not handed over.
 */
export async function splitBody(request: Request): Promise<{ json: string; input: ReadableStream<Uint8Array> | null }> {
  const encoded = request.headers.get(BODY_HEADER);
  if (encoded !== null) return { json: fromBase64(encoded), input: request.body };
  if (!isHijack(request) || !request.body) return { json: await request.text(), input: null };
  const length = Number(request.headers.get("content-length") ?? 0) || 0;
  const reader = request.body.getReader();
  let head = new Uint8Array(0);
  while (head.length < length) {
    const { done, value } = await reader.read();
    if (done) break;
    const joined = new Uint8Array(head.length + value.length);
    joined.set(head);
    joined.set(value, head.length);
    head = joined;
  }
  return { json: new TextDecoder().decode(head.subarray(0, length)), input: rest(reader, head.subarray(length)) };
}

function rest(reader: ReadableStreamDefaultReader<Uint8Array>, first: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.length > 0) controller.enqueue(first);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => reader.cancel(),
  });
}

function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  } catch {
    return "";
  }
}
