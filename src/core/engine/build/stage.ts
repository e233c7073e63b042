/** What both FROM and the instructions of a stage need: its image, its environment, the cache, keeping a step's result. */
import { notImplemented } from "../../errors";
import type { Tx } from "../../room";
import { addChild, type baseOf } from "../commit";
import { shortId } from "../image-document";
import { tell } from "../progress";
import type { ImageRow } from "../tables";
import type { ImageConfig } from "../types";
import { DEFAULT_SHELL } from "./metadata";
import type { BuildState, StageState } from "./state";
import type { Environment } from "./words";

/** A build at one step: what a part of it reads and changes. */
export interface Build {
  readonly tx: Tx;
  readonly id: string; // operation
  readonly machine: string;
  state: BuildState;
}

export const say = (build: Build, stream: string): void => tell(build.tx, build.id, { stream });

export const change = (build: Build, fields: Partial<BuildState>): void => {
  build.state = { ...build.state, ...fields };
};

export const stageOf = (build: Build): StageState => build.state.stage as StageState;

export const changeStage = (build: Build, fields: Partial<StageState>): void =>
  change(build, { stage: { ...stageOf(build), ...fields } });

/** The image a stage stands on; of `scratch` an empty one. */
export function currentBase(build: Build): ReturnType<typeof baseOf> {
  const { imageId } = stageOf(build);
  const row = imageRow(build, imageId);
  return row ?? { layers: [], history: [], architecture: "amd64", os: "linux", imageId: "", author: "" };
}

export const imageRow = (build: Build, imageId: string): ImageRow | undefined =>
  build.tx.table("images").get(`${build.machine}/${imageId}`);

/** Arguments every build accepts without declaring them; they do not count for the cache. */
export const PREDEFINED = new Set([
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "FTP_PROXY",
  "ftp_proxy",
  "NO_PROXY",
  "no_proxy",
  "ALL_PROXY",
  "all_proxy",
]);

/** Variables of the image, the build's arguments below them. */
export function environmentOf(build: Build): Environment {
  const env = new Map(effectiveArgs(build));
  for (const line of stageOf(build).config.Env ?? [])
    env.set(line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1));
  return env;
}

/** Declared arguments with a value, those left out that the image's environment sets; by name. */
export function effectiveArgs(build: Build): [string, string][] {
  const { args, config } = stageOf(build);
  const names = new Set((config.Env ?? []).map((line) => line.slice(0, line.indexOf("="))));
  const all: [string, string][] = [];
  for (const [key, value] of Object.entries(args)) if (value !== null && !names.has(key)) all.push([key, value]);
  for (const [key, value] of Object.entries(build.state.options.buildArgs))
    if (PREDEFINED.has(key) && value !== null && !(key in args) && !names.has(key)) all.push([key, value]);
  return all.sort(([a], [b]) => (a < b ? -1 : 1));
}

const shellOf = (config: ImageConfig) => config.Shell ?? DEFAULT_SHELL;

/** How history and cache name a step that runs nothing. */
export const nop = (config: ImageConfig, comment: string): string => `${shellOf(config).join(" ")} #(nop) ${comment}`;

/** Takes the step from the cache; false when it is not there. */
export function fromCache(build: Build, createdBy: string): boolean {
  const stage = stageOf(build);
  if (build.state.options.noCache || stage.cacheBusted) {
    if (!stage.cacheBusted) changeStage(build, { cacheBusted: true });
    return false;
  }
  const hit = cached(build, createdBy);
  if (!hit) {
    changeStage(build, { cacheBusted: true });
    return false;
  }
  say(build, " ---> Using cache\n");
  changeStage(build, { imageId: hit.imageId, config: hit.config });
  return true;
}

/** The newest image made by the same step from the same parent. */
function cached(build: Build, createdBy: string): ImageRow | undefined {
  const parent = stageOf(build).imageId;
  let best: ImageRow | undefined;
  for (const row of build.tx.table("images").by("machine", build.machine))
    if (row.parent === parent && row.cacheKey === createdBy && (!best || row.createdAt >= best.createdAt)) best = row;
  return best;
}

/** Keeps the step as an image. */
export function keep(build: Build, createdBy: string, config: ImageConfig, layer?: string): void {
  const { author } = stageOf(build);
  const row = addChild(build.tx, build.machine, currentBase(build), layer, {
    config,
    createdBy,
    cacheKey: createdBy,
    ...(author ? { author } : {}),
  });
  changeStage(build, { imageId: row.imageId, config: row.config });
}

export const sayArrow = (build: Build): void => say(build, ` ---> ${shortId(stageOf(build).imageId)}\n`);

export const needsBuildKit = (option: string) =>
  notImplemented(
    `the --${option} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
  );
