/** Images as the API shows them (moby `daemon/images`, `api/types/image`). */
import type { ImageRow } from "../../../core/engine/tables";
import type { ImageConfig } from "../../../core/engine/types";
import type { View } from "../../../core/store/store";
import { rfc3339 } from "../../../core/time/calendar";

export type Json = Record<string, unknown>;

const seconds = (at: number) => Math.floor(at / 1000);

/** One line of `GET /images/json`. */
export function summaryJson(row: ImageRow): Json {
  return {
    Containers: -1,
    Created: seconds(row.createdAt),
    Id: row.imageId,
    Labels: row.config.Labels ?? null,
    ParentId: row.parent,
    RepoDigests: row.repoDigests,
    RepoTags: row.repoTags,
    SharedSize: -1,
    Size: row.size,
  };
}

/** `GET /images/NAME/json`. */
export function inspectJson(row: ImageRow): Json {
  return {
    Id: row.imageId,
    RepoTags: row.repoTags,
    RepoDigests: row.repoDigests,
    Parent: row.parent,
    Comment: row.history.at(-1)?.comment ?? "",
    Created: rfc3339(row.createdAt),
    DockerVersion: "",
    Author: row.author,
    Config: configJson(row.config),
    Architecture: row.architecture,
    Os: row.os,
    Size: row.size,
    GraphDriver: { Data: null, Name: "overlay2" },
    RootFS: { Type: "layers", Layers: row.layers },
    Metadata: { LastTagTime: row.lastTagTime === 0 ? "0001-01-01T00:00:00Z" : rfc3339(row.lastTagTime) },
  };
}

/** With the fields that are always there, by name. */
function configJson(config: ImageConfig): Json {
  const all: Json = {
    ...{ Cmd: null, Entrypoint: null, Env: null, Labels: null, OnBuild: null, User: "", Volumes: null, WorkingDir: "" },
    ...config,
  };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `GET /images/NAME/history`: newest first; an image's own id where it is still there. */
export function historyJson(view: View, row: ImageRow): Json[] {
  const lines: Json[] = [];
  let image: ImageRow | undefined = row;
  const layers = [...row.layers];
  for (const entry of [...row.history].reverse()) {
    const layer = entry.emptyLayer ? undefined : layers.pop();
    lines.push({
      Comment: entry.comment,
      Created: seconds(entry.created),
      CreatedBy: entry.createdBy,
      Id: image?.imageId ?? "<missing>",
      Size: layer ? (view.table("layers").get(layer)?.size ?? 0) : 0,
      Tags: image?.repoTags.length ? image.repoTags : null,
    });
    image = image?.parent ? view.table("images").get(`${row.machine}/${image.parent}`) : undefined;
  }
  return lines;
}
