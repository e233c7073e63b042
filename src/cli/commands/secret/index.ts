/** The `docker secret` commands. */
import type { FileObject } from "../../api";
import type { Command, Group } from "../../command";
import { CliError } from "../../errors";
import { inspectOrPretty, labelLines, prettyTime } from "../../format/pretty";
import { secretCreate, secretInspect, secretLs, secretRm } from "../../options/secret";
import { base64 } from "../../parse/base64";
import { keyValues } from "../each";
import { create as createObject, fetchObject, list, readContent, remove } from "./objects";

const create: Command = {
  ...secretCreate,
  run: async (ctx) => {
    const [name = "", file = ""] = ctx.args;
    const driver = ctx.flags.string("driver");
    const template = ctx.flags.string("template-driver");
    if (driver !== "" && file !== "") throw new CliError("When using secret driver secret data must be empty");
    if (driver === "" && file === "") throw new CliError("secret file is required");
    const data = driver === "" ? base64(await readContent(ctx, file)) : undefined;
    await createObject(ctx, "secret", {
      Name: name,
      Labels: keyValues(ctx.flags.list("label")),
      ...(data === undefined ? {} : { Data: data }),
      ...(driver === "" ? {} : { Driver: { Name: driver } }),
      ...(template === "" ? {} : { Templating: { Name: template } }),
    });
  },
};

function pretty(secret: FileObject): string {
  const labels = labelLines(secret.Spec.Labels);
  return [
    `ID:              ${secret.ID}`,
    `Name:              ${secret.Spec.Name}`,
    ...(labels.length > 0 ? ["Labels:", ...labels] : []),
    `Driver:            ${secret.Spec.Driver?.Name ?? ""}`,
    `Created at:        ${prettyTime(secret.CreatedAt)}`,
    `Updated at:        ${prettyTime(secret.UpdatedAt ?? "")}`,
  ].join("\n");
}

const inspect: Command = {
  ...secretInspect,
  completes: ["secret"],
  run: (ctx) => inspectOrPretty(ctx, fetchObject(ctx, "secret"), pretty),
};

const ls: Command = { ...secretLs, run: (ctx) => list(ctx, "secret") };

const rm: Command = { ...secretRm, completes: ["secret"], run: (ctx) => remove(ctx, "secret") };

export const secret: Group = { name: "secret", short: "Manage Swarm secrets", commands: [create, inspect, ls, rm] };
