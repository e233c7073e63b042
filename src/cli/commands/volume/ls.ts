/** `docker volume ls`. */
import type { Command } from "../../command";
import { filtersQuery } from "../../filters";
import type { ListFormat } from "../../format/list";
import { renderList } from "../../format/list";
import { joinLabels, naturalCompare } from "../../format/text";
import { humanSize } from "../../format/units";
import { volumeLs } from "../../options/volume";

export interface Volume {
  Name: string;
  Driver: string;
  Scope: string;
  Mountpoint: string;
  Labels?: Record<string, string> | null;
  ClusterVolume?: object | null;
  UsageData?: { Size: number; RefCount: number } | null;
}

export const volumeFormat: ListFormat<Volume> = {
  goType: "*formatter.volumeContext",
  headers: {
    Name: "VOLUME NAME",
    Driver: "DRIVER",
    Scope: "SCOPE",
    Mountpoint: "MOUNTPOINT",
    Labels: "LABELS",
    Label: "",
    Links: "LINKS",
    Size: "SIZE",
    Group: "GROUP",
    Availability: "AVAILABILITY",
    Status: "STATUS",
  },
  table: "table {{.Driver}}\\t{{.Name}}",
  quiet: "{{.Name}}",
  raw: "name: {{.Name}}\\ndriver: {{.Driver}}\\n",
  fields: (row) => ({
    Name: () => row.Name,
    Driver: () => row.Driver,
    Scope: () => row.Scope,
    Mountpoint: () => row.Mountpoint,
    Labels: () => joinLabels(row.Labels),
    Label: (key = "") => row.Labels?.[key] ?? "",
    Links: () => (row.UsageData ? String(row.UsageData.RefCount) : "N/A"),
    Size: () => (row.UsageData ? humanSize(row.UsageData.Size) : "N/A"),
    Group: () => "N/A",
    Availability: () => "N/A",
    Status: () => "N/A",
  }),
};

export const ls: Command = {
  ...volumeLs,
  run: async (ctx) => {
    const filters = filtersQuery(ctx.flags.list("filter"));
    const answer = await ctx.client.get<{ Volumes?: Volume[] | null }>("/volumes", { filters });
    const cluster = ctx.flags.bool("cluster");
    const rows = (answer.Volumes ?? [])
      .filter((row) => !cluster || row.ClusterVolume)
      .sort((a, b) => naturalCompare(a.Name, b.Name));
    const quiet = ctx.flags.bool("quiet");
    const format = ctx.flags.string("format") || (quiet ? "" : ctx.config.format("volumesFormat"));
    const table = "table {{.Name}}\\t{{.Group}}\\t{{.Driver}}\\t{{.Availability}}\\t{{.Status}}";
    await ctx.out(renderList(cluster ? { ...volumeFormat, table } : volumeFormat, rows, { format, quiet }));
  },
};
