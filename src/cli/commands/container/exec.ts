/** `docker exec`. */
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { containerExec } from "../../options/container";
import { readKeyValueFile, resolveEnv } from "../../parse/env-file";
import { copyFrames, copyRaw } from "./stream";
import { detachKeys, inputStream, takeTerminal } from "./terminal";

export const exec: Command = {
  ...containerExec,
  completes: ["container"],
  run: async (ctx) => {
    const { flags, args, client, sys } = ctx;
    const [name = "", ...command] = args;
    const tty = flags.bool("tty");
    const detach = flags.bool("detach");
    const interactive = flags.bool("interactive") && !detach;
    await client.get(`/containers/${segment(name)}/json`);
    if (!detach && tty && interactive && !sys.tty) throw new CliError("the input device is not a TTY");
    const consoleSize = tty && sys.tty ? { ConsoleSize: [sys.tty.rows, sys.tty.columns] } : {};
    const created = await client.post<{ Id: string }>(`/containers/${segment(name)}/exec`, {
      json: {
        User: flags.string("user"),
        Privileged: flags.bool("privileged"),
        Tty: tty,
        ...consoleSize,
        AttachStdin: interactive,
        AttachStderr: !detach,
        AttachStdout: !detach,
        Detach: detach,
        DetachKeys: flags.string("detach-keys"),
        Env: execEnv(ctx),
        WorkingDir: flags.string("workdir"),
        Cmd: command,
      },
    });
    if (!created.Id) throw new CliError("exec ID empty");
    const start = { Detach: detach, Tty: tty, ...consoleSize };
    if (detach) {
      await client.post(`/exec/${created.Id}/start`, { json: start });
      return 0;
    }
    return await runAttached(ctx, created.Id, tty, interactive, start);
  },
};

function execEnv(ctx: Context): string[] | null {
  const files = ctx.flags
    .list("env-file")
    .flatMap((file) => readKeyValueFile(ctx.sys, file, (name) => ctx.sys.env[name]));
  const all = [...files, ...resolveEnv(ctx.flags.list("env"), ctx.sys.env)];
  return all.length > 0 ? all : null;
}

/** The start request's JSON comes first in the hijacked body, the input after it. */
async function runAttached(
  ctx: Context,
  id: string,
  tty: boolean,
  interactive: boolean,
  start: object,
): Promise<number> {
  const { client, sys, flags } = ctx;
  const keys = tty && interactive && sys.tty ? detachKeys(flags.string("detach-keys")) : undefined;
  const input = inputStream(sys, interactive, keys);
  const head = new TextEncoder().encode(JSON.stringify(start));
  const response = await client.hijack(`/exec/${id}/start`, {
    input: prepend(head, input.stream),
    headers: { "Content-Type": "application/json", "Content-Length": String(head.length) },
  });
  const release = tty ? takeTerminal(sys, (h, w) => client.post(`/exec/${id}/resize`, { query: { h, w } })) : () => {};
  try {
    const output = tty ? copyRaw(response.body, sys) : copyFrames(response.body, sys);
    const detached = await Promise.race([output.then(() => false), input.detached.then(() => true)]);
    if (detached) return 0;
  } finally {
    release();
    input.close();
  }
  return (await client.get<{ ExitCode: number }>(`/exec/${id}/json`)).ExitCode;
}

function prepend(head: Uint8Array, rest: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = rest.getReader();
  let first = true;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (first) {
        first = false;
        return controller.enqueue(head);
      }
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
