/**
 * The templates in a service's hostname, environment and mounts, and in secrets and configs that say so:
 * `{{.Service.Name}}`, `{{.Node.Hostname}}`, `{{.Task.Slot}}`, `{{index .Service.Labels "key"}}`, `{{env "NAME"}}` (swarmkit
 * `template/`). Of Go's language fields, `index` and the functions of data are understood: no pipelines, no conditions.
 */
import { systemError } from "../errors";
import { rpc } from "./access";

export interface TemplateContext {
  readonly Service: { readonly ID: string; readonly Name: string; readonly Labels: Readonly<Record<string, string>> };
  readonly Node: {
    readonly ID: string;
    readonly Hostname: string;
    readonly Platform: { readonly Architecture: string; readonly OS: string };
  };
  readonly Task: { readonly ID: string; readonly Name: string; readonly Slot: string };
}

/** What a template may call beside `index`: name to function of one word. They throw an Error that says why not. */
export type TemplateFunctions = Readonly<Record<string, (argument: string) => string>>;

const empty: TemplateContext = {
  Service: { ID: "", Name: "", Labels: {} },
  Node: { ID: "", Hostname: "", Platform: { Architecture: "", OS: "" } },
  Task: { ID: "", Name: "", Slot: "" },
};

class TemplateFault extends Error {}

/** Expands a text; throws with Go's words when it names what is not there. */
export function expand(text: string, context: TemplateContext, functions: TemplateFunctions = {}): string {
  const open = text.lastIndexOf("{{");
  if (open > text.lastIndexOf("}}"))
    throw new TemplateFault(`template: expansion:${text.slice(0, open).split("\n").length}: unclosed action`);
  return text.replace(ACTION, (_whole, open: string, action: string, at: number) => {
    const line = text.lastIndexOf("\n", at) + 1;
    const place = { line: text.slice(0, at).split("\n").length, column: at - line + open.length };
    return evaluate(action, context, functions, place);
  });
}

const ACTION = /(\{\{(?:- )?\s*)(.*?)\s*(?: -)?\}\}/g;
const FIELD = /^(\.[A-Za-z]\w*)+$/;
const CALL = /^(\w+)\s+"((?:[^"\\]|\\.)*)"$/;

interface Place {
  readonly line: number;
  readonly column: number;
}

function evaluate(action: string, context: TemplateContext, functions: TemplateFunctions, place: Place): string {
  const label = /^index\s+\.Service\.Labels\s+"((?:[^"\\]|\\.)*)"$/.exec(action);
  if (label) return context.Service.Labels[label[1] ?? ""] ?? "";
  if (FIELD.test(action)) return fieldOf(action, context, functions, place);
  const [, name = /^\w+/.exec(action)?.[0] ?? "", argument] = CALL.exec(action) ?? [];
  const call = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const head = `template: expansion:${place.line}`;
  if (name !== "" && !call) throw new TemplateFault(`${head}: function "${name}" not defined`);
  if (!call || argument === undefined) throw new TemplateFault(`${head}: unexpected "${action}" in command`);
  try {
    return call(argument);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TemplateFault(
      `${head}:${place.column}: executing "expansion" at <${action}>: error calling ${name}: ${why}`,
    );
  }
}

function fieldOf(action: string, context: TemplateContext, functions: TemplateFunctions, place: Place): string {
  const fields = action.slice(1).split(".");
  // Go gives the place of a chain's second link.
  const column = place.column + (fields.length > 1 ? (fields[0] ?? "").length + 1 : 0);
  const fail = (why: string) =>
    new TemplateFault(`template: expansion:${place.line}:${column}: executing "expansion" at <${action}>: ${why}`);
  let value: unknown = context;
  let owner = "";
  for (const field of fields) {
    const holder = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
    if (!Object.hasOwn(holder, field))
      throw fail(
        owner === "Labels"
          ? `map has no entry for key "${field}"`
          : `can't evaluate field ${field} in type ${typeOf(owner, functions)}`,
      );
    value = holder[field];
    owner = field;
  }
  return textOf(value);
}

/** As Go names the types of swarmkit's contexts. */
function typeOf(owner: string, functions: TemplateFunctions): string {
  if (owner === "") return Object.keys(functions).length > 0 ? "*template.PayloadContext" : "*template.Context";
  const struct: Record<string, string> = {
    Service: "struct { ID string; Name string; Labels map[string]string }",
    Node: "struct { ID string; Hostname string; Platform template.Platform }",
    Task: "struct { ID string; Name string; Slot string }",
    Platform: "template.Platform",
  };
  return struct[owner] ?? "string";
}

/** As Go's `%v` has it. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const fields = value as Record<string, unknown>;
  const isMap = !["ID", "Architecture"].some((field) => Object.hasOwn(fields, field));
  if (!isMap) return `{${Object.values(fields).map(textOf).join(" ")}}`;
  const entries = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, each]) => `${key}:${textOf(each)}`).join(" ")}]`;
}

/** Refuses a template that could never be expanded. `labels` are the service's. */
export function checkTemplate(text: string, what: string, labels: Readonly<Record<string, string>> = {}): void {
  try {
    expand(text, { ...empty, Service: { ...empty.Service, Labels: labels } });
  } catch (error) {
    if (error instanceof TemplateFault) throw rpc("InvalidArgument", `expanding ${what}: ${error.message}`);
    throw error;
  }
}

/** The same as a refusal of the engine. */
export function expandData(text: string, context: TemplateContext, functions: TemplateFunctions, what: string): string {
  try {
    return expand(text, context, functions);
  } catch (error) {
    if (error instanceof TemplateFault) throw systemError(`${what}: ${error.message}`);
    throw error;
  }
}
