/** One hijacked connection to a container's streams, used by run, start and attach. */
import type { Context } from "../../command";
import { copyFrames, copyRaw } from "./stream";
import { detachKeys, inputStream } from "./terminal";

export interface AttachOptions {
  readonly id: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  readonly keys: string;
}

export interface Attached {
  /** Resolves with true when the user detached, false when the output ended. */
  readonly done: Promise<boolean>;
}

/** Connects; output is copied from now on. */
export async function attachStreams(ctx: Context, options: AttachOptions): Promise<Attached> {
  const { sys } = ctx;
  const watchKeys = options.tty && options.stdin && sys.tty ? detachKeys(options.keys) : undefined;
  const input = inputStream(sys, options.stdin, watchKeys);
  const response = await ctx.client.hijack(`/containers/${options.id}/attach`, {
    query: {
      stream: true,
      stdin: options.stdin,
      stdout: options.stdout,
      stderr: options.stderr,
      detachKeys: options.keys || undefined,
    },
    input: input.stream,
  });
  const output = (options.tty ? copyRaw(response.body, sys) : copyFrames(response.body, sys)).then(() => false);
  const done = Promise.race([output, input.detached.then(() => true)]).finally(() => input.close());
  // Whoever awaits `done` sees the failure; until then it is not unhandled.
  done.catch(() => {});
  return { done };
}

/** Passes the signals of the command line on to the container; returns the undo. */
export function proxySignals(ctx: Context, id: string): () => void {
  const names = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
  const undo = names.map((name) =>
    ctx.sys.onSignal(name, () => {
      ctx.client.post(`/containers/${id}/kill`, { query: { signal: name.slice(3) } }).catch(() => {});
    }),
  );
  return () => {
    for (const off of undo) off();
  };
}
