/**
 * What a lesson's folder says, once read: prose in two languages, files, and per step the conditions that make it done.
 * All of it is data, so that a builder, an importer and a test can carry it. The door a browser sees is `LessonDocument`.
 */
import type { LessonDocument, Localized } from "../api/lesson";

/** The whole course, as `lessons/course.yaml` orders it. */
export interface Course {
  title: Localized;
  topics: Topic[];
}

export interface Topic {
  id: string;
  title: Localized;
  lessons: Lesson[];
}

/** A lesson with what the browser never needs: its checks and its solution. */
export interface Lesson {
  document: LessonDocument;
  steps: StepRule[];
}

/** What makes a step done, and the commands that do it. */
export interface StepRule {
  id: string;
  check: Condition[];
  /** Shell text that does the step; tests play it. */
  solution: string;
}

/** One condition and the sentence that names it while it is unmet; `{have}`, `{want}` and `{missing}` are filled in. */
export type Condition = Predicate & { say: Localized };

/**
 * What a condition may ask, one key each. Patterns are globs over familiar names (`friendlyhello:latest`, `*` + `/*:*`).
 * State predicates look at the cluster as it is; the others at what was once seen (`LessonMemory`).
 */
export type Predicate =
  | { file: { path: string; includes?: string[]; lacks?: string[] } }
  | { image: { like: string; port?: string; env?: string; workdir?: string; command?: string[] } }
  | { pushed: { like: string } }
  | { started: { image: string; published?: number; target?: number } }
  | { stopped: { image: string } }
  | { running: { image: string; atMost: number } }
  | { answered: { port: number; by: "container" | "service"; distinct: number; afterUpdate?: boolean } }
  | { swarm: "active" | "left" }
  | { service: ServicePredicate }
  | { scaled: { service: string; above: number; kept: number } }
  | { updated: { service: string } }
  | { removed: { service: string } };

export interface ServicePredicate {
  name: string;
  /** At least so many tasks run, and as many as are wanted. */
  running?: number;
  published?: number;
  network?: string;
  cpus?: number;
  memory?: number; // bytes
}

/** The names of the predicates, for validation. */
export const predicates = [
  "file",
  "image",
  "pushed",
  "started",
  "stopped",
  "running",
  "answered",
  "swarm",
  "service",
  "scaled",
  "updated",
  "removed",
] as const;
