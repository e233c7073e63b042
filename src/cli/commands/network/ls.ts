/** `docker network ls`. */
import type { Command } from "../../command";
import { filtersQuery } from "../../filters";
import type { ListFormat } from "../../format/list";
import { renderList } from "../../format/list";
import { goTime, joinLabels, naturalCompare, shortId } from "../../format/text";
import { networkLs } from "../../options/network";

export interface NetworkSummary {
  Id: string;
  Name: string;
  Driver: string;
  Scope: string;
  Created: string;
  EnableIPv4?: boolean;
  EnableIPv6?: boolean;
  Internal?: boolean;
  Labels?: Record<string, string> | null;
}

const networkFormat = (noTrunc: boolean): ListFormat<NetworkSummary> => ({
  goType: "*network.networkContext",
  headers: {
    ID: "NETWORK ID",
    Name: "NAME",
    Driver: "DRIVER",
    Scope: "SCOPE",
    IPv4: "IPV4",
    IPv6: "IPV6",
    Internal: "INTERNAL",
    Labels: "LABELS",
    CreatedAt: "CREATED AT",
    Label: "",
  },
  table: "table {{.ID}}\\t{{.Name}}\\t{{.Driver}}\\t{{.Scope}}",
  quiet: "{{.ID}}",
  raw: "network_id: {{.ID}}\\nname: {{.Name}}\\ndriver: {{.Driver}}\\nscope: {{.Scope}}\\n",
  fields: (row) => ({
    ID: () => (noTrunc ? row.Id : shortId(row.Id)),
    Name: () => row.Name,
    Driver: () => row.Driver,
    Scope: () => row.Scope,
    IPv4: () => String(row.EnableIPv4 ?? false),
    IPv6: () => String(row.EnableIPv6 ?? false),
    Internal: () => String(row.Internal ?? false),
    Labels: () => joinLabels(row.Labels),
    Label: (key = "") => row.Labels?.[key] ?? "",
    CreatedAt: () => goTime(row.Created),
  }),
});

export const ls: Command = {
  ...networkLs,
  run: async (ctx) => {
    const filters = filtersQuery(ctx.flags.list("filter"));
    const rows = (await ctx.client.get<NetworkSummary[] | null>("/networks", { filters })) ?? [];
    rows.sort((a, b) => naturalCompare(a.Name, b.Name));
    const format = ctx.flags.string("format") || (ctx.flags.bool("quiet") ? "" : ctx.config.format("networksFormat"));
    await ctx.out(
      renderList(networkFormat(ctx.flags.bool("no-trunc")), rows, { format, quiet: ctx.flags.bool("quiet") }),
    );
  },
};
