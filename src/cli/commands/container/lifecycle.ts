/** Commands that change the state of containers, one request per container: stop, restart, kill, pause, rm and so on. */
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError, isNotFound } from "../../errors";
import {
  containerKill,
  containerPause,
  containerRename,
  containerRestart,
  containerRm,
  containerStop,
  containerUnpause,
  containerWait,
} from "../../options/container";
import { flag, hidden } from "../../spec";
import { forEachArg } from "../each";

const oldTimeout = hidden(flag("--time", "int", "Seconds to wait before killing the container"), {
  deprecated: "use --timeout instead",
  storesAs: "timeout",
});

const post = (ctx: Context, name: string, verb: string, query = {}) =>
  ctx.client.post(`/containers/${segment(name)}/${verb}`, { query });

/** Every request is under way at once; results are printed in the order of the arguments. */
async function together(ctx: Context, act: (name: string) => Promise<unknown>): Promise<number> {
  const results = ctx.args.map((name) =>
    act(name).then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
  let index = 0;
  return await forEachArg(ctx, async () => {
    const error = await results[index++];
    if (error !== undefined) throw error;
  });
}

function stopQuery(ctx: Context) {
  const { flags } = ctx;
  return {
    t: flags.changed("timeout") ? flags.int("timeout") : undefined,
    signal: flags.string("signal") || undefined,
  };
}

export const stop: Command = {
  ...containerStop,
  flags: [...containerStop.flags, oldTimeout],
  completes: ["container"],
  run: (ctx) => together(ctx, (name) => post(ctx, name, "stop", stopQuery(ctx))),
};

export const restart: Command = {
  ...containerRestart,
  flags: [...containerRestart.flags, oldTimeout],
  completes: ["container"],
  run: (ctx) =>
    forEachArg(ctx, async (name) => {
      await post(ctx, name, "restart", stopQuery(ctx));
    }),
};

export const kill: Command = {
  ...containerKill,
  completes: ["container"],
  run: (ctx) => together(ctx, (name) => post(ctx, name, "kill", { signal: ctx.flags.string("signal") || undefined })),
};

export const pause: Command = {
  ...containerPause,
  completes: ["container"],
  run: (ctx) => together(ctx, (name) => post(ctx, name, "pause")),
};

export const unpause: Command = {
  ...containerUnpause,
  completes: ["container"],
  run: (ctx) => together(ctx, (name) => post(ctx, name, "unpause")),
};

export const rename: Command = {
  ...containerRename,
  completes: ["container"],
  run: async (ctx) => {
    const [from = "", to = ""] = ctx.args.map((name) => name.trim());
    if (from === "" || to === "") throw new CliError("Error: Neither old nor new names may be empty");
    try {
      await post(ctx, from, "rename", { name: to });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw new CliError(`${error.message}\nError: failed to rename container named ${from}`);
    }
  },
};

export const rm: Command = {
  ...containerRm,
  aliases: [...(containerRm.aliases ?? [])],
  completes: ["container"],
  run: async (ctx) => {
    const { flags } = ctx;
    const force = flags.bool("force");
    const query = { force, v: flags.bool("volumes"), link: flags.bool("link") };
    const failures: string[] = [];
    for (const name of ctx.args) {
      const trimmed = name.replace(/^\/+|\/+$/g, "");
      try {
        if (trimmed === "") throw new CliError("Container name cannot be empty");
        await ctx.client.delete(`/containers/${segment(trimmed)}`, query);
        await ctx.out(`${name}\n`);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        if (force && isNotFound(error)) await ctx.err(`${error.message}\n`);
        else failures.push(error.message);
      }
    }
    if (failures.length > 0) throw new CliError(failures.join("\n"));
  },
};

export const wait: Command = {
  ...containerWait,
  completes: ["container"],
  run: (ctx) =>
    forEachArg(ctx, async (name) => {
      const answer = await ctx.client.post<{ StatusCode: number }>(`/containers/${segment(name)}/wait`);
      return String(answer.StatusCode);
    }),
};
