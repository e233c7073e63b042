/** The Compose files of a stack, loaded, with docker's remarks on stderr. */

import type { Context } from "../../command";
import { FORBIDDEN, ForbiddenKeysError, load, readSources, type Sources, serviceKeys } from "../../compose/load";
import type { Config } from "../../compose/types";
import { CliError, messageOf } from "../../errors";
import { parseAnyReference } from "../../parse/reference";
import { logWarnings } from "../../warnings";

const UNSUPPORTED = [
  "build",
  "cgroupns_mode",
  "cgroup_parent",
  "devices",
  "domainname",
  "external_links",
  "ipc",
  "links",
  "mac_address",
  "network_mode",
  "pid",
  "privileged",
  "restart",
  "security_opt",
  "shm_size",
  "userns_mode",
];

const DEPRECATED: Readonly<Record<string, string>> = {
  container_name: "Setting the container name is not supported.",
  expose:
    "Exposing ports is unnecessary - services on the same network can access each other's containers on any port.",
};

/** The files of `--compose-file`, merged, for a deployment. */
export async function loadForDeploy(ctx: Context): Promise<Config> {
  const sources = await readSources(ctx.sys, ctx.flags.list("compose-file"));
  const config = await loadWithWarnings(ctx, sources);
  const found = (keys: readonly string[]) =>
    [...new Set(sources.files.flatMap((file) => serviceKeys(file, keys)))].sort();
  const unsupported = found(UNSUPPORTED);
  if (unsupported.length > 0) await ctx.err(`Ignoring unsupported options: ${unsupported.join(", ")}\n\n`);
  const deprecated = found(Object.keys(DEPRECATED));
  if (deprecated.length > 0) await ctx.err(`Ignoring deprecated options:\n\n${reasons(deprecated, DEPRECATED)}\n\n`);
  for (const service of config.services.values()) {
    const invalid = `invalid image reference for service ${service.name}`;
    if (!service.image) throw new CliError(`${invalid}: no image specified`);
    try {
      parseAnyReference(service.image);
    } catch (error) {
      throw new CliError(`${invalid}: ${messageOf(error)}`);
    }
  }
  return config;
}

async function loadWithWarnings(ctx: Context, sources: Sources): Promise<Config> {
  const warnings: string[] = [];
  try {
    return load(ctx.sys, sources, { warn: (message) => warnings.push(message) });
  } catch (error) {
    if (!(error instanceof ForbiddenKeysError)) throw error;
    throw new CliError(`Compose file contains unsupported options:\n\n${reasons(error.keys, FORBIDDEN)}\n`);
  } finally {
    await logWarnings(ctx, warnings);
  }
}

function reasons(keys: readonly string[], texts: Readonly<Record<string, string>>): string {
  return keys.map((key) => `${key}: ${texts[key]}`).join("\n\n");
}
