/** `label`, `label!` and `until` of the prune commands for containers, networks and volumes. */
import { invalidParameter } from "../errors";
import type { Millis } from "../time/agenda";
import { readInstant } from "./image-filters";

export type Filters = Record<string, string[]>;
type Labels = Readonly<Record<string, string>> | null | undefined;

export function pruneFilter(now: Millis, filters: Filters): (labels: Labels, createdAt: Millis) => boolean {
  const [text, more] = filters.until ?? [];
  if (more !== undefined) throw invalidParameter("more than one until filter specified");
  const until = text === undefined ? undefined : readInstant(text, now);
  if (text !== undefined && until === undefined)
    throw invalidParameter(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
  return (labels, createdAt) =>
    (until === undefined || createdAt < until) &&
    (filters.label ?? []).every((wanted) => has(labels, wanted)) &&
    !(filters["label!"] ?? []).some((wanted) => has(labels, wanted));
}

function has(labels: Labels, wanted: string): boolean {
  const at = wanted.indexOf("=");
  const value = labels?.[at < 0 ? wanted : wanted.slice(0, at)];
  return value !== undefined && (at < 0 || value === wanted.slice(at + 1));
}
