/** `docker container prune`. */
import type { Command, Context } from "../../command";
import { containerPrune } from "../../options/container";
import { agreed, type Pruned, printPruned, pruneFilters, SURE } from "../prune";

/** Removes stopped containers. */
export async function pruneContainers(ctx: Context): Promise<Pruned> {
  const answer = await ctx.client.post<{ ContainersDeleted?: string[] | null; SpaceReclaimed?: number }>(
    "/containers/prune",
    { query: { filters: pruneFilters(ctx) } },
  );
  return { lines: answer.ContainersDeleted ?? [], space: answer.SpaceReclaimed ?? 0 };
}

export const prune: Command = {
  ...containerPrune,
  run: async (ctx) => {
    if (!(await agreed(ctx, `This will remove all stopped containers.${SURE}`))) return;
    await printPruned(ctx, "Deleted Containers:", await pruneContainers(ctx));
  },
};
