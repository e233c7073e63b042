/**
 * Lists of objects: a `ListFormat` says which placeholders a kind of object has, `renderList` turns rows into a table,
 * JSON lines or whatever a Go template asks for.
 */
import { CliError, messageOf } from "../errors";
import type { Row } from "./go-value";
import { table } from "./table";
import { compileTemplate } from "./template";
import { FUNCTIONS } from "./template-funcs";

/** The placeholders of one kind of object. */
export interface ListFormat<T> {
  /** Named in `can't evaluate field Foo in type ...`. */
  readonly goType: string;
  /** Table header of each placeholder. */
  readonly headers: Readonly<Record<string, string>>;
  /** The table shown by default, placeholders separated by tabs: `table {{.ID}}\t{{.Name}}`. */
  readonly table: string;
  /** The template of `-q`. */
  readonly quiet?: string;
  /** The template of `--format raw`. */
  readonly raw?: string;
  /** Fields that exist but are not in `{{json .}}`, such as `Label`. */
  readonly notInJson?: readonly string[];
  /** What comes before the messages of bad templates, where it is not `template parsing error`. */
  readonly errors?: { readonly parse: string; readonly execute: string };
  fields(row: T): Readonly<Record<string, (...args: string[]) => unknown>>;
}

export interface ListOptions {
  readonly format: string;
  readonly quiet?: boolean;
}

/** The text of a list. Throws CliError with docker's words for a bad template. */
export function renderList<T>(format: ListFormat<T>, rows: readonly T[], options: ListOptions): string {
  const wanted = resolveFormat(format, options);
  const isTable = /^table(\s|$)/.test(wanted);
  const source = (isTable ? wanted.replace(/^table\s*/, "") : wanted).replaceAll("\\t", "\t").replaceAll("\\n", "\n");
  const compile = (functions = {}) => {
    try {
      return compileTemplate(source, { functions });
    } catch (error) {
      throw new CliError(`${format.errors?.parse ?? "template parsing error"}: ${messageOf(error)}`);
    }
  };
  const failed = format.errors?.execute ?? "template parsing error";
  const template = compile();
  const lines = rows.map((row) => execute(template, rowOf(format, row), failed));
  if (!isTable) return lines.map((line) => `${line}\n`).join("");
  const header = execute(compile(HEADER_FUNCTIONS), headerOf(format), failed);
  return table([header, ...lines].flatMap((line) => line.split("\n").map((part) => part.split("\t"))));
}

function resolveFormat<T>(format: ListFormat<T>, options: ListOptions): string {
  const given = options.format || "table";
  if (given === "json") return "{{json .}}";
  if (given === "raw" && format.raw !== undefined)
    return options.quiet ? (format.raw.split("\n")[0] ?? "") : format.raw;
  if (given !== "table") return given;
  return options.quiet && format.quiet ? format.quiet : format.table;
}

function execute(template: (data: unknown) => string, data: Row, prefix: string): string {
  try {
    return template(data);
  } catch (error) {
    throw new CliError(`${prefix}: ${messageOf(error)}`);
  }
}

/** One object as a template sees it. */
export function rowOf<T>(format: ListFormat<T>, row: T): Row {
  const fields = format.fields(row);
  const hiddenFields = new Set(["Label", ...(format.notInJson ?? [])]);
  return {
    isRow: true,
    goType: format.goType,
    fields,
    jsonFields: Object.keys(fields).filter((f) => !hiddenFields.has(f)),
  };
}

function headerOf<T>(format: ListFormat<T>): Row {
  const fields = Object.fromEntries(
    Object.entries(format.headers).map(([name, header]) => [
      name,
      (...args: string[]) => args[0]?.split(".").at(-1) ?? header,
    ]),
  );
  return { isRow: true, goType: "map[string]string", fields, jsonFields: [] };
}

/** In a header most functions pass their text through. */
const HEADER_FUNCTIONS = {
  json: ([value]: unknown[]) => value,
  split: ([value]: unknown[]) => [value],
  join: ([value]: unknown[]) => (Array.isArray(value) ? value[0] : value),
  title: ([value]: unknown[]) => value,
  lower: ([value]: unknown[]) => value,
  upper: ([value]: unknown[]) => value,
  truncate: ([value]: unknown[]) => value,
  pad: FUNCTIONS.pad ?? (([value]: unknown[]) => value),
};
