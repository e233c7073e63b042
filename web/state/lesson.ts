/** The open lesson: its text, which step is shown (also in the URL, so that a link leads to a step), and what is done. */
import { computed, signal } from "@preact/signals";
import type { LessonDocument, Localized } from "../../src/api/lesson";
import type { LessonStepProgress } from "../../src/api/socket";
import { readLesson } from "./api";
import { language } from "./settings";

const firstLesson = "containers-and-services";

export const lesson = signal<LessonDocument | undefined>(undefined);
export const lessonError = signal("");
export const progress = signal<LessonStepProgress[]>([]);
export const shownStep = signal(0);

export const doneCount = computed(() => progress.value.filter((it) => it.done).length);
export const stepProgress = (id: string): LessonStepProgress | undefined => progress.value.find((it) => it.id === id);

/** The text of the current language. */
export const local = (text: Localized): string => text[language.value];

/** Loads the lesson and shows the step that the URL names. */
export async function openLesson(id = firstLesson): Promise<void> {
  try {
    lesson.value = await readLesson(id);
    followHash();
    addEventListener("hashchange", followHash);
  } catch (error) {
    lessonError.value = error instanceof Error ? error.message : String(error);
  }
}

function followHash(): void {
  const id = location.hash.slice(1);
  const index = lesson.value?.steps.findIndex((step) => step.id === id) ?? -1;
  if (index >= 0) shownStep.value = index;
  else if (!id) shownStep.value = 0;
}

/** Shows a step; the browser's back button returns to the one before. */
export function showStep(index: number): void {
  const step = lesson.value?.steps[index];
  if (!step) return;
  shownStep.value = index;
  if (location.hash !== `#${step.id}`) history.pushState(null, "", `#${step.id}`);
}
