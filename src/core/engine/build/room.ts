/**
 * The classic builder (moby `builder/dockerfile`): a build is an operation that takes its steps one by one on the
 * agenda, waits for pulls and for the containers of RUN, and says what it does on its progress stream.
 */
import { DockerError, invalidParameter } from "../../errors";
import { deleteTree } from "../../machine/file-ops";
import { fileId } from "../../machine/layers";
import type { Room, Tx } from "../../room";
import { type Change, isChange } from "../../store/schema";
import { needSpace, temporaryName } from "../disk";
import { shortId } from "../image-document";
import { tagImage } from "../images";
import type { LayerEntry } from "../layers";
import { beginOperation, fail, finish, tell } from "../progress";
import { familiarString, parseReference, withTag } from "../references";
import { from, metaArg } from "./from";
import { readTrigger } from "./instructions";
import { type Build, change, PREDEFINED, say, sayArrow, stageOf } from "./stage";
import { type BuildContainers, type BuildOptions, type BuildState, type PlanStep, planOf } from "./state";
import { instructionStep, keepRun } from "./steps";

declare module "../../room" {
  interface Commands {
    /** `entries` are the context's files. Throws what is answered with 400. */
    "build.start": {
      args: {
        machine: string;
        entries: readonly LayerEntry[];
        dockerfile: string;
        dockerfileName: string;
        archives?: Record<string, string>;
        options: BuildOptions;
      };
      reply: { operation: string };
    };
  }
}

/** Simulated time of a step that runs nothing, and of one from the cache. */
const STEP_MILLIS = 35;
const QUICK_MILLIS = 4;

export function buildRoom(containers: BuildContainers): Room {
  return {
    commands: {
      "build.start": (tx, args) => ({ operation: startBuild(tx, args) }),
    },
    timers: { "build.step": (tx, id) => step(tx, id, containers) },
    loops: [
      {
        name: "builds",
        watches: ["containers", "operations", "logs"],
        run: (tx, changes) => {
          for (const one of changes) follow(tx, one, containers);
        },
      },
    ],
  };
}

interface StartArgs {
  readonly machine: string;
  readonly entries: readonly LayerEntry[];
  readonly dockerfile: string;
  readonly dockerfileName: string;
  readonly archives?: Record<string, string>;
  readonly options: BuildOptions;
}

function startBuild(
  tx: Tx,
  { machine, entries, dockerfile, dockerfileName, archives = {}, options }: StartArgs,
): string {
  if (dockerfile === "") throw invalidParameter(`the Dockerfile (${dockerfileName}) cannot be empty`);
  for (const tag of options.tags) parseTag(tag);
  const plan = planOf(dockerfile, options);
  const state: BuildState = {
    text: dockerfile,
    options,
    context: "",
    archives,
    position: 0,
    announced: false,
    metaArgs: {},
    done: [],
    triggers: [],
    pulled: [],
    usedArgs: [],
    containers: [],
  };
  needSpace(tx, machine, "mkdir", () => temporaryName(tx, "docker-builder"));
  const { id } = beginOperation(tx, machine, "build", state);
  const context = `context:${id}`;
  for (const entry of entries) tx.table("files").put({ ...entry, id: fileId(context, entry.path), tree: context });
  tx.table("operations").patch(id, { data: { ...state, context } });
  for (const warning of plan.warnings) tell(tx, id, { stream: `${warning}\n` });
  tx.schedule("build.step", id, QUICK_MILLIS);
  return id;
}

function parseTag(tag: string) {
  const reference = parseReference(tag);
  if (reference.digest) throw invalidParameter("build tag cannot contain a digest");
  return withTag(reference);
}

function open(tx: Tx, id: string): Build | undefined {
  const operation = tx.table("operations").get(id);
  if (operation?.kind !== "build" || operation.state !== "running") return undefined;
  return { tx, id, machine: operation.machine, state: operation.data as BuildState };
}

const save = (build: Build): void => {
  build.tx.table("operations").patch(build.id, { data: build.state });
};

/** Timer: the next step, or what is left of the present one. */
function step(tx: Tx, id: string, containers: BuildContainers): void {
  const build = open(tx, id);
  if (!build || build.state.waiting) return;
  guard(build, containers, () => {
    const plan = planOf(build.state.text, build.state.options);
    const current = plan.steps[build.state.position];
    if (!current) {
      complete(build);
      return;
    }
    if (!build.state.announced) announce(build, current);
    if (!perform(build, current, containers)) {
      save(build);
      return;
    }
    endStep(build, current);
  });
}

/** Runs a part of a build; a refusal ends the build, what was said before it stays said. */
function guard(build: Build, containers: BuildContainers, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    abort(build, containers, error);
  }
}

function abort(build: Build, containers: BuildContainers, error: { message: string; code?: number }): void {
  if (build.state.options.forceRemove) removeContainers(build, containers);
  save(build);
  deleteTree(build.tx, build.state.context);
  fail(build.tx, build.id, { message: error.message, ...(error.code === undefined ? {} : { code: error.code }) });
}

function announce(build: Build, current: PlanStep): void {
  const plan = planOf(build.state.text, build.state.options);
  if (current.kind === "from") {
    const { name } = plan.stages.stages[current.stage] as { name: string };
    if (name !== "" && build.state.done.some((stage) => stage.name === name))
      throw invalidParameter("same stage name already used");
  }
  const text =
    current.kind === "from" ? (plan.stages.stages[current.stage]?.original ?? "") : current.instruction.original;
  say(build, `Step ${build.state.position + 1}/${plan.steps.length} : ${text}`);
  say(build, "\n");
  change(build, { announced: true });
}

/** True once the step is done. */
function perform(build: Build, current: PlanStep, containers: BuildContainers): boolean {
  const { stages, escapeToken } = planOf(build.state.text, build.state.options);
  if (current.kind === "metaArg") {
    metaArg(build, current.instruction, escapeToken);
    return true;
  }
  if (current.kind === "instruction") return instructionStep(build, current.instruction, escapeToken, containers);
  const stage = stages.stages[current.stage];
  if (!stage) return true;
  if (!isBegun(build, current.stage) && !from(build, stage, escapeToken)) return false;
  return runTriggers(build, escapeToken, containers);
}

/** FROM itself is done and only its triggers are left. */
const isBegun = (build: Build, stage: number) => build.state.stage !== undefined && build.state.done.length === stage;

/** Each trigger is taken off the list as it begins, so that a wait in the middle goes on with the next. */
function runTriggers(build: Build, escapeToken: string, containers: BuildContainers): boolean {
  for (;;) {
    const [next, ...rest] = build.state.triggers;
    if (next === undefined) return true;
    const before = build.state.triggers;
    change(build, { triggers: rest });
    if (instructionStep(build, readTrigger(next, escapeToken), escapeToken, containers))
      removeContainers(build, containers);
    else {
      if (build.state.waiting?.kind === "pull") change(build, { triggers: before });
      return false;
    }
  }
}

function endStep(build: Build, current: PlanStep): void {
  if (current.kind !== "metaArg") sayArrow(build);
  const plan = planOf(build.state.text, build.state.options);
  const next = plan.steps[build.state.position + 1];
  const stageEnds = current.kind !== "metaArg" && (!next || next.kind === "from");
  if (stageEnds) endStage(build);
  change(build, { position: build.state.position + 1, announced: false });
  save(build);
  build.tx.schedule("build.step", build.id, next ? STEP_MILLIS : QUICK_MILLIS);
}

function endStage(build: Build): void {
  const { imageId } = stageOf(build);
  if (imageId === "") {
    throw invalidParameter("No image was generated. Is your Dockerfile empty?");
  }
  const plan = planOf(build.state.text, build.state.options);
  const name = plan.stages.stages[build.state.done.length]?.name ?? "";
  tell(build.tx, build.id, { aux: { ID: imageId } });
  change(build, { done: [...build.state.done, { name, imageId }], stage: undefined });
}

function complete(build: Build): void {
  const { tx, state } = build;
  const imageId = state.done.at(-1)?.imageId ?? "";
  const unused = Object.keys(state.options.buildArgs).filter(
    (key) => !state.usedArgs.includes(key) && !PREDEFINED.has(key),
  );
  if (unused.length > 0)
    say(build, `[Warning] One or more build-args [${unused.sort().join(" ")}] were not consumed\n`);
  say(build, `Successfully built ${shortId(imageId)}\n`);
  for (const tag of state.options.tags) {
    const row = tx.table("images").get(`${build.machine}/${imageId}`);
    if (!row) break;
    tagImage(tx, row, parseTag(tag));
    say(build, `Successfully tagged ${familiarString(parseTag(tag))}\n`);
  }
  save(build);
  deleteTree(tx, state.context);
  finish(tx, build.id);
}

/** What others did that a build waits for or passes on. */
function follow(tx: Tx, one: Change, containers: BuildContainers): void {
  if (isChange(one, "logs")) passOn(tx, one);
  else if (isChange(one, "operations")) afterPull(tx, one, containers);
  else if (isChange(one, "containers")) afterRun(tx, one, containers);
}

/** Output of a RUN, standard error in red as the real stream has it. */
function passOn(tx: Tx, { before, after }: Change<"logs">): void {
  if (!after) return;
  const id = tx.table("containers").get(after.containerId)?.buildId;
  if (!id || !open(tx, id)) return;
  const text = after.text.slice(before?.text.length ?? 0);
  if (text !== "") tell(tx, id, { stream: after.stream === "stderr" ? `\u001b[91m${text}\u001b[0m` : text });
}

function afterPull(tx: Tx, { after }: Change<"operations">, containers: BuildContainers): void {
  if (after?.kind !== "pull" || after.state === "running") return;
  const { stream } = after.data as { stream: string };
  const build = stream === after.id ? undefined : open(tx, stream);
  const waiting = build?.state.waiting;
  if (!build || waiting?.kind !== "pull" || waiting.operation !== after.id) return;
  change(build, { waiting: undefined });
  if (after.state === "failed") abort(build, containers, { message: pullFailure(build, after.error ?? "") });
  else {
    save(build);
    tx.schedule("build.step", build.id, QUICK_MILLIS);
  }
}

/** A pull for COPY --from fails as that flag's value. */
function pullFailure(build: Build, message: string): string {
  const current = planOf(build.state.text, build.state.options).steps[build.state.position];
  if (current?.kind !== "instruction" || current.instruction.kind !== "COPY") return message;
  return `invalid from flag value ${current.instruction.from}: ${message}`;
}

function afterRun(tx: Tx, { after }: Change<"containers">, containers: BuildContainers): void {
  if (!after?.buildId || (after.state !== "exited" && after.state !== "dead")) return;
  const build = open(tx, after.buildId);
  const waiting = build?.state.waiting;
  if (!build || waiting?.kind !== "run" || waiting.container !== after.id) return;
  guard(build, containers, () => {
    change(build, { waiting: undefined });
    if (after.exitCode !== 0) {
      const command = [...(after.config.Entrypoint ?? []), ...(after.config.Cmd ?? [])].join(" ");
      abort(build, containers, {
        message: `The command '${command}' returned a non-zero code: ${after.exitCode}`,
        code: after.exitCode,
      });
      return;
    }
    keepRun(build, after.id, waiting.createdBy);
    if (build.state.options.remove || build.state.options.forceRemove) removeContainers(build, containers);
    const current = planOf(build.state.text, build.state.options).steps[build.state.position] as PlanStep;
    if (current.kind === "from") resumeTriggers(build);
    else endStep(build, current);
  });
}

/** A RUN of a trigger ended: the step goes on with the next one. */
function resumeTriggers(build: Build): void {
  save(build);
  build.tx.schedule("build.step", build.id, QUICK_MILLIS);
}

function removeContainers(build: Build, containers: BuildContainers): void {
  for (const id of build.state.containers) {
    if (build.tx.table("containers").has(id)) containers.remove(build.tx, build.machine, id);
    say(build, ` ---> Removed intermediate container ${id.slice(0, 12)}\n`);
  }
  change(build, { containers: [] });
}

/** The client went away: the build ends, its containers with it. */
export function cancelBuild(tx: Tx, id: string, containers: BuildContainers): void {
  const build = open(tx, id);
  if (!build) return;
  for (const container of build.state.containers)
    if (tx.table("containers").has(container)) containers.remove(tx, build.machine, container);
  change(build, { containers: [], waiting: undefined });
  abort(build, containers, { message: "context canceled" });
}
