/**
 * Which steps of a lesson are done. A step once done stays done (tearing the stack down must not undo the step that built it);
 * steps are judged on their own, so that a student who runs ahead is not held back. The host keeps `done` with the cluster.
 */
import type { LessonStepProgress } from "../api/socket";
import { unmet } from "./checks";
import type { Lesson } from "./schema";
import type { LessonMemory, LessonView } from "./view";

/** Progress of one lesson, for `lesson.progress`; feed the ids of its done steps back as `done` the next time. */
export function progress(
  lesson: Lesson,
  done: readonly string[],
  view: LessonView,
  memory: LessonMemory,
): LessonStepProgress[] {
  return lesson.steps.map(({ id, check }) => {
    if (done.includes(id)) return { id, done: true, missing: [] };
    const missing = check.map((condition) => unmet(condition, view, memory)).filter((it) => it !== undefined);
    return { id, done: missing.length === 0, missing };
  });
}

/** The ids to keep. */
export function doneSteps(steps: readonly LessonStepProgress[]): string[] {
  return steps.filter((it) => it.done).map((it) => it.id);
}
