/** `docker import`: a tar of a root file system becomes an image of one layer. */
import type { Tx } from "../room";
import { applyChanges } from "./build/changes";
import { addImage, imageEvent, tagImage } from "./images";
import { freezeLayer, type LayerEntry } from "./layers";
import { parseReference } from "./references";

export function importImage(
  tx: Tx,
  machine: string,
  args: {
    entries: readonly LayerEntry[];
    repository?: string;
    tag?: string;
    message?: string;
    changes?: readonly string[];
  },
): string {
  const reference = args.repository ? named(args.repository, args.tag) : undefined;
  const layer = freezeLayer(tx, args.entries);
  const comment = args.message || "Imported from -";
  const row = addImage(tx, machine, {
    createdAt: tx.now,
    config: applyChanges({}, args.changes ?? []),
    architecture: "amd64",
    os: "linux",
    author: "",
    layers: layer ? [layer] : [],
    history: [{ created: tx.now, createdBy: "", emptyLayer: layer === undefined, comment }],
  });
  if (reference) tagImage(tx, row, reference, false);
  imageEvent(tx, row, "import", row.imageId);
  return row.imageId;
}

/** The tag may come with the name or apart. */
function named(repository: string, tag: string | undefined) {
  const parsed = parseReference(repository);
  return { ...parsed, tag: tag || parsed.tag || "latest" };
}
