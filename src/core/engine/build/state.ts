/**
 * A build that goes on: everything it knows is in its operation's row, so that it survives a crash between any two
 * steps. The Dockerfile's text is kept and read again when needed (a cache spares that within one life).
 */
import { invalidParameter } from "../../errors";
import type { Tx } from "../../room";
import type { ContainerCreateRequest, ImageConfig } from "../types";
import { type Instruction, readStages, type Stages } from "./instructions";
import { parseDockerfile } from "./parser";

/** Query parameters of `POST /build`, read. */
export interface BuildOptions {
  readonly tags: readonly string[];
  readonly buildArgs: Readonly<Record<string, string | null>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly remove: boolean; // rm, default true
  readonly forceRemove: boolean;
  readonly target: string;
  readonly networkMode: string;
  readonly extraHosts: readonly string[];
  readonly memory: number;
}

/** What a RUN needs of the engine. */
export interface BuildContainers {
  create(tx: Tx, machine: string, args: { request: ContainerCreateRequest; buildId: string }): { readonly id: string };
  start(tx: Tx, machine: string, id: string): void;
  remove(tx: Tx, machine: string, id: string): void;
}

/** The stage being built. */
export interface StageState {
  readonly imageId: string; // "" on scratch
  readonly config: ImageConfig;
  readonly author: string;
  /** ARGs declared so far with their values; null when they have none. */
  readonly args: Readonly<Record<string, string | null>>;
  /** A step was not in the cache: nothing after it is looked for. */
  readonly cacheBusted: boolean;
  readonly cmdSet: boolean;
}

export interface BuildState {
  readonly text: string;
  readonly options: BuildOptions;
  readonly context: string; // tree of files
  /** Digest of an archive's bytes in the context to the digest of a JSON list of what is in it. */
  readonly archives: Readonly<Record<string, string>>;
  readonly position: number; // in the plan
  readonly announced: boolean; // its Step line is printed
  readonly metaArgs: Readonly<Record<string, string>>;
  readonly done: readonly { readonly name: string; readonly imageId: string }[];
  readonly stage?: StageState;
  /** ONBUILD triggers still to run before the FROM is done. */
  readonly triggers: readonly string[];
  readonly waiting?:
    | { readonly kind: "pull"; readonly operation: string }
    | { readonly kind: "run"; readonly container: string; readonly createdBy: string };
  /** Pulled for FROM or COPY --from: not asked for again with `--pull`. */
  readonly pulled: readonly string[];
  readonly usedArgs: readonly string[];
  readonly containers: readonly string[]; // intermediate ones not yet removed
}

/** One step of a build: the lines `Step i/n`. */
export type PlanStep =
  | { readonly kind: "metaArg"; readonly instruction: Instruction & { kind: "ARG" } }
  | { readonly kind: "from"; readonly stage: number }
  | { readonly kind: "instruction"; readonly instruction: Instruction; readonly last: boolean };

export interface Plan {
  readonly stages: Stages;
  readonly escapeToken: string;
  readonly warnings: readonly string[];
  readonly steps: readonly PlanStep[];
}

const plans = new Map<string, Plan>();
const KEPT_PLANS = 16;

/** Reads the Dockerfile and lays out its steps. Throws what `docker build` answers with 400. */
export function planOf(text: string, options: Pick<BuildOptions, "target" | "labels">): Plan {
  const key = JSON.stringify([text, options.target, options.labels]);
  const known = plans.get(key);
  if (known) return known;
  const plan = layOut(text, options);
  plans.set(key, plan);
  if (plans.size > KEPT_PLANS) plans.delete(plans.keys().next().value as string);
  return plan;
}

function layOut(text: string, options: Pick<BuildOptions, "target" | "labels">): Plan {
  const dockerfile = parseDockerfile(text);
  const stages = readStages(dockerfile);
  const wanted = targetStage(stages, options.target);
  const steps: PlanStep[] = stages.metaArgs.map((instruction) => ({ kind: "metaArg", instruction }));
  const labels = labelInstructions(options.labels);
  for (const [n, stage] of stages.stages.slice(0, wanted + 1).entries()) {
    const instructions = n === wanted ? [...stage.instructions, ...labels] : stage.instructions;
    steps.push({ kind: "from", stage: n });
    for (const [at, instruction] of instructions.entries())
      steps.push({ kind: "instruction", instruction, last: at === instructions.length - 1 });
  }
  return { stages, escapeToken: dockerfile.escapeToken, warnings: dockerfile.warnings, steps };
}

function targetStage({ stages }: Stages, target: string): number {
  if (target === "") return stages.length - 1;
  const named = stages.findIndex((stage) => stage.name === target.toLowerCase());
  if (named >= 0) return named;
  if (/^\d+$/.test(target) && Number(target) < stages.length) return Number(target);
  throw invalidParameter(`target stage ${JSON.stringify(target)} could not be found`);
}

const labelInstructions = (labels: Readonly<Record<string, string>>): Instruction[] =>
  Object.keys(labels)
    .sort()
    .map((key) => ({
      kind: "LABEL",
      pairs: [[key, labels[key] as string]],
      legacy: false,
      original: `LABEL ${key}=${labels[key]}`,
      line: 0,
    }));
