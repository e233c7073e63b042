/** The progress stream of a pull, push or build: every message of the operation, then how it failed, if it did. */

import type { OperationRow } from "../../../core/engine/tables";
import { DockerError } from "../../../core/errors";
import type { Backend, StepNews } from "../../backend";
import { follow, jsonLines } from "../../streams";

type Message = Record<string, unknown>;

interface Feed {
  readonly operation: string;
  /** Messages not yet taken. */
  readonly queue: Message[];
  row(): OperationRow | undefined;
  close(): void;
}

/** Starts an operation and listens to it from its first word on. Throws what refuses it. */
function open(backend: Backend, start: () => string): Feed {
  const early: { operation: string; message: Message }[] = [];
  const queue: Message[] = [];
  let operation = "";
  const listen = ({ events }: StepNews) => {
    for (const event of events) {
      if (event.topic !== "operation.progress") continue;
      if (operation === "") early.push(event.data);
      else if (event.data.operation === operation) queue.push(event.data.message);
    }
  };
  const close = backend.subscribe(listen);
  try {
    operation = start();
  } catch (error) {
    close();
    throw error;
  }
  for (const one of early) if (one.operation === operation) queue.push(one.message);
  let last: OperationRow | undefined;
  const row = () => {
    last = backend.view.table("operations").get(operation) ?? last;
    return last;
  };
  return { operation, queue, row, close };
}

const isRunning = (feed: Feed) => feed.row()?.state === "running";

export interface StreamOptions {
  /** A refusal before the first message is answered with its own status. */
  readonly statusFirst?: boolean;
  /** Holds everything back; at the end only `result` is sent, or all of it when it failed. */
  readonly quiet?: (operation: string) => Message;
}

export async function operationStream(
  backend: Backend,
  request: Request,
  start: () => string,
  options: StreamOptions = {},
): Promise<Response> {
  const feed = open(backend, start);
  if (options.statusFirst) {
    await follow(
      backend,
      () => undefined,
      () => feed.queue.length > 0 || !isRunning(feed),
      request.signal,
    );
    const row = feed.row();
    if (row?.state === "failed" && feed.queue.length === 0) {
      feed.close();
      throw new DockerError(row.errorKind ?? "system", row.error ?? "");
    }
  }
  return jsonLines(backend, request, async (send, signal) => {
    const flush = () => {
      if (!options.quiet) for (const message of feed.queue.splice(0)) send(message);
    };
    flush();
    const ended = await follow(backend, flush, () => !isRunning(feed), signal);
    feed.close();
    if (!ended) {
      if (isRunning(feed)) backend.dispatch("operation.cancel", { operation: feed.operation });
      return;
    }
    const row = feed.row();
    if (row?.state === "failed") for (const message of feed.queue.splice(0)) send(message);
    flush();
    if (row?.state === "failed") send(failure(row));
    else if (options.quiet) send(options.quiet(feed.operation));
  });
}

/** One operation after the other in one stream, as `docker pull -a` shows them. */
export async function operationsStream(
  backend: Backend,
  request: Request,
  starts: readonly (() => string)[],
): Promise<Response> {
  return jsonLines(backend, request, async (send, signal) => {
    for (const start of starts) {
      const feed = open(backend, start);
      const flush = () => {
        for (const message of feed.queue.splice(0)) send(message);
      };
      const ended = await follow(backend, flush, () => !isRunning(feed), signal);
      flush();
      feed.close();
      const row = feed.row();
      if (row?.state === "failed") send(failure(row));
      if (!ended || row?.state === "failed") return;
    }
  });
}

export function failure({ error = "", errorCode }: Pick<OperationRow, "error" | "errorCode">): Message {
  return { errorDetail: { ...(errorCode ? { code: errorCode } : {}), message: error }, error };
}
