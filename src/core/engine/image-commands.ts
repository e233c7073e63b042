/**
 * What can be asked of an engine about images in one step, and the room that answers. Pulls, pushes and builds give
 * the id of an operation; its row ends `done` or `failed`, its messages go out as `operation.progress`.
 */

import { notFound } from "../errors";
import { applyOps } from "../machine/file-ops";
import type { Room, Tx } from "../room";
import { applyChanges } from "./build/changes";
import { buildRoom, cancelBuild } from "./build/room";
import type { BuildContainers } from "./build/state";
import { commitContainer } from "./commit";
import { createContainer } from "./create";
import { containerEvent } from "./events";
import { type DeleteRecord, deleteImage, pruneImages } from "./image-delete";
import { labelFilter } from "./image-filters";
import { findImage, tagByName, tagImage } from "./images";
import { importImage } from "./import";
import type { LayerEntry } from "./layers";
import { type LoadedImage, loadImages } from "./load";
import { lookUpContainer } from "./names";
import { fail } from "./progress";
import { blobsAnswered, manifestAnswered, pullImage, resolvePull, stepPull } from "./pull";
import { pushAnswered, pushImage, stepPush } from "./push";
import { parseReference } from "./references";
import { removeContainer } from "./remove";
import { startContainer } from "./start";
import type { ImageConfig } from "./types";

interface On {
  machine: string;
}

declare module "../room" {
  interface Commands {
    "image.pull": { args: On & { reference: string; auth?: string }; reply: { operation: string } };
    "image.push": { args: On & { repository: string; tag?: string; username?: string }; reply: { operation: string } };
    "image.tag": { args: On & { source: string; repository: string; tag: string }; reply: undefined };
    "image.remove": { args: On & { ref: string; force?: boolean; noPrune?: boolean }; reply: DeleteRecord[] };
    "image.prune": {
      args: On & { dangling: boolean; filters: Record<string, string[]> };
      reply: { deleted: DeleteRecord[]; reclaimed: number };
    };
    "image.commit": {
      args: On & {
        container: string;
        repository?: string;
        tag?: string;
        comment?: string;
        author?: string;
        changes?: string[];
        config?: ImageConfig;
      };
      reply: { id: string };
    };
    "image.load": { args: On & { images: LoadedImage[] }; reply: string[] };
    /** The client went away: its pull, push or build ends. */
    "operation.cancel": { args: { operation: string }; reply: undefined };
    "image.import": {
      args: On & { entries: LayerEntry[]; repository?: string; tag?: string; message?: string; changes?: string[] };
      reply: { id: string };
    };
  }
}

/** What a build's RUN needs of the engine. */
const containers: BuildContainers = {
  create: createContainer,
  start: (tx, machine, id) => {
    const failure = startContainer(tx, machine, id);
    if (failure) throw failure;
  },
  remove: (tx, machine, id) => removeContainer(tx, machine, id, { force: true, volumes: true }),
};

const build = buildRoom(containers);

/** The room of images and builds. */
export const imageRoom: Room = {
  commands: {
    ...build.commands,
    "files.apply": (tx, { root, ops }) => applyOps(tx, root, ops),
    "request.answered": (tx, { request, answer }) => answered(tx, request, answer),
    "operation.cancel": (tx, { operation }) => {
      cancel(tx, operation);
      return undefined;
    },
    "image.pull": (tx, { machine, ...args }) => ({ operation: pullImage(tx, machine, args) }),
    "image.push": (tx, { machine, ...args }) => ({ operation: pushImage(tx, machine, args) }),
    "image.tag": (tx, { machine, source, repository, tag }) => {
      tagByName(tx, machine, source, repository, tag);
      return undefined;
    },
    "image.remove": (tx, { machine, ref, force, noPrune }) =>
      deleteImage(tx, machine, ref, force === true, noPrune !== true),
    "image.prune": (tx, { machine, dangling, filters }) =>
      pruneImages(tx, machine, dangling, labelFilter(tx.now, filters)),
    "image.commit": (tx, { machine, ...args }) => ({ id: commit(tx, machine, args) }),
    "image.load": (tx, { machine, images }) => loadImages(tx, machine, images),
    "image.import": (tx, { machine, ...args }) => ({ id: importImage(tx, machine, args) }),
  },
  timers: {
    ...build.timers,
    "pull.resolve": resolvePull,
    "pull.step": stepPull,
    "push.step": stepPush,
    "operation.forget": (tx, id) => {
      tx.table("operations").delete(id);
    },
  },
  loops: build.loops ?? [],
};

function cancel(tx: Tx, id: string): void {
  const operation = tx.table("operations").get(id);
  if (operation?.state !== "running") return;
  if (operation.kind === "build") cancelBuild(tx, id, containers);
  else {
    for (const timer of ["pull.resolve", "pull.step", "push.step"]) tx.cancel(timer, id);
    fail(tx, id, { message: "context canceled" });
  }
}

function answered(tx: Tx, request: string, answer: unknown): void {
  const row = tx.table("requests").get(request);
  if (!row) return;
  tx.table("requests").delete(request);
  const { operation } = row.args as { operation: string };
  if (tx.table("operations").get(operation)?.state !== "running") return;
  const value = (answer ?? {}) as Record<string, never>;
  if (row.kind === "registry.manifest") manifestAnswered(tx, operation, value);
  else if (row.kind === "registry.blobs") blobsAnswered(tx, operation, value);
  else if (row.kind === "registry.push") pushAnswered(tx, operation, value);
}

interface CommitArgs {
  readonly container: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly comment?: string;
  readonly author?: string;
  readonly changes?: string[];
  readonly config?: ImageConfig;
}

function commit(tx: Tx, machine: string, args: CommitArgs): string {
  const container = lookUpContainer(tx, machine, args.container);
  if (!container) throw notFound(`No such container: ${args.container}`);
  const reference = args.repository ? { ...parseReference(args.repository), tag: args.tag || "latest" } : undefined;
  const { Image: _, Hostname: __, Domainname: ___, AttachStdin: ____, ...rest } = container.config;
  const config = applyChanges({ ...configOnly(rest), ...args.config }, args.changes ?? []);
  const row = commitContainer(tx, container, {
    config,
    createdBy: [...(container.config.Entrypoint ?? []), ...(container.config.Cmd ?? [])].join(" "),
    ...(args.comment ? { comment: args.comment } : {}),
    ...(args.author ? { author: args.author } : {}),
  });
  if (reference) tagImage(tx, row, reference);
  containerEvent(tx, container, "commit", {
    comment: args.comment ?? "",
    imageID: row.imageId,
    ...(reference ? { imageRef: args.repository ?? "" } : {}),
  });
  return row.imageId;
}

const IMAGE_FIELDS = [
  "User",
  "ExposedPorts",
  "Env",
  "Entrypoint",
  "Cmd",
  "Volumes",
  "WorkingDir",
  "Labels",
  "StopSignal",
  "StopTimeout",
  "Healthcheck",
  "OnBuild",
  "Shell",
] as const;

/** Of a container's configuration what an image keeps. */
function configOnly(config: ImageConfig): ImageConfig {
  return Object.fromEntries(
    IMAGE_FIELDS.flatMap((field) => (config[field] === undefined ? [] : [[field, config[field]]])),
  );
}

export { findImage };
