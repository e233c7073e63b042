/** `docker ps` and `docker container ls`. */
import type { Command, Context } from "../../command";
import { filtersQuery } from "../../filters";
import { renderList } from "../../format/list";
import { containerLs, ps as psSpec } from "../../options/container";
import { type ContainerSummary, containerFormat } from "./formatter";

async function list(ctx: Context): Promise<void> {
  const { flags } = ctx;
  const quiet = flags.bool("quiet");
  const format = flags.string("format") || (quiet ? "" : ctx.config.format("psFormat"));
  const limit = flags.bool("latest") ? 1 : flags.int("last");
  const wantsSize = /\.Size|\{\{\s*json \.\s*\}\}/.test(format) && format !== "table";
  const rows = await ctx.client.get<ContainerSummary[]>("/containers/json", {
    all: flags.bool("all"),
    size: flags.bool("size") || wantsSize,
    limit: limit > 0 ? limit : undefined,
    filters: filtersQuery(flags.list("filter")),
  });
  const shape = containerFormat(ctx.sys.clock.now(), flags.bool("no-trunc"), flags.bool("size"));
  await ctx.out(renderList(shape, rows, { format, quiet }));
}

export const ls: Command = { ...containerLs, run: list };
export const ps: Command = { ...psSpec, run: list };
