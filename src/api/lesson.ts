/** A lesson as data, as `GET /api/lessons/LESSON` serves it. Types only. */

export interface Localized {
  en: string;
  zh: string;
}

export interface LessonDocument {
  id: string;
  title: Localized;
  minutes: number;
  /** Files put into the student's home when asked for. */
  files: { path: string; content: string }[];
  steps: LessonStepDocument[];
}

export interface LessonStepDocument {
  id: string;
  title: Localized;
  /** Markdown; a fenced block marked `run` is a command that a click types into the terminal, one marked `file=PATH` a file to open. */
  text: Localized;
  hints: Localized[];
}
