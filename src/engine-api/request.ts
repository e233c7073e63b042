/** What moby reads from requests: query values, filters, JSON bodies; with its refusals of each (`daemon/server/httputils`). */

import { readInstant } from "../core/engine/image-filters";
import { invalidParameter, systemError } from "../core/errors";
import type { Millis } from "../core/time/agenda";

/** Bytes of a JSON body that are read. */
const LONGEST_BODY = 4 * 1024 * 1024;

/** Go's reading of booleans in a query. */
export const isTrue = (text: string | undefined): boolean =>
  !["", "0", "no", "false", "none"].includes((text ?? "").trim().toLowerCase());

/** A decimal number; `absent` when the query has none. */
export function readInteger(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw systemError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** Unix seconds with a fraction, as the command line sends times; 0 and "" mean none. */
export function readTimestamp(text: string | undefined, now: Millis): Millis | undefined {
  if (text === undefined || text === "" || text === "0") return undefined;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const instant = readInstant(text, now);
  if (instant !== undefined) return instant;
  throw systemError(`strconv.ParseInt: parsing ${JSON.stringify(text.split(".")[0])}: invalid syntax`);
}

/** The `filters` of a query: values by key. */
export class Filters {
  readonly #fields: ReadonlyMap<string, readonly string[]>;

  private constructor(fields: ReadonlyMap<string, readonly string[]>) {
    this.#fields = fields;
  }

  /** Lists or, as the command line sends, sets. Keys outside `accepted` are refused when it is given. */
  static parse(text: string | undefined, accepted?: readonly string[]): Filters {
    const fields = new Map<string, readonly string[]>();
    for (const [field, values] of Object.entries(parseFilters(text))) {
      if (accepted && !accepted.includes(field)) throw invalidParameter(`invalid filter '${field}'`);
      fields.set(field, Array.isArray(values) ? values.map(String) : Object.keys((values ?? {}) as object));
    }
    return new Filters(fields);
  }

  values(field: string): readonly string[] {
    return this.#fields.get(field) ?? [];
  }

  /** Nothing asked, or one of the values is met. */
  some(field: string, met: (value: string) => boolean): boolean {
    const values = this.values(field);
    return values.length === 0 || values.some(met);
  }

  /** Equal, or a regular expression that is found in it. */
  match(field: string, ...sources: readonly string[]): boolean {
    return this.some(field, (value) => sources.some((source) => source === value || finds(value, source)));
  }

  /** All of the labels must be there, `KEY` or `KEY=VALUE`. */
  labels(labels: Readonly<Record<string, string>> | null | undefined, field = "label"): boolean {
    return this.values(field).every((wanted) => {
      const at = wanted.indexOf("=");
      const value = labels?.[at < 0 ? wanted : wanted.slice(0, at)];
      return value !== undefined && (at < 0 || value === wanted.slice(at + 1));
    });
  }

  /** A filter that is true or false; undefined when it was not given. */
  boolean(field: string): boolean | undefined {
    const values = this.values(field);
    if (values.length === 0) return undefined;
    const yes = values.some((value) => value === "1" || value === "true");
    const no = values.some((value) => value === "0" || value === "false");
    if (yes === no) throw invalidParameter(`invalid filter '${field}=[${values.join(" ")}]'`);
    return yes;
  }

  /** As the core's prune commands take them. */
  toRecord(): Record<string, string[]> {
    return Object.fromEntries([...this.#fields].map(([field, values]) => [field, [...values]]));
  }
}

function finds(pattern: string, source: string): boolean {
  // A student's pattern may not cost more than its text: no nested repetition is taken as an expression.
  if (pattern.length > 200 || /[*+}]\)?[*+{]/.test(pattern) || /\([^)]*[*+][^)]*\)[*+{]/.test(pattern))
    return source.includes(pattern);
  try {
    return new RegExp(pattern).test(source);
  } catch {
    return false;
  }
}

function parseFilters(text: string | undefined): Record<string, unknown> {
  if (!text) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // the refusal is the same for all that is no object
  }
  throw invalidParameter("invalid filter");
}

/** The JSON body; undefined for an empty one where that is allowed. Throws moby's words for what is no JSON object. */
export async function readJson<T extends object>(request: Request): Promise<T> {
  checkContentType(request);
  return parseJson<T>(await request.text());
}

/** The same, for routes that do without a body. */
export async function readOptionalJson<T extends object>(request: Request): Promise<T | undefined> {
  const text = await request.text();
  if (text.trim() === "") return undefined;
  checkContentType(request);
  return parseJson<T>(text);
}

export function parseJson<T extends object>(text: string): T {
  if (text.length > LONGEST_BODY) throw invalidParameter("invalid JSON: http: request body too large");
  if (text.trim() === "") throw invalidParameter("invalid JSON: got EOF while reading request body");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalidParameter(jsonFault(text, error));
  }
  if (value === null) return {} as T;
  if (typeof value === "object" && !Array.isArray(value)) return value as T;
  throw invalidParameter(`invalid JSON: json: cannot unmarshal ${goKind(value)} into Go value`);
}

function jsonFault(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  if (/after JSON/.test(message)) return "unexpected content after JSON";
  if (/end of JSON|Unterminated/i.test(message)) return "invalid JSON: unexpected EOF";
  const at = /position (\d+)/.exec(message);
  const character = at ? (text[Number(at[1])] ?? "") : (/^\s*(\S)/.exec(text)?.[1] ?? "");
  const before = at ? text.slice(0, Number(at[1])).trimEnd().at(-1) : undefined;
  const where = before === "{" ? "object key string" : "value";
  return `invalid JSON: invalid character '${character}' looking for beginning of ${where}`;
}

const goKind = (value: unknown): string =>
  Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;

function checkContentType(request: Request): void {
  const type = request.headers.get("content-type") ?? "";
  if (type === "" && request.body === null) return;
  if (type.split(";")[0]?.trim().toLowerCase() === "application/json") return;
  throw invalidParameter(
    type === ""
      ? "malformed Content-Type header (): mime: no media type"
      : `unsupported Content-Type header (${type}): must be 'application/json'`,
  );
}
