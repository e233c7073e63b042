/** `docker network rm`: failures are printed one by one and end with `exit status 1`. */
import { segment } from "../../client";
import type { Command } from "../../command";
import { CliError, isNotFound } from "../../errors";
import { networkRm } from "../../options/network";
import { confirm } from "../../prompt";

const INGRESS_WARNING =
  "WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker engine version. Otherwise, removal may not be effective and functionality of newly create ingress networks will be impaired.\nAre you sure you want to continue?";

export const rm: Command = {
  ...networkRm,
  completes: ["network"],
  run: async (ctx) => {
    const force = ctx.flags.bool("force");
    let failed = false;
    for (const name of ctx.args) {
      const path = `/networks/${segment(name)}`;
      try {
        const found = await ctx.client.get<{ Ingress?: boolean }>(path).catch(() => undefined);
        if (found?.Ingress && !(await confirm(ctx, INGRESS_WARNING))) continue;
        await ctx.client.delete(path);
        await ctx.out(`${name}\n`);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        if (force && isNotFound(error)) continue;
        await ctx.err(`${error.message}\n`);
        failed = true;
      }
    }
    if (failed) throw new CliError("exit status 1");
  },
};
