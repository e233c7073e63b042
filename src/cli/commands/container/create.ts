/** `docker create`, and the creation that `docker run` begins with: pull what is missing, print warnings. */
import type { Command, Context } from "../../command";
import { ApiError, CliError, isNotFound, messageOf } from "../../errors";
import { containerCreate } from "../../options/container";
import { parseMount } from "../../parse/mount";
import { absolute } from "../../parse/path";
import { familiarString, parseReference } from "../../parse/reference";
import { ramInBytes } from "../../parse/size";
import { pullMissing } from "../image/pull";
import { createBody } from "./config";

interface Created {
  Id: string;
  Warnings?: string[] | null;
}

const asIs = (check: (value: string) => unknown) => (value: string) => {
  check(value);
  return value;
};

/** Checks of flag values that `run` and `create` share. */
export const CREATE_CHECKS = {
  mount: asIs(parseMount),
  "memory-swap": asIs((value) => value === "-1" || ramInBytes(value)),
  env: asIs((value) => {
    if (value === "" || value.startsWith("=")) throw new Error(`invalid environment variable: ${value}`);
  }),
  attach: asIs((value) => {
    if (!/^(stdin|stdout|stderr)$/i.test(value)) throw new Error("valid streams are STDIN, STDOUT and STDERR");
  }),
  "add-host": asIs((value) => {
    if (!/^[^:=]+[:=].+$/.test(value)) throw new Error(`bad format for add-host: ${JSON.stringify(value)}`);
  }),
  link: asIs((value) => {
    if (value === "" || value.split(":").length > 2) throw new Error(`bad format for links: ${value}`);
  }),
};

/** Creates the container, pulling its image first if it must. */
export async function createContainer(ctx: Context, body: Record<string, unknown>): Promise<Created> {
  const { flags, sys } = ctx;
  const image = ctx.args[0] ?? "";
  const policy = flags.string("pull");
  if (!/^(always|missing|never)$/.test(policy)) {
    throw new CliError(`invalid pull option: '${policy}': must be one of "always", "missing" or "never"`);
  }
  const cidFile = flags.string("cidfile");
  if (cidFile && sys.files.exists(absolute(sys.cwd, cidFile))) {
    throw new CliError(`container ID file found, make sure the other container isn't running or delete ${cidFile}`);
  }
  const isId = /^(sha256:)?[0-9a-f]{64}$/.test(image);
  const ref = isId ? undefined : parseReference(image);
  const platform = flags.string("platform");
  const quiet = flags.bool("quiet");
  if (policy === "always" && ref) await pullMissing(ctx, ref, quiet, platform);
  const query = { name: flags.string("name") || undefined, platform: platform || undefined };
  const request = () => ctx.client.post<Created>("/containers/create", { query, json: body });
  let created: Created;
  try {
    created = await request();
  } catch (error) {
    if (!isNotFound(error) || !ref || policy !== "missing" || !/No such image/.test(error.detail)) throw error;
    if (!quiet) await ctx.err(`Unable to find image '${familiarString(ref)}' locally\n`);
    await pullMissing(ctx, ref, quiet, platform);
    created = await request();
  }
  for (const warning of created.Warnings ?? []) await ctx.err(`WARNING: ${warning}\n`);
  if (cidFile) sys.files.writeFile(absolute(sys.cwd, cidFile), created.Id);
  return created;
}

/** The body, its mistakes reported as `run` and `create` do: usage hint and exit code 125. */
export function checkedBody(ctx: Context): Record<string, unknown> {
  try {
    return createBody(ctx);
  } catch (error) {
    throw new CliError(`docker: ${messageOf(error)}\n\nRun '${ctx.path} --help' for more information`, 125);
  }
}

export const create: Command = {
  ...containerCreate,
  checks: CREATE_CHECKS,
  completes: ["image"],
  run: async (ctx) => {
    const body = checkedBody(ctx);
    try {
      const created = await createContainer(ctx, body);
      await ctx.out(`${created.Id}\n`);
    } catch (error) {
      if (error instanceof CliError && !(error instanceof ApiError)) {
        throw new CliError(`docker: ${error.message}\n\nRun '${ctx.path} --help' for more information`, 125);
      }
      throw error;
    }
  },
};
