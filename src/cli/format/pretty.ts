/** What `inspect --pretty` commands share. */
import type { Context } from "../command";
import { CliError } from "../errors";
import { type InspectKind, inspectAll } from "./inspect";
import { goTime } from "./text";

/** `--pretty`, or the JSON and template forms; a missing object ends the pretty form before anything is printed. */
export async function inspectOrPretty<T>(
  ctx: Context,
  fetch: (name: string) => Promise<T>,
  pretty: (object: T) => Promise<string> | string,
  kind?: InspectKind,
): Promise<number> {
  const format = ctx.flags.string("format");
  const wanted = ctx.flags.bool("pretty") || format === "pretty";
  if (format.startsWith("pretty") && format !== "pretty")
    throw new CliError("cannot supply extra formatting options to the pretty template");
  if (!wanted) return await inspectAll(ctx, ctx.args, fetch, kind);
  let text = "";
  for (const name of ctx.args) text += `${await pretty(await fetch(name))}\n`;
  await ctx.out(text);
  return 0;
}

/** A time as the pretty forms print it. */
export const prettyTime = (time: string) => goTime(time).toLowerCase();

/** A word of the API with a capital letter. */
export const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** ` - key=value` lines, sorted; the value is left out when it is empty. */
export function labelLines(labels: Readonly<Record<string, string>> | null | undefined): string[] {
  return Object.keys(labels ?? {})
    .sort()
    .map((key) => ` - ${key}${labels?.[key] ? `=${labels[key]}` : ""}`);
}
