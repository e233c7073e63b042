/** Filters of `docker image prune` and `docker images`: labels and times. */
import { systemError } from "../errors";
import { parseRfc3339 } from "../time/calendar";
import type { PruneFilter } from "./image-delete";
import type { ImageRow } from "./tables";

const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** An instant as users write it: a duration back from now, RFC 3339, a date, Unix seconds. */
export function readInstant(text: string, now: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(text))
    return [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)].reduce(
      (at, [, n, unit]) => at - Number(n) * (UNITS[unit as string] ?? 0),
      now,
    );
  return parseRfc3339(text) ?? parseRfc3339(`${text}T00:00:00Z`) ?? parseRfc3339(`${text}Z`);
}

export function hasLabel(row: ImageRow, wanted: string): boolean {
  const at = wanted.indexOf("=");
  const value = row.config.Labels?.[at < 0 ? wanted : wanted.slice(0, at)];
  return value !== undefined && (at < 0 || value === wanted.slice(at + 1));
}

/** `label`, `label!` and `until` of prune. */
export function labelFilter(now: number, filters: Record<string, string[]>): PruneFilter {
  const [text] = filters.until ?? [];
  const until = text === undefined ? undefined : readInstant(text, now);
  if (text !== undefined && until === undefined)
    throw systemError(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
  return (row) =>
    (until === undefined || row.createdAt < until) &&
    (filters.label ?? []).every((label) => hasLabel(row, label)) &&
    !(filters["label!"] ?? []).some((label) => hasLabel(row, label));
}
