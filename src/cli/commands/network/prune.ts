/** `docker network prune`. */
import type { Command, Context } from "../../command";
import { networkPrune } from "../../options/network";
import { agreed, pruneFilters, SURE } from "../prune";

/** Removes unused networks; returns their names. */
export async function pruneNetworks(ctx: Context): Promise<string[]> {
  const answer = await ctx.client.post<{ NetworksDeleted?: string[] | null }>("/networks/prune", {
    query: { filters: pruneFilters(ctx) },
  });
  return answer.NetworksDeleted ?? [];
}

export const prune: Command = {
  ...networkPrune,
  run: async (ctx) => {
    const warning = `This will remove all custom networks not used by at least one container.${SURE}`;
    if (!(await agreed(ctx, warning))) return;
    const names = await pruneNetworks(ctx);
    if (names.length > 0) await ctx.out(`Deleted Networks:\n${names.join("\n")}\n\n`);
  },
};
