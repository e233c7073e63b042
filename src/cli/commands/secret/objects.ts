/** Secrets and configs are handled alike: reading the content, listing, removing. */
import type { FileObject } from "../../api";
import { segment } from "../../client";
import type { Context } from "../../command";
import { readBytes } from "../../compose/load";
import { CliError, messageOf } from "../../errors";
import { filtersQuery } from "../../filters";
import { type ListFormat, renderList } from "../../format/list";
import { joinLabels, naturalCompare } from "../../format/text";
import { humanDuration } from "../../format/units";
import { readAll } from "../../prompt";
import { forEachArg } from "../each";

export type Kind = "secret" | "config";

/** The bytes of a file or of standard input (`-`); nothing is an error. */
export async function readContent(ctx: Context, file: string): Promise<Uint8Array> {
  const from = file === "-" ? "STDIN" : file;
  let data: Uint8Array;
  try {
    data = file === "-" ? await readAll(ctx.sys) : readBytes(ctx.sys, file);
  } catch (error) {
    throw new CliError(`error reading from ${from}: ${messageOf(error)}`);
  }
  if (data.length === 0) throw new CliError(`error reading from ${from}: data is empty`);
  return data;
}

/** Creates the object and prints its id. */
export async function create(ctx: Context, kind: Kind, body: object): Promise<void> {
  const created = await ctx.client.post<{ ID?: string; Id?: string }>(`/${kind}s/create`, { json: body });
  await ctx.out(`${created.ID ?? created.Id ?? ""}\n`);
}

export async function list(ctx: Context, kind: Kind): Promise<void> {
  const filters = filtersQuery(ctx.flags.list("filter"));
  const rows = (await ctx.client.get<FileObject[] | null>(`/${kind}s`, { filters })) ?? [];
  rows.sort((a, b) => naturalCompare(a.Spec.Name, b.Spec.Name));
  const quiet = ctx.flags.bool("quiet");
  const format = ctx.flags.string("format") || (quiet ? "" : ctx.config.format(`${kind}Format`));
  await ctx.out(renderList(objectFormat(kind, ctx.sys.clock.now()), rows, { format, quiet }));
}

function objectFormat(kind: Kind, now: number): ListFormat<FileObject> {
  const driver = kind === "secret" ? "\\t{{.Driver}}" : "";
  const age = (time = "") => `${humanDuration(now - Date.parse(time))} ago`;
  return {
    goType: `*${kind}.${kind}Context`,
    headers: {
      ID: "ID",
      Name: "NAME",
      ...(kind === "secret" ? { Driver: "DRIVER" } : {}),
      CreatedAt: "CREATED",
      UpdatedAt: "UPDATED",
      Labels: "LABELS",
      Label: "",
    },
    table: `table {{.ID}}\\t{{.Name}}${driver}\\t{{.CreatedAt}}\\t{{.UpdatedAt}}`,
    quiet: "{{.ID}}",
    fields: (row) => ({
      ID: () => row.ID,
      Name: () => row.Spec.Name,
      ...(kind === "secret" ? { Driver: () => row.Spec.Driver?.Name ?? "" } : {}),
      CreatedAt: () => age(row.CreatedAt),
      UpdatedAt: () => age(row.UpdatedAt),
      Labels: () => joinLabels(row.Spec.Labels),
      Label: (key = "") => row.Spec.Labels?.[key] ?? "",
    }),
  };
}

export function remove(ctx: Context, kind: Kind): Promise<number> {
  return forEachArg(ctx, async (name) => {
    await ctx.client.delete(`/${kind}s/${segment(name)}`);
  });
}

export function fetchObject(ctx: Context, kind: Kind): (name: string) => Promise<FileObject> {
  return (name) => ctx.client.get<FileObject>(`/${kind}s/${segment(name)}`);
}
