/** An image that goes leaves its layers to the containers made from it, as the real layer store counts references. */
import type { Tx } from "../room";
import type { ImageRow } from "./tables";

export function addImageLayersToContainers(tx: Tx, row: ImageRow): void {
  const containers = tx.table("containers");
  for (const container of containers.by("image", `${row.machine}/${row.imageId}`))
    if (!container.layers) containers.patch(container.id, { layers: row.layers });
}
