/** `docker rmi`, `docker image rm` and `docker image prune`. */
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError, isNotFound } from "../../errors";
import { imagePrune, imageRm, rmi as rmiSpec } from "../../options/image";
import { agreed, type Pruned, printPruned, pruneFilters, SURE } from "../prune";

interface Removed {
  Untagged?: string;
  Deleted?: string;
}

async function remove(ctx: Context): Promise<void> {
  const force = ctx.flags.bool("force");
  const failures: string[] = [];
  let fatal = false;
  for (const name of ctx.args) {
    try {
      const query = { force, noprune: ctx.flags.bool("no-prune") };
      const removed = await ctx.client.delete<Removed[]>(`/images/${segment(name)}`, query);
      for (const item of removed) {
        await ctx.out(item.Deleted ? `Deleted: ${item.Deleted}\n` : `Untagged: ${item.Untagged}\n`);
      }
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (!isNotFound(error)) fatal = true;
      failures.push(error.message);
    }
  }
  if (failures.length === 0) return;
  if (fatal || !force) throw new CliError(failures.join("\n"));
  await ctx.err(`${failures.join("\n")}\n`);
}

export const rm: Command = { ...imageRm, completes: ["image"], run: remove };
export const rmi: Command = { ...rmiSpec, completes: ["image"], run: remove };

/** Removes unused images: the dangling ones, or all. */
export async function pruneImages(ctx: Context, all: boolean): Promise<Pruned> {
  const answer = await ctx.client.post<{ ImagesDeleted?: Removed[] | null; SpaceReclaimed?: number }>("/images/prune", {
    query: { filters: pruneFilters(ctx, [`dangling=${!all}`]) },
  });
  const lines = (answer.ImagesDeleted ?? []).map((item) =>
    item.Untagged ? `untagged: ${item.Untagged}` : `deleted: ${item.Deleted}`,
  );
  return { lines, space: answer.SpaceReclaimed ?? 0 };
}

export const prune: Command = {
  ...imagePrune,
  run: async (ctx) => {
    const all = ctx.flags.bool("all");
    const what = all ? "all images without at least one container associated to them." : "all dangling images.";
    if (!(await agreed(ctx, `This will remove ${what}${SURE}`))) return;
    await printPruned(ctx, "Deleted Images:", await pruneImages(ctx, all));
  },
};
