/**
 * Secrets and configs in a container: each file is a read-only mount of its own, kept in memory, which neither inspect nor
 * `docker diff` of another container shows (moby `daemon/container_operations_unix.go`, setupSecretDir).
 */
import { fileId } from "../machine/layers";
import { normalise } from "../machine/paths";
import type { Tx } from "../room";

const PREFIX = "data:";

export interface DataFile {
  readonly path: string; // absolute, in the container
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Whether a mount's tree holds a secret or config. */
export const isDataTree = (tree: string): boolean => tree.startsWith(PREFIX);

/** Mounts a file into a container that does not run yet; a second one at the same place replaces it. */
export function mountDataFile(tx: Tx, containerId: string, { path, bytes, mode, uid, gid }: DataFile): void {
  const container = tx.table("containers").get(containerId);
  if (!container) return;
  const target = normalise(path);
  const tree = `${PREFIX}${containerId}${target}`;
  tx.table("files").put({
    id: fileId(tree, "/"),
    tree,
    path: "/",
    type: "file",
    mode,
    uid,
    gid,
    mtime: tx.now,
    size: bytes.length,
    blob: tx.blobs.put(bytes),
  });
  const others = container.mounts.filter((mount) => mount.target !== target);
  const source = `/var/lib/docker/containers/${containerId}/mounts/secrets${target}`;
  tx.table("containers").patch(containerId, {
    mounts: [...others, { type: "bind", source, target, tree, readOnly: true, internal: true }],
  });
}
