/** `GET /images/json`: which images are shown (moby `daemon/images/images.go`). */
import { globPattern } from "../../../core/engine/build/glob";
import { readInstant } from "../../../core/engine/image-filters";
import { findImage } from "../../../core/engine/images";
import type { ImageRow } from "../../../core/engine/tables";
import { invalidParameter } from "../../../core/errors";
import type { Backend } from "../../backend";
import { Filters } from "../../request";

const ACCEPTED = ["dangling", "label", "before", "since", "reference", "until"];

export interface ListOptions {
  readonly all: boolean;
  readonly filters: string | undefined;
  /** The filter of API versions before 1.25. */
  readonly filter: string | undefined;
}

/** Newest first. */
export function listImages(backend: Backend, { all, filters: text, filter }: ListOptions): ImageRow[] {
  const filters = Filters.parse(text, ACCEPTED);
  const rows = backend.view.table("images").by("machine", backend.machine);
  const parents = new Set(rows.map((row) => row.parent));
  const dangling = filters.boolean("dangling");
  const patterns = filter ? [...filters.values("reference"), filter] : filters.values("reference");
  const after = edge(backend, filters.values("since")[0]);
  const before = edge(backend, filters.values("before")[0]);
  const until = filters.values("until").map((value) => readInstant(value, backend.now()))[0];
  return rows
    .filter((row) => all || row.repoTags.length + row.repoDigests.length > 0 || !parents.has(row.imageId))
    .filter((row) => dangling === undefined || dangling === (row.repoTags.length === 0))
    .filter(
      (row) =>
        (!after || row.createdAt > after) && (!before || row.createdAt < before) && (!until || row.createdAt < until),
    )
    .filter((row) => filters.labels(row.config.Labels))
    .flatMap((row) => byReference(row, patterns))
    .sort((a, b) => b.createdAt - a.createdAt);
}

const edge = (backend: Backend, name: string | undefined) =>
  name === undefined ? undefined : findImage(backend.view, backend.machine, name).createdAt;

/** Only the names that fit are shown; an image without one is left out. */
function byReference(row: ImageRow, patterns: readonly string[]): ImageRow[] {
  if (patterns.length === 0) return [row];
  const fits = (name: string) => patterns.some((pattern) => matches(pattern, name));
  const repoTags = row.repoTags.filter(fits);
  const repoDigests = row.repoDigests.filter(
    (name) => fits(name) || patterns.some((pattern) => matches(pattern, name.split("@")[0] ?? "")),
  );
  return repoTags.length + repoDigests.length > 0 ? [{ ...row, repoTags, repoDigests }] : [];
}

/** `path.Match` against the name, with and without its tag. */
function matches(pattern: string, name: string): boolean {
  if (pattern.length > 300) throw invalidParameter("invalid reference format");
  const parts = pattern.split("/");
  const fits = (text: string) => {
    const words = text.split("/");
    return words.length === parts.length && parts.every((part, n) => globPattern(part).test(words[n] as string));
  };
  const bare = name.includes("@") ? name.split("@")[0] : name.slice(0, name.lastIndexOf(":"));
  return fits(name) || fits(bare ?? "");
}
