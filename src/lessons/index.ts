/** Door of the lessons: the course as built into the bundle, and what decides whether a step is done. */
import courseJson from "./generated/course.json";
import type { Course, Lesson } from "./schema";

export { LessonKeeper, type LessonState } from "./keeper";
export { emptyMemory, remember, rememberRequest } from "./memory";
export { doneSteps, progress } from "./progress";
export type { Condition, Course, Lesson, Predicate, StepRule } from "./schema";
export type * from "./view";

/** The course in its order. */
export const course = courseJson as unknown as Course;

/** A lesson by its id. */
export function findLesson(id: string): Lesson | undefined {
  return course.topics.flatMap((topic) => topic.lessons).find((lesson) => lesson.document.id === id);
}
