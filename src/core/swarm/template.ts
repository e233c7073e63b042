/**
 * The templates in hostname, environment and mounts of a service: `{{.Service.Name}}`, `{{.Node.Hostname}}`,
 * `{{.Task.Slot}}` and the like (swarmkit `template/`). Only fields and `index .Service.Labels "key"` are understood.
 */
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

const empty: TemplateContext = {
  Service: { ID: "", Name: "", Labels: {} },
  Node: { ID: "", Hostname: "", Platform: { Architecture: "", OS: "" } },
  Task: { ID: "", Name: "", Slot: "" },
};

const TYPES: Record<string, string> = { "": "*template.Context", Service: "struct", Node: "struct", Task: "struct" };

class TemplateFault extends Error {}

/** Expands a text; throws when it names what is not there. */
export function expand(text: string, context: TemplateContext): string {
  return text.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_whole, action: string, at: number) =>
    evaluate(action, context, at),
  );
}

function evaluate(action: string, context: TemplateContext, at: number): string {
  const label = /^index\s+\.Service\.Labels\s+"((?:[^"\\]|\\.)*)"$/.exec(action);
  if (label) return context.Service.Labels[label[1] ?? ""] ?? "";
  if (!/^(\.[A-Za-z]\w*)+$/.test(action))
    throw new TemplateFault(`template: expansion:1: unexpected "${action}" in command`);
  let value: unknown = context;
  let owner = "";
  for (const field of action.slice(1).split(".")) {
    const next = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[field] : undefined;
    if (next === undefined && owner === "Labels") return "<no value>";
    if (next === undefined)
      throw new TemplateFault(
        `template: expansion:1:${at + 2}: executing "expansion" at <${action}>: can't evaluate field ${field} in type ${TYPES[owner] ?? "string"}`,
      );
    value = next;
    owner = field;
  }
  return typeof value === "string" ? value : mapText(value as Record<string, unknown>);
}

const mapText = (value: Record<string, unknown>) =>
  `map[${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${key}:${String(each)}`)
    .join(" ")}]`;

/** Refuses a template that could never be expanded. */
export function checkTemplate(text: string, what: string): void {
  try {
    expand(text, empty);
  } catch (error) {
    if (error instanceof TemplateFault) throw rpc("InvalidArgument", `expanding ${what} failed: ${error.message}`);
    throw error;
  }
}
