/** `docker create`, and the creation that `docker run` begins with: pull what is missing, print warnings. */
import type { Command, Context } from "../../command";
import { CliError, isNotFound, messageOf } from "../../errors";
import { containerCreate } from "../../options/container";
import { absolute } from "../../parse/path";
import { familiarString, parseReference } from "../../parse/reference";
import { pullMissing } from "../image/pull";
import { createBody } from "./config";
import { CREATE_CHECKS } from "./flag-checks";

interface Created {
  Id: string;
  Warnings?: string[] | null;
}

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
    const created = await createContainer(ctx, checkedBody(ctx));
    await ctx.out(`${created.Id}\n`);
  },
};
