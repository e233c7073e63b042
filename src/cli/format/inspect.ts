/** `inspect`: fetches each reference, then prints a JSON array or a template per object, and the errors at the end. */
import type { Context } from "../command";
import { CliError, messageOf } from "../errors";
import { asStruct } from "./go-order";
import { goJson } from "./go-value";
import { structFault } from "./struct-fault";
import { compileTemplate } from "./template";

/** Kinds whose structs differ from what comes over the wire. */
export type InspectKind = "image" | "service" | "node";

/** What Go calls the structs of those kinds that the real command line has no raw JSON of, by their path. */
const TYPES: Readonly<Partial<Record<InspectKind, Readonly<Record<string, string>>>>> = {
  service: {
    "": "swarm.Service",
    Version: "swarm.Version",
    Spec: "swarm.ServiceSpec",
    "Spec.Mode": "swarm.ServiceMode",
    "Spec.TaskTemplate": "swarm.TaskSpec",
    "Spec.TaskTemplate.ContainerSpec": "*swarm.ContainerSpec",
    Endpoint: "swarm.Endpoint",
  },
  node: {
    "": "swarm.Node",
    Version: "swarm.Version",
    Spec: "swarm.NodeSpec",
    Description: "swarm.NodeDescription",
    Status: "swarm.NodeStatus",
    ManagerStatus: "*swarm.ManagerStatus",
  },
};

/** Prints what `fetch` finds for each reference; failures end with exit code 1. */
export async function inspectAll(
  ctx: Context,
  references: readonly string[],
  fetch: (reference: string) => Promise<unknown>,
  kind?: InspectKind,
): Promise<number> {
  const format = ctx.flags.string("format");
  const objects: unknown[] = [];
  const failures: string[] = [];
  const print = makePrinter(format);
  let out = "";
  for (const reference of references) {
    try {
      objects.push(await fetch(reference));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      failures.push(error.message);
      continue;
    }
    if (print) {
      try {
        out += `${print(asStruct(kind, objects.at(-1)))}\n`;
      } catch (error) {
        await ctx.out(`${out}\n`);
        throw new CliError(`template parsing error: ${structFault(messageOf(error), (kind && TYPES[kind]) ?? {})}`);
      }
    }
  }
  if (!print) out = `${goJson(objects, true, format === "json" ? undefined : "    ")}\n`;
  else if (objects.length === 0) out = "\n";
  await ctx.out(out);
  if (failures.length > 0) throw new CliError(failures.join("\n"));
  return 0;
}

function makePrinter(format: string): ((value: unknown) => string) | undefined {
  if (format === "" || format === "json") return undefined;
  try {
    return compileTemplate(format);
  } catch (error) {
    throw new CliError(`template parsing error: ${messageOf(error)}`, 64);
  }
}
