/** One instruction of a stage: looks into the cache, else does it. Only RUN takes time of its own. */
import { hexId } from "../../chance/ids";
import { invalidParameter } from "../../errors";
import { applyTo, deleteTree } from "../../machine/file-ops";
import { openLayers, openTree } from "../../machine/files";
import { commitContainer } from "../commit";
import { freezeLayer, writtenEntries } from "../layers";
import { copyStep } from "./copy";
import type { Instruction, InstructionOf } from "./instructions";
import { applyMetadata, commandWords, isMetadata, type Metadata } from "./metadata";
import {
  type Build,
  change,
  changeStage,
  currentBase,
  effectiveArgs,
  environmentOf,
  fromCache,
  keep,
  needsBuildKit,
  nop,
  PREDEFINED,
  say,
  stageOf,
} from "./stage";
import type { BuildContainers } from "./state";
import { expandWord } from "./words";

/** True once it is done; false while it waits for a container or a pull. */
export function instructionStep(
  build: Build,
  instruction: Instruction,
  escapeToken: string,
  containers: BuildContainers,
): boolean {
  if (instruction.kind === "RUN") return runStep(build, instruction, containers);
  if (instruction.kind === "COPY" || instruction.kind === "ADD") return copyStep(build, instruction, escapeToken);
  if (instruction.kind === "ARG") argStep(build, instruction, escapeToken);
  else if (instruction.kind === "WORKDIR") workdirStep(build, instruction as Metadata, escapeToken);
  else if (isMetadata(instruction)) metadataStep(build, instruction, escapeToken);
  return true;
}

function metadataStep(build: Build, instruction: Metadata, escapeToken: string): void {
  const { config: before, cmdSet } = stageOf(build);
  const changed = applyMetadata(before, instruction, environmentOf(build), escapeToken);
  const config =
    instruction.kind === "ENTRYPOINT" && cmdSet ? { ...changed.config, Cmd: before.Cmd ?? null } : changed.config;
  if (instruction.kind === "CMD") changeStage(build, { cmdSet: true });
  if (changed.author !== undefined) changeStage(build, { author: changed.author });
  emptyStep(build, nop(before, changed.comment), config);
}

/** A step without files of its own: the real builder makes a container for it all the same, and says so. */
function emptyStep(
  build: Build,
  createdBy: string,
  config: ReturnType<typeof stageOf>["config"],
  layer?: () => string | undefined,
): void {
  if (fromCache(build, createdBy)) return;
  const id = hexId(build.tx.random("engine.containers")).slice(0, 12);
  say(build, ` ---> Running in ${id}\n`);
  keep(build, createdBy, config, layer?.());
  if (build.state.options.remove || build.state.options.forceRemove)
    say(build, ` ---> Removed intermediate container ${id}\n`);
}

function argStep(build: Build, instruction: InstructionOf<"ARG">, escapeToken: string): void {
  const env = environmentOf(build);
  const { args, config } = stageOf(build);
  const declared: Record<string, string | null> = { ...args };
  const texts: string[] = [];
  for (const { key: typed, value } of instruction.args) {
    const key = expandWord(typed, env, escapeToken);
    if (key === "") throw invalidParameter("ARG names can not be blank");
    const standard = value === undefined ? undefined : expandWord(value, env, escapeToken);
    const given = build.state.options.buildArgs[key];
    declared[key] = given ?? standard ?? build.state.metaArgs[key] ?? null;
    texts.push(standard === undefined ? key : `${key}=${standard}`);
  }
  change(build, { usedArgs: [...build.state.usedArgs, ...Object.keys(declared)] });
  changeStage(build, { args: declared });
  emptyStep(build, nop(config, ` ARG ${texts.join(" ")}`), config);
}

function workdirStep(build: Build, instruction: Metadata, escapeToken: string): void {
  const before = stageOf(build).config;
  const { config, comment } = applyMetadata(before, instruction as Metadata, environmentOf(build), escapeToken);
  emptyStep(build, nop(before, comment), config, () => makeDirectory(build, config.WorkingDir ?? "/"));
}

function makeDirectory(build: Build, path: string): string | undefined {
  const { tx } = build;
  const { layers } = currentBase(build);
  const files = openLayers(tx, layers);
  if (files.exists(path) && files.stat(path).type === "dir") return undefined;
  const tree = `build:${build.id}`;
  const { error } = applyTo(tx, () => openTree(tx, tree, layers), [{ op: "mkdir", path, recursive: true }]);
  if (error) throw invalidParameter(`mkdir ${path}: not a directory`);
  const layer = freezeLayer(tx, writtenEntries(tx, tree));
  deleteTree(tx, tree);
  return layer;
}

function runStep(build: Build, instruction: InstructionOf<"RUN">, containers: BuildContainers): boolean {
  if (instruction.buildKitOnly) throw needsBuildKit(instruction.buildKitOnly);
  const { config, imageId } = stageOf(build);
  const words = commandWords(config, instruction.command);
  const args = effectiveArgs(build);
  const keyed = args.filter(([key]) => !PREDEFINED.has(key) || key in stageOf(build).args);
  const createdBy = [
    ...(keyed.length > 0 ? [`|${keyed.length}`, ...keyed.map(([key, value]) => `${key}=${value}`)] : []),
    ...words,
  ].join(" ");
  if (fromCache(build, createdBy)) return true;
  if (imageId === "")
    throw invalidParameter(
      `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${words[0]}": stat ${words[0]}: no such file or directory`,
    );
  const { Healthcheck: _, OnBuild: __, ...runConfig } = config;
  const { options } = build.state;
  const { id } = containers.create(build.tx, build.machine, {
    buildId: build.id,
    request: {
      ...runConfig,
      Image: imageId,
      Cmd: words,
      Entrypoint: [""],
      Env: [...(config.Env ?? []), ...args.map(([key, value]) => `${key}=${value}`)],
      Healthcheck: { Test: ["NONE"] },
      HostConfig: {
        NetworkMode: options.networkMode || "default",
        ...(options.extraHosts.length > 0 ? { ExtraHosts: [...options.extraHosts] } : {}),
        ...(options.memory > 0 ? { Memory: options.memory } : {}),
      },
    },
  });
  say(build, ` ---> Running in ${id.slice(0, 12)}\n`);
  change(build, { waiting: { kind: "run", container: id, createdBy }, containers: [...build.state.containers, id] });
  containers.start(build.tx, build.machine, id);
  return false;
}

/** The container of a RUN ended well: what it wrote becomes the step's layer. */
export function keepRun(build: Build, containerId: string, createdBy: string): void {
  const container = build.tx.table("containers").get(containerId);
  if (!container) throw invalidParameter(`No such container: ${containerId}`);
  const { config, author } = stageOf(build);
  const row = commitContainer(build.tx, container, {
    config,
    createdBy,
    cacheKey: createdBy,
    ...(author ? { author } : {}),
  });
  changeStage(build, { imageId: row.imageId });
}
