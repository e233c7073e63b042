/**
 * Checks a Compose file against its version's schema. Of all that is wrong the error deepest in the file is told, in
 * the words of the JSON schema library that docker uses.
 */
import { CliError } from "../errors";
import { parseDuration } from "../parse/duration";
import { parsePortSpec } from "../parse/ports";
import { composeSchema, type Schema, type TypeName } from "./schema";
import { OTHER_KEYS } from "./yaml-read";
import type { YamlMap, YamlValue } from "./yaml-scalars";

/** The newest version; `3` and no version at all mean this one. */
export const NEWEST_VERSION = "3.13";

interface Problem {
  readonly kind: "type" | "oneOf" | "other";
  readonly path: readonly string[];
  readonly text: string;
}

/** What a check found; `score` says how much was right, which decides between alternatives. */
interface Verdict {
  problems: Problem[];
  score: number;
}

/** Throws `services.web.deploy.replicas must be a integer` and the like. */
export function validate(file: YamlMap, version: string): void {
  const minor = /^3\.(\d|1[0-3])$/.exec(version)?.[1];
  if (minor === undefined) throw new CliError(`unsupported Compose file version: ${version}`);
  refuseUnprintable(file);
  const checker = new Checker(Number(minor));
  const { problems } = checker.check(composeSchema(Number(minor)), file, []);
  if (problems.length > 0) throw new CliError(wording(problems));
}

/** What has no JSON form is refused before any rule. */
function refuseUnprintable(value: YamlValue): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    const name = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    throw new CliError(`json: unsupported value: ${name}`);
  }
  if (value instanceof Map && value.has(OTHER_KEYS))
    throw new CliError("json: unsupported type: map[interface {}]interface {}");
  if (Array.isArray(value) || value instanceof Map) for (const item of value.values()) refuseUnprintable(item);
}

function wording(problems: readonly Problem[]): string {
  const depth = (problem: Problem) => Math.max(1, problem.path.join(".").split(".").length);
  let best = 0;
  problems.forEach((problem, index) => {
    const current = problems[best] as Problem;
    const deeper = depth(problem) > depth(current);
    const tie = depth(problem) === depth(current) && problem.kind === "type" && current.kind !== "type";
    if (deeper || tie) best = index;
  });
  const problem = problems[best] as Problem;
  const child = problem.kind === "oneOf" ? problems[best + 1] : undefined;
  return `${fieldOf(problem)} ${child?.text ?? problem.text}`;
}

const fieldOf = (problem: Problem) => (problem.path.length === 0 ? "(root)" : problem.path.join("."));

class Checker {
  constructor(private readonly minor: number) {}

  check(schema: Schema, value: YamlValue, path: readonly string[]): Verdict {
    const verdict: Verdict = { problems: [], score: 0 };
    const types = schema.type === undefined ? [] : [schema.type].flat();
    if (types.length > 0 && !types.some((type) => hasType(value, type))) {
      this.fail(verdict, { kind: "type", path, text: `must be a ${typeNames(types)}` });
      return verdict;
    }
    if (schema.oneOf) this.checkOneOf(schema.oneOf, value, path, verdict);
    if (Array.isArray(value)) this.checkList(schema, value, path, verdict);
    if (value instanceof Map) this.checkMap(schema, value, path, verdict);
    this.checkScalar(schema, value, path, verdict);
    verdict.score++;
    return verdict;
  }

  private fail(verdict: Verdict, problem: Problem): void {
    verdict.problems.push(problem);
    verdict.score -= 2;
  }

  private merge(verdict: Verdict, other: Verdict): void {
    verdict.problems.push(...other.problems);
    verdict.score += other.score;
  }

  private isHere(schema: Schema): boolean {
    return (schema.since ?? 0) <= this.minor;
  }

  private checkOneOf(choices: readonly Schema[], value: YamlValue, path: readonly string[], verdict: Verdict): void {
    const results = choices.filter((choice) => this.isHere(choice)).map((choice) => this.check(choice, value, path));
    if (results.filter((result) => result.problems.length === 0).length === 1) return;
    this.fail(verdict, { kind: "oneOf", path, text: "Must validate one and only one schema (oneOf)" });
    const wrong = results.filter((result) => result.problems.length > 0);
    if (wrong.length < results.length) return;
    const best = wrong.reduce((one, other) => (other.score > one.score ? other : one));
    this.merge(verdict, best);
  }

  private checkList(schema: Schema, value: YamlValue[], path: readonly string[], verdict: Verdict): void {
    const { items } = schema;
    if (items) {
      for (const [index, item] of value.entries())
        this.merge(verdict, this.check(items, item, [...path, String(index)]));
    }
    if (!schema.unique) return;
    const seen = new Map<string, number>();
    value.forEach((item, index) => {
      const key = jsonOf(item);
      const first = seen.get(key);
      if (first !== undefined)
        this.fail(verdict, { kind: "other", path, text: `array items[${first},${index}] must be unique` });
      seen.set(key, index);
    });
  }

  private checkMap(schema: Schema, value: YamlMap, path: readonly string[], verdict: Verdict): void {
    for (const name of schema.required ?? []) {
      if (value.has(name)) verdict.score++;
      else this.fail(verdict, { kind: "other", path, text: `${name} is required` });
    }
    const keys = [...value.keys()].sort();
    for (const key of keys) {
      const known = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
      const patterns = (schema.patterns ?? []).filter(([pattern, inner]) => pattern.test(key) && this.isHere(inner));
      for (const [, inner] of patterns) this.merge(verdict, this.check(inner, value.get(key) ?? null, [...path, key]));
      if (schema.closed && patterns.length === 0 && !(known && this.isHere(known)))
        this.fail(verdict, { kind: "other", path, text: `Additional property ${key} is not allowed` });
    }
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      if (this.isHere(inner) && value.has(key))
        this.merge(verdict, this.check(inner, value.get(key) ?? null, [...path, key]));
    }
  }

  private checkScalar(schema: Schema, value: YamlValue, path: readonly string[], verdict: Verdict): void {
    if (schema.enum && !schema.enum.includes(String(value))) {
      const allowed = schema.enum.map((word) => JSON.stringify(word)).join(", ");
      const text = `${path.join(".")} must be one of the following: ${allowed}`;
      this.fail(verdict, { kind: "other", path, text });
    }
    if (schema.format && !FORMATS[schema.format](value))
      this.fail(verdict, { kind: "other", path, text: `Does not match format '${schema.format}'` });
    if (schema.minimum !== undefined && Number(value) < schema.minimum)
      this.fail(verdict, { kind: "other", path, text: `Must be greater than or equal to ${schema.minimum}` });
  }
}

function hasType(value: YamlValue, type: TypeName): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return value instanceof Map;
    case "integer":
      return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
    case "number":
      return typeof value === "bigint" || typeof value === "number";
    default:
      return typeof value === type;
  }
}

function typeNames(types: readonly TypeName[]): string {
  const names = types.map((type) => (type === "object" ? "mapping" : type === "array" ? "list" : type));
  const last = names.at(-1) ?? "";
  return names.length === 1 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

const FORMATS = {
  duration: (value: YamlValue) => accepts(() => parseDuration(String(value))),
  // What is no text is looked at when the ports are read.
  ports: (value: YamlValue) => typeof value === "number" || accepts(() => parsePortSpec(String(value))),
};

function accepts(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

function jsonOf(value: YamlValue): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === "bigint") return Number(item);
    return item instanceof Map ? Object.fromEntries([...item].sort()) : item;
  });
}
