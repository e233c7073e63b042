/** The `docker config` commands. */
import type { FileObject } from "../../api";
import type { Command, Group } from "../../command";
import { CliError, messageOf } from "../../errors";
import { inspectOrPretty, labelLines, prettyTime } from "../../format/pretty";
import { configCreate, configInspect, configLs, configRm } from "../../options/config";
import { base64, fromBase64 } from "../../parse/base64";
import { keyValues } from "../each";
import { create as createObject, fetchObject, list, readContent, remove } from "../secret/objects";

const create: Command = {
  ...configCreate,
  run: async (ctx) => {
    const [name = "", file = ""] = ctx.args;
    const template = ctx.flags.string("template-driver");
    const content = await readContent(ctx, file).catch((error: unknown) => {
      throw new CliError(`Error reading content from ${JSON.stringify(file)}: ${messageOf(error)}`);
    });
    await createObject(ctx, "config", {
      Name: name,
      Labels: keyValues(ctx.flags.list("label")),
      Data: base64(content),
      ...(template === "" ? {} : { Templating: { Name: template } }),
    });
  },
};

function pretty(config: FileObject): string {
  const labels = labelLines(config.Spec.Labels);
  return [
    `ID:\t\t\t${config.ID}`,
    `Name:\t\t\t${config.Spec.Name}`,
    ...(labels.length > 0 ? ["Labels:", ...labels] : []),
    `Created at:            \t${prettyTime(config.CreatedAt)}`,
    `Updated at:            \t${prettyTime(config.UpdatedAt ?? "")}`,
    "Data:",
    new TextDecoder().decode(fromBase64(config.Spec.Data ?? "")),
  ].join("\n");
}

const inspect: Command = {
  ...configInspect,
  completes: ["config"],
  run: (ctx) => inspectOrPretty(ctx, fetchObject(ctx, "config"), pretty),
};

const ls: Command = { ...configLs, run: (ctx) => list(ctx, "config") };

const rm: Command = { ...configRm, completes: ["config"], run: (ctx) => remove(ctx, "config") };

export const config: Group = { name: "config", short: "Manage Swarm configs", commands: [create, inspect, ls, rm] };
