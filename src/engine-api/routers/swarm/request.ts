/** What the swarm's routes read from requests: filters, versions, bodies; and the refusals of each. */
import { invalidParameter } from "../../../core/errors";

export class Filters {
  readonly #fields: ReadonlyMap<string, readonly string[]>;

  private constructor(fields: ReadonlyMap<string, readonly string[]>) {
    this.#fields = fields;
  }

  /** Reads `?filters=`: lists, or (as the command line sends) sets of values. */
  static parse(text: string | undefined, accepted: readonly string[]): Filters {
    const fields = new Map<string, string[]>();
    for (const [field, values] of Object.entries(parseObject(text))) {
      if (!accepted.includes(field)) throw invalidParameter(`invalid filter '${field}'`);
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

  /** Labels: all must be there, `KEY` or `KEY=VALUE`. */
  labels(field: string, labels: Readonly<Record<string, string>> | undefined): boolean {
    return this.values(field).every((wanted) => {
      const at = wanted.indexOf("=");
      const key = at < 0 ? wanted : wanted.slice(0, at);
      const value = labels?.[key];
      return value !== undefined && (at < 0 || value === wanted.slice(at + 1));
    });
  }
}

function parseObject(text: string | undefined): Record<string, unknown> {
  if (!text) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // the refusal is the same for all that is no object
  }
  throw invalidParameter("invalid filter");
}

/** `?version=`: an unsigned number, as Go reads it. */
export function readVersion(text: string | undefined, what: string, quoted = true): number {
  const given = text ?? "";
  if (/^\d{1,15}$/.test(given)) return Number(given);
  const fault = `strconv.ParseUint: parsing "${given}": invalid syntax`;
  throw invalidParameter(quoted ? `invalid ${what} version '${given}': ${fault}` : `invalid ${what} version`);
}

/** Go's reading of booleans in a query. */
export const isTrue = (text: string | undefined) =>
  !["", "0", "no", "false", "none"].includes((text ?? "").trim().toLowerCase());
