/**
 * What the engine asks of the registry of pushed images, by rows that the host answers (`request.answered`). A stored
 * manifest is `ImageDocument` as JSON: it names every blob it needs, so that the host can move them without knowing
 * more.
 *
 * | kind | args | answer |
 * | --- | --- | --- |
 * | `registry.manifest` | `{ repository, reference }` | `{ manifest?: { digest, document } }` |
 * | `registry.blobs` | `{ digests }` | `{ missing?: string[] }`, once they are in the cluster's blob store |
 * | `registry.push` | `{ repository, tag, manifest, blobs }` | `{}`, or `{ error: string }` |
 */
import { hexId } from "../chance/ids";
import type { Tx } from "../room";

/** One layer in a stored manifest: of the catalogue, or with its files. */
export interface StoredLayer {
  readonly diffId: string;
  readonly size: number;
  readonly digest: string;
  readonly compressedSize: number;
  readonly reference?: string; // catalogue layer
  readonly entries?: string; // digest of the blob that lists the files (JSON of LayerEntry[])
}

export interface ImageDocument {
  readonly config: string; // the config document, letter by letter
  readonly layers: readonly StoredLayer[];
  /** Digests of all blobs that the layers need. */
  readonly blobs: readonly string[];
}

export interface ManifestAnswer {
  readonly manifest?: { readonly digest: string; readonly document: string };
}

/** Asks; `operation` is whom the answer goes to. */
export function ask(
  tx: Tx,
  operation: string,
  kind: "registry.manifest" | "registry.blobs" | "registry.push",
  args: object,
): void {
  const id = hexId(tx.random("engine.requests")).slice(0, 24);
  tx.table("requests").put({ id, kind, args: { ...args, operation } });
}
