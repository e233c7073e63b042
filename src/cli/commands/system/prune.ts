/** `docker system prune` and `docker builder prune`. */
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { builderPrune } from "../../options/builder";
import { systemPrune } from "../../options/system";
import { pruneContainers } from "../container/prune";
import { legacyNotice } from "../image/build";
import { pruneImages } from "../image/rm";
import { pruneNetworks } from "../network/prune";
import { agreed, type Pruned, printPruned, pruneFilters, reclaimed } from "../prune";
import { pruneVolumes } from "../volume";

async function pruneBuildCache(ctx: Context, all: boolean): Promise<Pruned> {
  const answer = await ctx.client.post<{ CachesDeleted?: string[] | null; SpaceReclaimed?: number }>("/build/prune", {
    query: { all, filters: pruneFilters(ctx) },
  });
  return { lines: answer.CachesDeleted ?? [], space: answer.SpaceReclaimed ?? 0 };
}

export const prune: Command = {
  ...systemPrune,
  run: async (ctx) => {
    const all = ctx.flags.bool("all");
    const volumes = ctx.flags.bool("volumes");
    if (volumes && ctx.flags.list("filter").some((filter) => filter.startsWith("until="))) {
      throw new CliError(`ERROR: The "until" filter is not supported with "--volumes"`);
    }
    if (!(await agreed(ctx, question(all, volumes)))) return;
    let space = 0;
    const section = async (title: string, pruned: Pruned) => {
      space += pruned.space;
      if (pruned.lines.length > 0) await ctx.out(`${title}\n${pruned.lines.join("\n")}\n\n`);
    };
    await section("Deleted Containers:", await pruneContainers(ctx));
    await section("Deleted Networks:", { lines: await pruneNetworks(ctx), space: 0 });
    if (volumes) await section("Deleted Volumes:", await pruneVolumes(ctx, false));
    await section("Deleted Images:", await pruneImages(ctx, all));
    await section("Deleted build cache objects:", await pruneBuildCache(ctx, all));
    await ctx.out(reclaimed(space));
  },
};

function question(all: boolean, volumes: boolean): string {
  return [
    "This will remove:",
    "  - all stopped containers",
    "  - all networks not used by at least one container",
    ...(volumes ? ["  - all anonymous volumes not used by at least one container"] : []),
    all ? "  - all images without at least one container associated to them" : "  - all dangling images",
    all ? "  - all build cache" : "  - unused build cache",
    "",
    "Are you sure you want to continue?",
  ].join("\n");
}

export const buildCachePrune: Command = {
  ...builderPrune,
  before: legacyNotice,
  run: async (ctx) => {
    const all = ctx.flags.bool("all");
    const what = all ? "all build cache." : "all dangling build cache.";
    if (!(await agreed(ctx, `This will remove ${what} Are you sure you want to continue?`))) return;
    await printPruned(ctx, "Deleted build cache objects:", await pruneBuildCache(ctx, all));
  },
};
