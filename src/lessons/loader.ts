/**
 * Turns the folder `lessons/` into the course, at build time (a Worker has no files): `scripts/lessons.mjs` runs it and writes
 * `generated/course.json`. Mistakes in a lesson are errors here, naming the file, never surprises for a student.
 */
import { parse } from "yaml";
import type { LessonStepDocument, Localized } from "../api/lesson";
import { type Condition, type Course, type Lesson, predicates, type StepRule, type Topic } from "./schema";

/** Reads a text file by its path below `lessons/`. */
export type ReadText = (path: string) => string;

const languages = ["en", "zh"] as const;

/** The whole course. Throws an error that names the file and what is wrong in it. */
export function loadCourse(read: ReadText): Course {
  const course = parse(read("course.yaml")) as {
    title: Localized;
    topics: { folder: string; title: Localized; lessons: string[] }[];
  };
  return {
    title: localized(course.title, "course.yaml: title"),
    topics: course.topics.map(
      ({ folder, title, lessons }): Topic => ({
        id: withoutNumber(folder),
        title: localized(title, `course.yaml: title of ${folder}`),
        lessons: lessons.map((lesson) => loadLesson(`${folder}/${lesson}`, read)),
      }),
    ),
  };
}

/** One lesson's folder. */
export function loadLesson(folder: string, read: ReadText): Lesson {
  const where = `${folder}/lesson.yaml`;
  const yaml = parse(read(where)) as LessonYaml;
  const prose = {
    en: sections(read(`${folder}/lesson.en.md`), `${folder}/lesson.en.md`),
    zh: sections(read(`${folder}/lesson.zh.md`), `${folder}/lesson.zh.md`),
  };
  const solutions = solutionParts(read(`${folder}/solution.sh`));
  const ids = yaml.steps.map((step) => step.id);
  for (const language of languages) sameIds(Object.keys(prose[language]), ids, `${folder}/lesson.${language}.md`);
  sameIds(Object.keys(solutions), ids, `${folder}/solution.sh`);
  return {
    document: {
      id: withoutNumber(folder.slice(folder.lastIndexOf("/") + 1)),
      title: localized(yaml.title, `${where}: title`),
      minutes: yaml.minutes,
      files: yaml.files.map((path) => ({ path, content: read(`${folder}/files/${path}`) })),
      steps: ids.map((id) => stepDocument(id, prose, folder)),
    },
    steps: yaml.steps.map((step) => stepRule(step, solutions[step.id] ?? "", where)),
  };
}

interface LessonYaml {
  title: Localized;
  minutes: number;
  files: string[];
  steps: { id: string; check: Record<string, unknown>[] }[];
}

interface Section {
  title: string;
  text: string;
  hints: string[];
}

type Prose = Record<(typeof languages)[number], Record<string, Section>>;

/** `## Title {#id}`, the text, then `### Hints` with one list item per hint. */
function sections(markdown: string, where: string): Record<string, Section> {
  const result: Record<string, Section> = {};
  for (const part of markdown.split(/^## /m).slice(1)) {
    const [heading = "", ...rest] = part.split("\n");
    const found = /^(.*?)\s*\{#([a-z0-9-]+)\}\s*$/.exec(heading);
    if (!found?.[2]) throw new Error(`${where}: heading without {#id}: ${heading}`);
    const [text = "", hints = ""] = rest.join("\n").split(/^### (?:Hints|提示)$/m);
    result[found[2]] = {
      title: found[1] ?? "",
      text: text.trim(),
      hints: hints
        .split(/^- /m)
        .slice(1)
        .map((hint) => hint.trim()),
    };
  }
  return result;
}

function stepDocument(id: string, prose: Prose, folder: string): LessonStepDocument {
  const en = prose.en[id];
  const zh = prose.zh[id];
  if (!en || !zh) throw new Error(`${folder}: step ${id} has no text`);
  if (en.hints.length !== zh.hints.length) throw new Error(`${folder}: step ${id}: the languages differ in hints`);
  return {
    id,
    title: { en: en.title, zh: zh.title },
    text: { en: en.text, zh: zh.text },
    hints: en.hints.map((hint, index) => ({ en: hint, zh: zh.hints[index] ?? hint })),
  };
}

function stepRule(step: LessonYaml["steps"][number], solution: string, where: string): StepRule {
  const check = step.check.map((raw, index): Condition => {
    const place = `${where}: step ${step.id}, condition ${index + 1}`;
    const names = Object.keys(raw).filter((key) => key !== "say");
    if (names.length !== 1 || !predicates.some((it) => it === names[0])) {
      throw new Error(`${place}: needs exactly one of ${predicates.join(", ")}; found ${names.join(", ") || "none"}`);
    }
    localized(raw.say as Localized, `${place}: say`);
    return raw as unknown as Condition;
  });
  if (check.length === 0) throw new Error(`${where}: step ${step.id} has no condition`);
  return { id: step.id, check, solution };
}

/** `# step: ID` opens a step's part of `solution.sh`. */
function solutionParts(text: string): Record<string, string> {
  const parts = text.split(/^# step: /m).slice(1);
  return Object.fromEntries(
    parts.map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end).trim(), `${part.slice(end + 1).trim()}\n`];
    }),
  );
}

function localized(value: Localized | undefined, place: string): Localized {
  for (const language of languages) if (!value?.[language]) throw new Error(`${place}: missing in ${language}`);
  return value as Localized;
}

function sameIds(found: string[], wanted: string[], where: string): void {
  if (found.join() !== wanted.join())
    throw new Error(`${where}: steps are ${found.join(", ")}; wanted ${wanted.join(", ")}`);
}

const withoutNumber = (name: string): string => name.replace(/^\d+-/, "");
