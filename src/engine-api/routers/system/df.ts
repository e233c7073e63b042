/** `GET /system/df`: what the engine's objects occupy (moby `daemon/disk_usage.go`). */
import type { ImageRow } from "../../../core/engine/tables";
import { invalidParameter } from "../../../core/errors";
import type { Backend } from "../../backend";
import { listJson } from "../container/convert";
import { newestFirst } from "../container/list";
import { summaryJson } from "../image/convert";
import { listImages } from "../image/list";
import { usedVolumeJson } from "../volume/convert";

const TYPES = ["container", "image", "volume", "build-cache"];

/** `types` empty asks for all. */
export function diskUsage(backend: Backend, types: readonly string[]): Record<string, unknown> {
  const unknown = types.find((type) => !TYPES.includes(type));
  if (unknown !== undefined) throw invalidParameter(`unknown object type: ${unknown}`);
  const { view, machine } = backend;
  const asked = (type: string) => types.length === 0 || types.includes(type);
  return {
    LayersSize: asked("image") ? layersSize(backend) : 0,
    Images: asked("image") ? imagesJson(backend) : null,
    Containers: asked("container")
      ? newestFirst(view.table("containers").by("machine", machine)).map((row) =>
          listJson(view, row, backend.now(), true),
        )
      : null,
    Volumes: asked("volume")
      ? view
          .table("volumes")
          .by("machine", machine)
          .map((row) => usedVolumeJson(view, row))
      : null,
    BuildCache: asked("build-cache") ? [] : null,
  };
}

const imagesOf = ({ view, machine }: Backend): ImageRow[] => view.table("images").by("machine", machine);

/** Each layer counts once, however many images are made of it. */
function layersSize(backend: Backend): number {
  const layers = new Set(imagesOf(backend).flatMap((image) => image.layers));
  return [...layers].reduce((sum, layer) => sum + sizeOf(backend, layer), 0);
}

const sizeOf = ({ view }: Backend, layer: string): number => view.table("layers").get(layer)?.size ?? 0;

function imagesJson(backend: Backend): Record<string, unknown>[] {
  const users = new Map<string, number>();
  for (const image of imagesOf(backend))
    for (const layer of image.layers) users.set(layer, (users.get(layer) ?? 0) + 1);
  return listImages(backend, { all: false, filters: undefined, filter: undefined }).map((image) => ({
    ...summaryJson(image),
    Containers: backend.view.table("containers").count("image", `${backend.machine}/${image.imageId}`),
    SharedSize: image.layers
      .filter((layer) => (users.get(layer) ?? 0) > 1)
      .reduce((sum, layer) => sum + sizeOf(backend, layer), 0),
  }));
}
