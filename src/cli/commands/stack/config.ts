/** `docker stack config`: the files as they are understood. */
import type { Command } from "../../command";
import { load, readSources } from "../../compose/load";
import { printConfig } from "../../compose/output";
import { stackConfig } from "../../options/stack";
import { logWarnings } from "../../warnings";

export const config: Command = {
  ...stackConfig,
  run: async (ctx) => {
    const sources = await readSources(ctx.sys, ctx.flags.list("compose-file"));
    const warnings: string[] = [];
    try {
      const skipInterpolation = ctx.flags.bool("skip-interpolation");
      const loaded = load(ctx.sys, sources, { skipInterpolation, warn: (message) => warnings.push(message) });
      await logWarnings(ctx, warnings.splice(0));
      await ctx.out(printConfig(loaded));
    } finally {
      await logWarnings(ctx, warnings);
    }
  },
};
