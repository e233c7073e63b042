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
  /** Markdown; a fenced block marked `run` holds commands, one a line, that a click types into the terminal, one marked `keys` a key such as
   * `Ctrl+C`, one marked `file=PATH` a file of the lesson to create and open. */
  text: Localized;
  hints: Localized[];
}
