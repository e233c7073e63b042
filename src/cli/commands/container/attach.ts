/** `docker attach` and `docker start`. */
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { containerAttach, containerStart } from "../../options/container";
import { attachStreams, proxySignals } from "./attach-stream";
import { takeTerminal } from "./terminal";

interface Inspected {
  Id: string;
  State: { Running: boolean; Paused: boolean; Restarting: boolean };
  Config: { Tty: boolean; OpenStdin: boolean };
  HostConfig: { AutoRemove: boolean };
}

const inspect = (ctx: Context, name: string) => ctx.client.get<Inspected>(`/containers/${segment(name)}/json`);

async function exitCode(response: Promise<Response>): Promise<number> {
  const answer = (await (await response).json()) as { StatusCode: number; Error?: { Message: string } | null };
  if (answer.Error?.Message) throw new CliError(answer.Error.Message);
  return answer.StatusCode;
}

/** Copies until the end; `begin` is what has to happen once the streams are connected. */
async function follow(
  ctx: Context,
  found: Inspected,
  stdin: boolean,
  begin: () => Promise<{ waiting: Promise<Response> }>,
): Promise<number> {
  const tty = found.Config.Tty;
  const attached = await attachStreams(ctx, {
    id: found.Id,
    stdin: stdin && found.Config.OpenStdin,
    stdout: true,
    stderr: true,
    tty,
    keys: ctx.flags.string("detach-keys"),
  });
  const { waiting } = await begin();
  const releaseTerminal = tty
    ? takeTerminal(ctx.sys, (h, w) => ctx.client.post(`/containers/${found.Id}/resize`, { query: { h, w } }))
    : () => {};
  const releaseSignals = !tty && ctx.flags.bool("sig-proxy") ? proxySignals(ctx, found.Id) : () => {};
  try {
    return (await attached.done) ? 0 : await exitCode(waiting);
  } finally {
    releaseTerminal();
    releaseSignals();
  }
}

export const attach: Command = {
  ...containerAttach,
  completes: ["container"],
  run: async (ctx) => {
    const name = ctx.args[0] ?? "";
    const found = await inspect(ctx, name);
    if (!found.State.Running) throw new CliError("You cannot attach to a stopped container, start it first");
    if (found.State.Paused) throw new CliError("You cannot attach to a paused container, unpause it first");
    if (found.State.Restarting)
      throw new CliError("You cannot attach to a restarting container, wait until it is running");
    const waiting = ctx.client.request("POST", `/containers/${found.Id}/wait`);
    waiting.catch(() => {});
    return await follow(ctx, found, !ctx.flags.bool("no-stdin"), async () => ({ waiting }));
  },
};

export const start: Command = {
  ...containerStart,
  completes: ["container"],
  run: async (ctx) => {
    const { flags, args, client } = ctx;
    if (flags.bool("attach") || flags.bool("interactive")) return await startAttached(ctx);
    const failures: string[] = [];
    for (const name of args) {
      try {
        await client.post(`/containers/${segment(name)}/start`);
        await ctx.out(`${name}\n`);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        await ctx.err(`${error.message}\n`);
        failures.push(name);
      }
    }
    if (failures.length > 0) throw new CliError(`Error: failed to start containers: ${failures.join(", ")}`);
    return 0;
  },
};

async function startAttached(ctx: Context): Promise<number> {
  if (ctx.args.length > 1) throw new CliError("you cannot start and attach multiple containers at once");
  const found = await inspect(ctx, ctx.args[0] ?? "");
  return await follow(ctx, found, ctx.flags.bool("interactive"), async () => {
    const waiting = ctx.client.request("POST", `/containers/${found.Id}/wait`, {
      query: { condition: found.HostConfig.AutoRemove ? "removed" : "next-exit" },
    });
    waiting.catch(() => {});
    await ctx.client.post(`/containers/${found.Id}/start`);
    // Boxed: a bare promise would be awaited here, before the container's end.
    return { waiting };
  });
}
