/** `docker system df`. */
import type { Command, Context } from "../../command";
import { CliError, messageOf } from "../../errors";
import { goJson } from "../../format/go-value";
import { renderList, rowOf } from "../../format/list";
import { table } from "../../format/table";
import { compileTemplate } from "../../format/template";
import { ellipsis, goQuote, shortId } from "../../format/text";
import { humanDuration, humanSize } from "../../format/units";
import { systemDf } from "../../options/system";
import { type ContainerSummary, containerFormat } from "../container/formatter";
import { type ImageSummary, imageFormat, imageRows } from "../image/ls";
import { type Volume, volumeFormat } from "../volume/ls";

interface Usage {
  LayersSize: number;
  Images?: ImageSummary[] | null;
  Containers?: ContainerSummary[] | null;
  Volumes?: Volume[] | null;
  BuildCache?: CacheRecord[] | null;
}

interface CacheRecord {
  ID: string;
  Type: string;
  Size: number;
  InUse: boolean;
  Shared: boolean;
  CreatedAt: string;
  LastUsedAt?: string | null;
  UsageCount: number;
}

interface Row {
  type: string;
  total: number;
  active: number;
  size: number;
  reclaimable: number;
  percent: boolean;
}

export const df: Command = {
  ...systemDf,
  run: async (ctx) => {
    const format = ctx.flags.string("format");
    const verbose = ctx.flags.bool("verbose");
    const template = verbose && format !== "" && format !== "json" ? compile(format) : undefined;
    const usage = await ctx.client.get<Usage>("/system/df");
    if (template) return await ctx.out(template(verboseRows(ctx, usage)));
    if (verbose && format === "json") return await ctx.out(verboseJson(verboseRows(ctx, usage)));
    if (verbose) return await ctx.out(verboseText(ctx, usage));
    await ctx.out(renderList(FORMAT, rows(usage), { format }));
  },
};

const FORMAT = {
  goType: "*formatter.diskUsageImagesContext",
  headers: { Type: "TYPE", TotalCount: "TOTAL", Active: "ACTIVE", Size: "SIZE", Reclaimable: "RECLAIMABLE" },
  table: "table {{.Type}}\\t{{.TotalCount}}\\t{{.Active}}\\t{{.Size}}\\t{{.Reclaimable}}",
  fields: (row: Row) => ({
    Type: () => row.type,
    TotalCount: () => String(row.total),
    Active: () => String(row.active),
    Size: () => humanSize(row.size),
    Reclaimable: () => {
      const text = humanSize(row.reclaimable);
      return row.percent && row.size > 0 ? `${text} (${Math.trunc((row.reclaimable * 100) / row.size)}%)` : text;
    },
  }),
};

function rows(usage: Usage): Row[] {
  const images = usage.Images ?? [];
  const containers = usage.Containers ?? [];
  const volumes = usage.Volumes ?? [];
  const cache = usage.BuildCache ?? [];
  const used = images.filter((image) => (image.Containers ?? 0) > 0);
  const sum = (values: number[]) => values.reduce((total, value) => total + Math.max(0, value), 0);
  const usedSize = sum(
    used.filter((i) => i.Size >= 0 && (i.SharedSize ?? -1) >= 0).map((i) => i.Size - (i.SharedSize ?? 0)),
  );
  const idle = containers.filter((c) => !/^(running|paused|restarting)$/.test(c.State));
  const refs = (volume: Volume) => volume.UsageData?.RefCount ?? 0;
  const volumeSize = (list: Volume[]) => sum(list.map((volume) => volume.UsageData?.Size ?? 0));
  return [
    {
      type: "Images",
      total: images.length,
      active: used.length,
      size: usage.LayersSize,
      reclaimable: usage.LayersSize - usedSize,
      percent: true,
    },
    {
      type: "Containers",
      total: containers.length,
      active: containers.length - idle.length,
      size: sum(containers.map((c) => c.SizeRw ?? 0)),
      reclaimable: sum(idle.map((c) => c.SizeRw ?? 0)),
      percent: true,
    },
    {
      type: "Local Volumes",
      total: volumes.length,
      active: volumes.filter((volume) => refs(volume) > 0).length,
      size: volumeSize(volumes),
      reclaimable: volumeSize(volumes.filter((volume) => refs(volume) === 0)),
      percent: true,
    },
    {
      type: "Build Cache",
      total: cache.length,
      active: cache.filter((record) => record.InUse).length,
      size: sum(cache.filter((record) => !record.Shared).map((record) => record.Size)),
      reclaimable: sum(cache.filter((record) => !record.InUse && !record.Shared).map((record) => record.Size)),
      percent: false,
    },
  ];
}

function compile(format: string): (data: unknown) => string {
  try {
    return compileTemplate(format);
  } catch (error) {
    throw new CliError(`template parsing error: ${messageOf(error)}`, 64);
  }
}

/** One object, without a line's end; a row as its own JSON. */
function verboseJson(kinds: Record<string, unknown[]>): string {
  const lists = Object.entries(kinds).map(
    ([kind, list]) => `${JSON.stringify(kind)}:[${list.map((each) => goJson(each, true)).join(",")}]`,
  );
  return `{${lists.join(",")}}`;
}

/** What a template of `-v --format` sees: the objects of each kind, with the placeholders of their lists. */
function verboseRows(ctx: Context, usage: Usage): Record<string, unknown[]> {
  const now = ctx.sys.clock.now();
  const images = imageFormat(now, true, false);
  const containers = containerFormat(now, true, true);
  return {
    Images: imageRows(usage.Images ?? [], false).map((row) => rowOf(images, row)),
    Containers: (usage.Containers ?? []).map((row) => rowOf(containers, row)),
    Volumes: (usage.Volumes ?? []).map((row) => rowOf(volumeFormat, row)),
    BuildCache: usage.BuildCache ?? [],
  };
}

function verboseText(ctx: Context, usage: Usage): string {
  const now = ctx.sys.clock.now();
  const ago = (seconds: number) => `${humanDuration(now - seconds * 1000)} ago`;
  const size = (bytes: number | undefined) => (bytes === undefined || bytes < 0 ? "N/A" : humanSize(bytes, 3));
  const images = imageRows(usage.Images ?? [], false).map(({ image, repository, tag }) => [
    repository,
    tag,
    shortId(image.Id),
    ago(image.Created),
    size(image.Size),
    size(image.SharedSize),
    size(image.Size - (image.SharedSize ?? 0)),
    String(image.Containers ?? 0),
  ]);
  const containers = (usage.Containers ?? []).map((c) => [
    shortId(c.Id),
    c.Image,
    goQuote(ellipsis(c.Command, 20)),
    String((c.Mounts ?? []).filter((mount) => mount.Driver === "local").length),
    size(c.SizeRw ?? 0),
    ago(c.Created),
    c.Status,
    (c.Names[0] ?? "").slice(1),
  ]);
  const volumes = (usage.Volumes ?? []).map((v) => [
    v.Name,
    String(v.UsageData?.RefCount ?? 0),
    humanSize(v.UsageData?.Size ?? 0),
  ]);
  const cache = (usage.BuildCache ?? []).map((record) => [
    shortId(record.ID),
    record.Type,
    size(record.Size),
    ago(Date.parse(record.CreatedAt) / 1000),
    record.LastUsedAt ? ago(Date.parse(record.LastUsedAt) / 1000) : "",
    String(record.UsageCount),
    String(record.Shared),
  ]);
  const cacheSize = rows(usage)[3]?.size ?? 0;
  return [
    `Images space usage:\n\n${table([["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE", "SHARED SIZE", "UNIQUE SIZE", "CONTAINERS"], ...images])}`,
    `Containers space usage:\n\n${table([["CONTAINER ID", "IMAGE", "COMMAND", "LOCAL VOLUMES", "SIZE", "CREATED", "STATUS", "NAMES"], ...containers])}`,
    `Local Volumes space usage:\n\n${table([["VOLUME NAME", "LINKS", "SIZE"], ...volumes])}`,
    `Build cache usage: ${humanSize(cacheSize)}\n\n${table([["CACHE ID", "CACHE TYPE", "SIZE", "CREATED", "LAST USED", "USAGE", "SHARED"], ...cache])}`,
  ].join("\n");
}
