/** `docker network inspect`. */
import { segment } from "../../client";
import type { Command } from "../../command";
import { inspectAll } from "../../format/inspect";
import { networkInspect } from "../../options/network";

export const inspect: Command = {
  ...networkInspect,
  completes: ["network"],
  run: (ctx) => {
    const query = { verbose: ctx.flags.bool("verbose") ? "true" : undefined };
    return inspectAll(ctx, ctx.args, (name) => ctx.client.get(`/networks/${segment(name)}`, query));
  },
};
