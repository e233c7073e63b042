/** `docker build` with the classic builder: packs the context, sends it, prints the stream. */
import { base64Url } from "../../auth";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { humanSize } from "../../format/units";
import { builderBuild } from "../../options/builder";
import { imageBuild } from "../../options/image";
import { absolute } from "../../parse/path";
import { parseReference } from "../../parse/reference";
import { StreamError, showMessages, toStdout } from "../../progress";
import { readAll } from "../../prompt";
import { keyValues } from "../each";
import { type BuildContext, directoryContext, dockerfileContext } from "./context";

const INSTALL =
  "            Install the buildx component to build images with BuildKit:\n            https://docs.docker.com/go/buildx/\n";

/** The legacy builder's notice; asking for BuildKit fails, there is no buildx here. */
export async function legacyNotice(ctx: Pick<Context, "sys" | "err">): Promise<number> {
  const wish = ctx.sys.env.DOCKER_BUILDKIT;
  if (wish && /^(1|t|true)$/i.test(wish)) {
    const hint = INSTALL.replaceAll("            ", "       ");
    await ctx.err(`ERROR: BuildKit is enabled but the buildx component is missing or broken.\n${hint}`);
    return 1;
  }
  const reason = wish
    ? "            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0\n            environment-variable.\n"
    : INSTALL;
  await ctx.err(`DEPRECATED: The legacy builder is deprecated and will be removed in a future release.\n${reason}\n`);
  return 0;
}

const checks = {
  tag: (value: string) => {
    parseReference(value);
    return value;
  },
};

async function run(ctx: Context): Promise<number> {
  const { flags, sys } = ctx;
  const where = ctx.args[0] ?? "";
  const quiet = flags.bool("quiet");
  const context = await prepare(ctx, where);
  let transcript = "";
  const show = async (text: string) => {
    if (quiet) transcript += text;
    else await ctx.out(text);
  };
  if (context) await show(`Sending build context to Docker daemon  ${humanSize(context.tar.length)}\r\r\n`);
  const response = await ctx.client.request("POST", "/build", {
    query: buildQuery(ctx, context, where),
    headers: {
      "Content-Type": "application/x-tar",
      "X-Registry-Config": base64Url(JSON.stringify(ctx.config.allAuths())),
    },
    ...(context ? { body: context.tar } : {}),
  });
  let imageId = "";
  try {
    await showMessages(response.body, {
      ...(quiet ? {} : toStdout(ctx)),
      write: show,
      onAux: (aux) => {
        imageId = (aux as { ID?: string }).ID ?? imageId;
      },
    });
  } catch (error) {
    if (quiet && error instanceof StreamError) await ctx.err(transcript);
    throw error;
  }
  if (quiet) {
    imageId =
      /sha256:[0-9a-f]{64}/.exec(transcript.split("\n").findLast((line) => line.startsWith("sha256:")) ?? "")?.[0] ??
      imageId;
    await ctx.out(`${imageId}\n`);
  }
  const idFile = flags.string("iidfile");
  if (idFile) sys.files.writeFile(absolute(sys.cwd, idFile), imageId, 0o666);
  return 0;
}

async function prepare(ctx: Context, where: string): Promise<BuildContext | undefined> {
  const { flags, sys } = ctx;
  const file = flags.string("file");
  if (where === "-") {
    const content = await readAll(sys);
    const isTar =
      new TextDecoder().decode(content.subarray(257, 262)) === "ustar" || (content[0] === 0x1f && content[1] === 0x8b);
    return isTar ? { tar: content, dockerfile: file } : dockerfileContext(content);
  }
  if (/^(https?:\/\/|git:\/\/|git@|github\.com\/)/.test(where)) {
    if (/\.git(#.*)?$|^git|^github/.test(where)) {
      throw new CliError(
        `unable to prepare context: unable to 'git clone' to temporary context directory: error fetching: fatal: unable to access '${where}/': Could not resolve host: ${where.replace(/^\w+:\/\//, "").split("/")[0]}\n: exit status 128`,
      );
    }
    return undefined;
  }
  if (file === "-") {
    const content = await readAll(sys);
    const context = dockerfileContext(content);
    return context;
  }
  return directoryContext(sys, where, file, () => sys.random());
}

function buildQuery(ctx: Context, context: BuildContext | undefined, where: string) {
  const { flags, sys } = ctx;
  const args = flags.list("build-arg").flatMap((arg) => {
    if (arg.includes("=")) return [arg];
    return sys.env[arg] === undefined ? [] : [`${arg}=${sys.env[arg]}`];
  });
  const json = (value: object) => (Object.keys(value).length > 0 ? JSON.stringify(value) : undefined);
  return {
    t: flags.list("tag"),
    dockerfile: context ? context.dockerfile || undefined : flags.string("file") || undefined,
    remote: context ? undefined : where,
    version: "1",
    buildargs: json(keyValues(args)),
    labels: json(keyValues(flags.list("label"))),
    nocache: flags.bool("no-cache"),
    pull: flags.bool("pull"),
    q: flags.bool("quiet"),
    rm: flags.bool("rm") ? undefined : "0",
    forcerm: flags.bool("force-rm"),
    target: flags.string("target") || undefined,
    networkmode: flags.changed("network") ? flags.string("network") : undefined,
    platform: flags.string("platform") || undefined,
    cachefrom: flags.changed("cache-from") ? JSON.stringify(flags.list("cache-from")) : undefined,
    extrahosts: flags.changed("add-host") ? flags.list("add-host").join(",") : undefined,
    memory: flags.changed("memory") ? flags.bytes("memory") : undefined,
    shmsize: flags.changed("shm-size") ? flags.bytes("shm-size") : undefined,
    squash: flags.bool("squash"),
  };
}

const hooks = { checks, before: legacyNotice, run };
export const build: Command = { ...imageBuild, ...hooks };
export const builderBuildCommand: Command = { ...builderBuild, ...hooks };
