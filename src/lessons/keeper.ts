/**
 * The lessons of one cluster as the host drives them: shown each new look of the cluster and each answered request, it says what
 * progress to send, and whether there is something new to keep. Its state is JSON and lies beside the cluster's rows.
 */
import type { LessonStepProgress } from "../api/socket";
import { emptyMemory, remember, rememberRequest } from "./memory";
import { doneSteps, progress } from "./progress";
import type { Lesson } from "./schema";
import type { LessonMemory, LessonRequest, LessonView } from "./view";

export interface LessonState {
  readonly memory: LessonMemory;
  /** Ids of the done steps, by lesson id. */
  readonly done: Readonly<Record<string, readonly string[]>>;
}

export class LessonKeeper {
  #state: LessonState;

  constructor(saved?: LessonState) {
    this.#state = saved ?? { memory: emptyMemory(), done: {} };
  }

  /** To be kept whenever it is another object than before. */
  get state(): LessonState {
    return this.#state;
  }

  /** The cluster may have changed: after each step of the core, or for many of them at once. */
  look(view: LessonView): void {
    const memory = remember(this.#state.memory, view);
    if (memory !== this.#state.memory) this.#state = { ...this.#state, memory };
  }

  /** A published port answered. */
  request(request: LessonRequest): void {
    const memory = rememberRequest(this.#state.memory, request);
    if (memory !== this.#state.memory) this.#state = { ...this.#state, memory };
  }

  /** How far a lesson is, steps done now included for good. */
  progress(lesson: Lesson, view: LessonView): LessonStepProgress[] {
    const { id } = lesson.document;
    const before = this.#state.done[id] ?? [];
    const steps = progress(lesson, before, view, this.#state.memory);
    const done = doneSteps(steps);
    if (done.length !== before.length) this.#state = { ...this.#state, done: { ...this.#state.done, [id]: done } };
    return steps;
  }

  /** The cluster is as new. */
  reset(): void {
    this.#state = { memory: emptyMemory(), done: {} };
  }
}
