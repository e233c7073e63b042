/** `GET /containers/json`. */
import type { ContainerRow } from "../../../core/engine/tables";
import type { Backend } from "../../backend";
import { Filters, isTrue, readInteger } from "../../request";
import { listJson } from "./convert";
import { LIST_FILTERS, listFilter } from "./filters";
import type { Json } from "./network-settings";

/** Newest first; a limit asks for stopped ones as well. */
export function listContainers(backend: Backend, query: Record<string, string>): Json[] {
  const { view, machine } = backend;
  const limit = readInteger(query.limit) ?? 0;
  const filters = Filters.parse(query.filters, LIST_FILTERS);
  const listed = listFilter(view, machine, filters, isTrue(query.all) || limit > 0);
  const rows = newestFirst(view.table("containers").by("machine", machine)).filter(listed);
  return (limit > 0 ? rows.slice(0, limit) : rows).map((row) => listJson(view, row, backend.now(), isTrue(query.size)));
}

/** Of the same instant, the later insertion is the newer one. */
export const newestFirst = (rows: readonly ContainerRow[]): ContainerRow[] =>
  [...rows].reverse().sort((a, b) => b.createdAt - a.createdAt);
