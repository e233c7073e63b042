/** What a container changed in its files since it was made, as `docker diff` tells it. */
import { type FileSource, layersOfContainer, openLayers } from "../machine/files";
import { parentOf } from "../machine/paths";
import type { ContainerRow } from "./tables";

export interface Change {
  readonly path: string;
  readonly kind: 0 | 1 | 2; // changed, added, deleted
}

/** By path; directories on the way to a change count as changed. */
export function changesOf(source: FileSource, container: ContainerRow): Change[] {
  const image = openLayers(source, layersOfContainer(source, container));
  const kinds = new Map<string, Change["kind"]>();
  for (const row of source.table("files").by("tree", `container:${container.id}`)) {
    if (row.path === "/") continue;
    const existed = image.exists(row.path) || image.entry(row.path) !== undefined;
    kinds.set(row.path, row.type === "whiteout" ? 2 : existed ? 0 : 1);
    for (let up = parentOf(row.path); up !== "/" && up !== ""; up = parentOf(up)) {
      if (!kinds.has(up)) kinds.set(up, image.entry(up) ? 0 : 1);
    }
  }
  return [...kinds]
    .map(([path, kind]) => ({ path, kind }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
