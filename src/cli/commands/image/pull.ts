/** `docker pull` and `docker push`. */
import { registryAuth } from "../../auth";
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { imagePull, imagePush } from "../../options/image";
import { fullName, parseReference, type Reference, withDefaultTag } from "../../parse/reference";
import { type ProgressOptions, showMessages, toStdout } from "../../progress";

const silent: ProgressOptions = { write: async () => {} };

/** Asks the daemon to pull and shows its progress. */
export async function pullImage(ctx: Context, ref: Reference, show: ProgressOptions, platform = ""): Promise<void> {
  const response = await ctx.client.request("POST", "/images/create", {
    query: {
      fromImage: fullName(ref),
      tag: ref.digest ?? ref.tag,
      platform: platform || undefined,
    },
    headers: registryAuth(ctx, ref),
  });
  await showMessages(response.body, show);
}

export const pull: Command = {
  ...imagePull,
  run: async (ctx) => {
    const { flags } = ctx;
    const typed = parseReference(ctx.args[0] ?? "");
    const all = flags.bool("all-tags");
    const quiet = flags.bool("quiet");
    if (all && (typed.tag || typed.digest)) throw new CliError("tag can't be used with --all-tags/-a");
    const ref = all ? typed : withDefaultTag(typed);
    if (!all && !typed.tag && !typed.digest && !quiet) await ctx.out(`Using default tag: ${ref.tag}\n`);
    await pullImage(ctx, ref, quiet ? silent : toStdout(ctx), flags.string("platform"));
    await ctx.out(`${referenceName(ref)}\n`);
  },
};

function referenceName(ref: Reference): string {
  return `${fullName(ref)}${ref.tag ? `:${ref.tag}` : ""}${ref.digest ? `@${ref.digest}` : ""}`;
}

export const push: Command = {
  ...imagePush,
  completes: ["image"],
  run: async (ctx) => {
    const { flags } = ctx;
    const typed = parseReference(ctx.args[0] ?? "");
    const all = flags.bool("all-tags");
    const quiet = flags.bool("quiet");
    if (all && (typed.tag || typed.digest)) throw new CliError("tag can't be used with --all-tags/-a");
    const ref = all ? typed : withDefaultTag(typed);
    if (!all && !typed.tag && !typed.digest && !quiet) await ctx.out(`Using default tag: ${ref.tag}\n`);
    const response = await ctx.client.request("POST", `/images/${segment(fullName(ref))}/push`, {
      query: { tag: all ? undefined : (ref.tag ?? "") },
      headers: registryAuth(ctx, ref),
    });
    await showMessages(response.body, quiet ? silent : toStdout(ctx));
    if (quiet) await ctx.out(`${all ? fullName(ref) : referenceName(ref)}\n`);
  },
};

/** Pulls what `run` and `create` did not find, on stderr. */
export async function pullMissing(ctx: Context, ref: Reference, quiet: boolean, platform: string): Promise<void> {
  const columns = ctx.sys.tty?.columns;
  const show = quiet ? silent : { write: ctx.err, ...(columns === undefined ? {} : { columns }) };
  await pullImage(ctx, withDefaultTag(ref), show, platform);
}
