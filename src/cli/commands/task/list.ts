/** Lists of tasks, as `service ps`, `stack ps` and `node ps` show them. */
import type { Task } from "../../api";
import type { Context } from "../../command";
import { type ListFormat, renderList } from "../../format/list";
import { ellipsis, naturalCompare } from "../../format/text";
import { humanDuration } from "../../format/units";
import { familiarString, parseReference } from "../../parse/reference";
import { Resolver } from "./resolver";

interface Row {
  readonly task: Task;
  readonly name: string;
  readonly node: string;
}

const HEADERS = {
  ID: "ID",
  Name: "NAME",
  Image: "IMAGE",
  Node: "NODE",
  DesiredState: "DESIRED STATE",
  CurrentState: "CURRENT STATE",
  Error: "ERROR",
  Ports: "PORTS",
};

function taskFormat(now: number, noTrunc: boolean): ListFormat<Row> {
  return {
    goType: "*task.taskContext",
    headers: HEADERS,
    table:
      "table {{.ID}}\\t{{.Name}}\\t{{.Image}}\\t{{.Node}}\\t{{.DesiredState}}\\t{{.CurrentState}}\\t{{.Error}}\\t{{.Ports}}",
    quiet: "{{.ID}}",
    raw: "id: {{.ID}}\\nname: {{.Name}}\\nimage: {{.Image}}\\nnode: {{.Node}}\\ndesired_state: {{.DesiredState}}\\ncurrent_state: {{.CurrentState}}\\nerror: {{.Error}}\\nports: {{.Ports}}\\n",
    fields: ({ task, name, node }) => ({
      ID: () => (noTrunc ? task.ID : task.ID.slice(0, 12)),
      Name: () => name,
      Image: () => imageName(task.Spec.ContainerSpec?.Image ?? "", noTrunc),
      Node: () => node,
      DesiredState: () => capital(task.DesiredState),
      CurrentState: () =>
        `${capital(task.Status.State)} ${humanDuration(now - Date.parse(task.Status.Timestamp)).toLowerCase()} ago`,
      Error: () => errorText(task.Status.Err ?? "", noTrunc),
      Ports: () =>
        (task.Status.PortStatus?.Ports ?? [])
          .map((port) => `*:${port.PublishedPort ?? 0}->${port.TargetPort ?? 0}/${port.Protocol}`)
          .join(","),
    }),
  };
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function errorText(text: string, noTrunc: boolean): string {
  return text === "" ? "" : `"${noTrunc ? text : ellipsis(text, 30)}"`;
}

/** Without its digest. */
export function imageName(image: string, noTrunc: boolean): string {
  if (noTrunc) return image;
  try {
    const { digest: _, ...ref } = parseReference(image);
    return ref.tag ? familiarString(ref) : image;
  } catch {
    return image;
  }
}

/** Prints tasks by the flags `ps` commands share. */
export async function printTasks(ctx: Context, tasks: readonly Task[]): Promise<void> {
  const { flags } = ctx;
  const quiet = flags.bool("quiet");
  const noTrunc = flags.bool("no-trunc");
  const format = flags.string("format") || (quiet ? "" : ctx.config.format("tasksFormat"));
  const resolver = new Resolver(ctx, flags.bool("no-resolve"));
  const named: Row[] = [];
  for (const task of tasks) {
    const service = await resolver.service(task.ServiceID);
    named.push({ task, name: `${service}.${task.Slot || task.NodeID || ""}`, node: "" });
  }
  named.sort((a, b) => naturalCompare(a.name, b.name) || compareText(b.task.CreatedAt, a.task.CreatedAt));
  const indented = format === "" || /^table(\s|$)/.test(format);
  const rows: Row[] = [];
  for (const [index, row] of named.entries()) {
    const repeated = indented && named[index - 1]?.name === row.name;
    const node = await resolver.node(row.task.NodeID ?? "");
    rows.push({ ...row, node, name: repeated ? ` \\_ ${row.name}` : row.name });
  }
  await ctx.out(renderList(taskFormat(ctx.sys.clock.now(), noTrunc), rows, { format, quiet }));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
