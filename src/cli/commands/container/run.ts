/** `docker run`: create, attach, wait, start, and the container's exit code as our own. */
import type { Command, Context } from "../../command";
import { CliError, messageOf } from "../../errors";
import { containerRun } from "../../options/container";
import { attachStreams, proxySignals } from "./attach-stream";
import { attachFlags } from "./config";
import { checkedBody, createContainer } from "./create";
import { CREATE_CHECKS } from "./flag-checks";
import { takeTerminal } from "./terminal";

export const run: Command = {
  ...containerRun,
  checks: CREATE_CHECKS,
  completes: ["image"],
  run: async (ctx) => {
    const { flags } = ctx;
    if (flags.bool("detach") && flags.list("attach").length > 0) {
      throw new CliError("conflicting options: cannot specify both --attach and --detach");
    }
    if (!flags.bool("detach") && flags.bool("tty") && flags.bool("interactive") && !ctx.sys.tty) {
      throw new CliError("the input device is not a TTY");
    }
    const body = checkedBody(ctx);
    let id: string;
    try {
      id = (await createContainer(ctx, body)).Id;
    } catch (error) {
      throw failed(ctx, error, 125);
    }
    return flags.bool("detach") ? await runDetached(ctx, id) : await runAttached(ctx, id);
  },
};

function condition(ctx: Context): string {
  return ctx.flags.bool("rm") ? "removed" : "next-exit";
}

async function runDetached(ctx: Context, id: string): Promise<number> {
  const stop = new AbortController();
  // The real command line opens this wait before the start and drops it.
  const waiting = ctx.client
    .request("POST", `/containers/${id}/wait`, { query: { condition: condition(ctx) }, signal: stop.signal })
    .catch(() => undefined);
  let problem: unknown;
  try {
    await ctx.client.post(`/containers/${id}/start`);
  } catch (error) {
    problem = error;
  }
  stop.abort();
  await waiting;
  await ctx.out(`${id}\n`);
  if (problem !== undefined) throw failed(ctx, problem, startCode(problem));
  return 0;
}

async function runAttached(ctx: Context, id: string): Promise<number> {
  const { flags, sys } = ctx;
  const tty = flags.bool("tty");
  const attached = await attachStreams(ctx, { id, ...attachFlags(ctx), tty, keys: flags.string("detach-keys") });
  const exit = ctx.client
    .request("POST", `/containers/${id}/wait`, { query: { condition: condition(ctx) } })
    .then(async (response) => (await response.json()) as { StatusCode: number; Error?: { Message: string } | null });
  exit.catch(() => {});
  try {
    await ctx.client.post(`/containers/${id}/start`);
  } catch (error) {
    throw failed(ctx, error, startCode(error));
  }
  const releaseTerminal = tty
    ? takeTerminal(sys, (h, w) => ctx.client.post(`/containers/${id}/resize`, { query: { h, w } }))
    : () => {};
  const releaseSignals = !tty && flags.bool("sig-proxy") ? proxySignals(ctx, id) : () => {};
  try {
    if (await attached.done) return 0;
    const answer = await exit;
    if (answer.Error?.Message) throw new CliError(`Error waiting for container: ${answer.Error.Message}`, 125);
    return answer.StatusCode;
  } finally {
    releaseTerminal();
    releaseSignals();
  }
}

/** 127 and 126 as a shell has them, for a program that cannot be found or started. */
function startCode(error: unknown): number {
  const text = messageOf(error);
  if (/executable file not found|no such file or directory|system cannot find the file/.test(text)) return 127;
  if (/permission denied|is a directory/.test(text)) return 126;
  return 125;
}

function failed(ctx: Context, error: unknown, code: number): Error {
  if (error instanceof Error && !(error instanceof CliError)) return error;
  return new CliError(`docker: ${messageOf(error)}\n\nRun '${ctx.path} --help' for more information`, code);
}
