/**
 * Go templates for `--format`: compile once, execute per object. Messages are Go's: `template: :1:2: executing "" at
 * <.Foo>: map has no entry for key "Foo"`.
 */
import { messageOf } from "../errors";
import { goString, isRow, isTrue } from "./go-value";
import { FUNCTIONS, type TemplateFunction } from "./template-funcs";
import { type Node, type Operand, type Pipe, parseTemplate } from "./template-parse";

/** Running a template failed; the message is complete. */
export class TemplateExecError extends Error {}

export interface TemplateOptions {
  readonly functions?: Readonly<Record<string, TemplateFunction>>;
}

export type Template = (data: unknown) => string;

/** Throws an Error `template: :1: REASON` when the source does not parse. */
export function compileTemplate(source: string, options: TemplateOptions = {}): Template {
  const functions = { ...FUNCTIONS, ...options.functions };
  let nodes: Node[];
  try {
    nodes = parseTemplate(source, (name) => Object.hasOwn(functions, name));
  } catch (error) {
    throw new Error(`template: :1: ${messageOf(error)}`);
  }
  return (data) => new Execution(functions, data).runAll(nodes, data);
}

/** Members whose names differ between Go's structs and the wire. */
const WIRE_NAMES: Readonly<Record<string, string>> = {
  ID: "Id",
  Id: "ID",
  APIVersion: "ApiVersion",
  ApiVersion: "APIVersion",
};

interface Variable {
  readonly name: string;
  value: unknown;
}

/** One run of a template; holds its variables. */
class Execution {
  private readonly variables: Variable[];
  /** The member name the last value came from: it decides how an object prints. */
  private lastName = "";

  constructor(
    private readonly functions: Readonly<Record<string, TemplateFunction>>,
    root: unknown,
  ) {
    this.variables = [{ name: "$", value: root }];
  }

  runAll(nodes: readonly Node[], dot: unknown): string {
    const mark = this.variables.length;
    const out = nodes.map((node) => this.run(node, dot)).join("");
    this.variables.length = Math.max(mark, 1);
    return out;
  }

  private run(node: Node, dot: unknown): string {
    if (node.kind === "text") return node.text;
    if (node.kind === "pipe") {
      const value = this.pipe(node.pipe, dot);
      if (node.pipe.declares.length > 0) return "";
      return value === undefined || value === null ? "<no value>" : goString(value, this.lastName);
    }
    if (node.kind === "range") return this.range(node, dot);
    const mark = this.variables.length;
    const value = this.pipe(node.pipe, dot);
    const inner = node.kind === "with" ? value : dot;
    const out = isTrue(value) ? this.runAll(node.body, inner) : this.runAll(node.otherwise, dot);
    this.variables.length = mark;
    return out;
  }

  private range(node: Extract<Node, { kind: "if" | "with" | "range" }>, dot: unknown): string {
    const value = this.pipe({ ...node.pipe, declares: [] }, dot);
    const entries = this.entriesOf(value);
    if (entries.length === 0) return this.runAll(node.otherwise, dot);
    const names = node.pipe.declares;
    let out = "";
    for (const [key, item] of entries) {
      const mark = this.variables.length;
      if (names.length === 1) this.variables.push({ name: names[0] ?? "", value: item });
      if (names.length > 1) {
        this.variables.push({ name: names[0] ?? "", value: key }, { name: names[1] ?? "", value: item });
      }
      out += this.runAll(node.body, item);
      this.variables.length = mark;
    }
    return out;
  }

  private entriesOf(value: unknown): [unknown, unknown][] {
    if (Array.isArray(value)) return value.map((item, index) => [index, item]);
    if (typeof value === "number") return Array.from({ length: value }, (_, index) => [index, index]);
    if (value === null || value === undefined) return [];
    if (typeof value === "object" && !isRow(value)) {
      return Object.keys(value)
        .sort()
        .map((key) => [key, (value as Record<string, unknown>)[key]]);
    }
    throw new TemplateExecError(`template: :1: executing "": range can't iterate over ${goString(value)}`);
  }

  private pipe(pipe: Pipe, dot: unknown): unknown {
    let value: unknown;
    for (const [index, command] of pipe.commands.entries()) {
      value = this.command(command, dot, index > 0 ? [value] : []);
    }
    for (const name of pipe.declares) {
      const known = pipe.assigns ? this.variables.findLast((variable) => variable.name === name) : undefined;
      if (known) known.value = value;
      else this.variables.push({ name, value });
    }
    return value;
  }

  private command(command: readonly Operand[], dot: unknown, last: unknown[]): unknown {
    const [first, ...rest] = command;
    if (!first) return undefined;
    const args = () => [...rest.map((operand) => this.operand(operand, dot, [])), ...last];
    if (first.kind === "function") {
      const call = this.functions[first.name];
      const values = args();
      this.lastName = "";
      try {
        return call?.(values);
      } catch (error) {
        if (error instanceof TemplateExecError) throw error;
        const at = `<${command.map((operand) => operand.source).join(" ")}>`;
        throw new TemplateExecError(
          `template: :1:2: executing "" at ${at}: error calling ${first.name}: ${messageOf(error)}`,
        );
      }
    }
    return this.operand(first, dot, args());
  }

  private operand(operand: Operand, dot: unknown, args: unknown[]): unknown {
    switch (operand.kind) {
      case "literal":
        this.lastName = "";
        return operand.value;
      case "function":
        return this.functions[operand.name]?.([]);
      case "field":
        if (operand.path.length === 0) {
          this.lastName = "";
          return dot;
        }
        return this.fields(dot, operand.path, operand, args);
      case "variable": {
        const variable = this.variables.findLast((candidate) => candidate.name === operand.name);
        return this.fields(variable?.value, operand.path, operand, args);
      }
      default:
        return this.fields(this.pipe(operand.pipe, dot), operand.path, operand, args);
    }
  }

  private fields(start: unknown, path: readonly string[], operand: Operand & { at: number }, args: unknown[]): unknown {
    let value = start;
    // Go's parser files a chain of fields under the place of its second one.
    const [first = ""] = path;
    const at = operand.at + (path.length > 1 && operand.kind === "field" ? first.length + 1 : 0);
    for (const [index, name] of path.entries()) {
      value = this.field(value, name, index === path.length - 1 ? args : [], at, operand);
      this.lastName = name;
    }
    return value;
  }

  private field(value: unknown, name: string, args: unknown[], at: number, operand: Operand): unknown {
    const fail = (reason: string) =>
      new TemplateExecError(`template: :1:${at}: executing "" at <${operand.source}>: ${reason}`);
    if (isRow(value)) {
      const field = Object.hasOwn(value.fields, name) ? value.fields[name] : undefined;
      if (!field) throw fail(`can't evaluate field ${name} in type ${value.goType}`);
      return field(...args.map((arg) => goString(arg)));
    }
    if (value === null || value === undefined) throw fail(`nil data; no entry for key ${JSON.stringify(name)}`);
    if (typeof value !== "object" || Array.isArray(value)) {
      throw fail(`can't evaluate field ${name} in type interface {}`);
    }
    const object = value as Record<string, unknown>;
    if (Object.hasOwn(object, name)) return object[name];
    // Go's struct members are ID where the wire says Id.
    const alias = WIRE_NAMES[name] ?? name;
    if (Object.hasOwn(object, alias)) return object[alias];
    const absent = Object.getPrototypeOf(object) as Record<string, unknown>;
    if (absent !== Object.prototype && Object.hasOwn(absent, name)) return absent[name];
    throw fail(`map has no entry for key ${JSON.stringify(name)}`);
  }
}
