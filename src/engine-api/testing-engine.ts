/** The Engine API over a whole core, for tests: requests go in by HTTP, the test plays the host. */
import { type TestEngine, testCatalog, testEngine } from "../core/testing";
import { createEngineApp } from "./app";
import type { Backend, StepNews } from "./backend";

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
export type Answer = any;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Answer;
}

export interface TestApi {
  readonly engine: TestEngine;
  readonly backend: Backend;
  /** What was written to standard inputs, by owner. */
  readonly typed: Record<string, string>;
  readonly sizes: Record<string, string>;
  /** Streams that hold the time. */
  holds(): number;
  fetch(
    method: string,
    path: string,
    options?: { body?: BodyInit; headers?: Record<string, string> },
  ): Promise<Response>;
  /** The same with a JSON body, read to its end. */
  call(method: string, path: string, body?: unknown): Promise<Reply>;
}

export function testApi(): TestApi {
  const engine = testEngine();
  const { core } = engine;
  const listeners = new Set<(news: StepNews) => void>();
  const sleepers = new Set<{ at: number; wake(): void }>();
  const typed: Record<string, string> = {};
  const sizes: Record<string, string> = {};
  let holds = 0;
  // Whatever the test lets the host report is a step too.
  const dispatch = core.dispatch.bind(core);
  core.dispatch = ((kind: never, args: never) => {
    const outcome = dispatch(kind, args);
    for (const listener of [...listeners]) listener(outcome);
    return outcome;
  }) as typeof core.dispatch;
  const advanceTo = core.advanceTo.bind(core);
  core.advanceTo = (at, budget) => {
    const result = advanceTo(at, budget);
    for (const listener of [...listeners]) listener(result.outcome);
    for (const sleeper of [...sleepers]) if (sleeper.at <= core.now) sleeper.wake();
    return result;
  };
  const backend: Backend = {
    machine: "node1",
    view: core.view,
    catalog: testCatalog,
    now: () => core.now,
    dispatch: engine.run,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    blobs: engine.blobs,
    stdin: (owner) => {
      const process = core.view.table("processes").by("owner", owner)[0];
      if (!process?.openStdin || process.state !== "running") return undefined;
      return {
        write: async (bytes) => {
          typed[owner] = (typed[owner] ?? "") + new TextDecoder().decode(bytes);
        },
        end: () => {
          typed[owner] = `${typed[owner] ?? ""}<EOF>`;
        },
      };
    },
    resize: (owner, columns, rows) => {
      sizes[owner] = `${columns}x${rows}`;
    },
    sleep: (millis, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          at: core.now + millis,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        if (signal?.aborted) sleeper.wake();
        signal?.addEventListener("abort", sleeper.wake, { once: true });
      }),
    hold: () => {
      holds++;
      return () => void holds--;
    },
  };
  const app = createEngineApp(backend);
  const request: TestApi["fetch"] = (method, path, { body, headers } = {}) =>
    app.fetch(new Request(`http://docker${path}`, { method, body, headers, duplex: "half" } as RequestInit));
  return {
    engine,
    backend,
    typed,
    sizes,
    holds: () => holds,
    fetch: request,
    call: async (method, path, body) => {
      const options =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
      const response = await request(method, path, options);
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parsed(text) };
    },
  };
}

/** The one JSON value of an answer; undefined for a stream of several and for what is none. */
function parsed(text: string): Answer {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads what a stream sends, chunk by chunk. */
export function reader(response: Response): {
  next(): Promise<string | undefined>;
  rest(): Promise<string>;
  cancel(): Promise<void>;
} {
  const source = (response.body as ReadableStream<Uint8Array>).getReader();
  const next = async () => {
    const { done, value } = await source.read();
    return done ? undefined : new TextDecoder().decode(value);
  };
  return {
    next,
    rest: async () => {
      let text = "";
      for (let chunk = await next(); chunk !== undefined; chunk = await next()) text += chunk;
      return text;
    },
    cancel: () => source.cancel(),
  };
}
