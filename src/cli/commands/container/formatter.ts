/** How containers are listed: placeholders of `docker ps`. */
import type { ListFormat } from "../../format/list";
import { ellipsis, goQuote, goTime, joinLabels, shortId } from "../../format/text";
import { humanDuration, humanSize } from "../../format/units";
import { displayPorts, type PortEntry } from "./display-ports";

export interface ContainerSummary {
  Id: string;
  Names: string[];
  Image: string;
  ImageID: string;
  Command: string;
  Created: number;
  State: string;
  Status: string;
  Ports?: PortEntry[] | null;
  Labels?: Record<string, string> | null;
  SizeRw?: number;
  SizeRootFs?: number;
  Mounts?: { Name?: string; Source: string; Type?: string; Driver?: string }[] | null;
  NetworkSettings?: { Networks?: Record<string, unknown> | null } | null;
  ImageManifestDescriptor?: { platform?: unknown } | null;
}

const HEADERS = {
  ID: "CONTAINER ID",
  Names: "NAMES",
  Image: "IMAGE",
  Command: "COMMAND",
  CreatedAt: "CREATED AT",
  RunningFor: "CREATED",
  Ports: "PORTS",
  State: "STATE",
  Status: "STATUS",
  Size: "SIZE",
  Labels: "LABELS",
  Label: "",
  Mounts: "MOUNTS",
  LocalVolumes: "LOCAL VOLUMES",
  Networks: "NETWORKS",
  Platform: "PLATFORM",
};

/** `now` in milliseconds decides the ages. */
export function containerFormat(now: number, noTrunc: boolean, size: boolean): ListFormat<ContainerSummary> {
  const columns = "table {{.ID}}\\t{{.Image}}\\t{{.Command}}\\t{{.RunningFor}}\\t{{.Status}}\\t{{.Ports}}\\t{{.Names}}";
  return {
    goType: "*formatter.ContainerContext",
    errors: { parse: "failed to parse template", execute: "failed to execute template" },
    headers: HEADERS,
    table: columns + (size ? "\\t{{.Size}}" : ""),
    quiet: "{{.ID}}",
    raw: `container_id: {{.ID}}\\nimage: {{.Image}}\\ncommand: {{.Command}}\\ncreated_at: {{.CreatedAt}}\\nstate: {{- pad .State 1 0}}\\nstatus: {{- pad .Status 1 0}}\\nnames: {{.Names}}\\nlabels: {{- pad .Labels 1 0}}\\nports: {{- pad .Ports 1 0}}\\n${size ? "size: {{.Size}}\\n" : ""}`,
    fields: (row) => containerFields(row, now, noTrunc),
  };
}

function containerFields(row: ContainerSummary, now: number, noTrunc: boolean) {
  return {
    ID: () => (noTrunc ? row.Id : shortId(row.Id)),
    Names: () => names(row, noTrunc),
    Image: () => imageName(row, noTrunc),
    Command: () => goQuote(noTrunc ? row.Command : ellipsis(row.Command, 20)),
    CreatedAt: () => goTime(row.Created),
    RunningFor: () => `${humanDuration(now - row.Created * 1000)} ago`,
    Ports: () => displayPorts(row.Ports ?? []),
    State: () => row.State,
    Status: () => row.Status,
    Size: () => sizeOf(row),
    Labels: () => joinLabels(row.Labels),
    Label: (key = "") => row.Labels?.[key] ?? "",
    Mounts: () =>
      (row.Mounts ?? [])
        .map((m) => m.Name || m.Source)
        .map((m) => (noTrunc ? m : ellipsis(m, 15)))
        .join(","),
    LocalVolumes: () => String((row.Mounts ?? []).filter((mount) => mount.Driver === "local").length),
    Networks: () =>
      Object.keys(row.NetworkSettings?.Networks ?? {})
        .sort()
        .join(","),
    Platform: () => row.ImageManifestDescriptor?.platform ?? null,
  };
}

/** Link aliases (`/web/db`) show only without truncation. */
function names(row: ContainerSummary, noTrunc: boolean): string {
  const all = row.Names.map((name) => name.replace(/^\//, ""));
  return (noTrunc ? all : all.filter((name) => !name.includes("/"))).join(",");
}

function imageName(row: ContainerSummary, noTrunc: boolean): string {
  if (row.Image === "") return "<no image>";
  if (noTrunc) return row.Image;
  if (shortId(row.ImageID) === shortId(row.Image)) return shortId(row.Image);
  return row.Image.replace(/@.*$/, "");
}

function sizeOf(row: ContainerSummary): string {
  const own = humanSize(row.SizeRw ?? 0, 3);
  return row.SizeRootFs ? `${own} (virtual ${humanSize(row.SizeRootFs, 3)})` : own;
}
