/** What the prune commands share: the question, the request, the list of what went and the space it freed. */
import type { Context } from "../command";
import { filtersQuery } from "../filters";
import { humanSize } from "../format/units";
import { confirm } from "../prompt";

export interface Pruned {
  readonly lines: string[];
  readonly space: number;
}

export const SURE = "\nAre you sure you want to continue?";

/** Asks unless `--force` was given; `--filter` values and `extra` go into the query. */
export async function agreed(ctx: Context, warning: string): Promise<boolean> {
  return ctx.flags.bool("force") || (await confirm(ctx, `WARNING! ${warning}`));
}

export function pruneFilters(ctx: Context, extra: readonly string[] = []): string | undefined {
  return filtersQuery([...ctx.flags.list("filter"), ...extra]);
}

/** Prints the pieces and, where there is one, the total. */
export async function printPruned(ctx: Context, title: string, pruned: Pruned): Promise<void> {
  if (pruned.lines.length > 0) await ctx.out(`${title}\n${pruned.lines.join("\n")}\n\n`);
  await ctx.out(reclaimed(pruned.space));
}

export function reclaimed(space: number): string {
  return `Total reclaimed space: ${humanSize(space)}\n`;
}
