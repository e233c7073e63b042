/** Which contexts there are: `default`, the daemon of this machine, and no other. */
import type { Sys } from "../api/process";
import type { CommandLine } from "./command";
import { ConfigFile } from "./config-file";
import { CliError } from "./errors";

/** Throws docker's message for a context that nobody made. */
export async function requireContext(sys: Sys, name: string): Promise<void> {
  if (name === "default") return;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name));
  const folder = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const file = `${new ConfigFile(sys).directory}/contexts/meta/${folder}/meta.json`;
  throw new CliError(`context ${JSON.stringify(name)}: context not found: open ${file}: no such file or directory`);
}

/** The context a command is to run in must be there; `--host` and DOCKER_HOST need none (docker/cli `command/cli.go`). */
export async function resolveContext(sys: Sys, line: CommandLine): Promise<void> {
  if (line.host !== undefined && line.context !== undefined)
    throw new CliError("conflicting options: cannot specify both --host and --context");
  const named = (line.host ?? sys.env.DOCKER_HOST) ? undefined : sys.env.DOCKER_CONTEXT;
  const name = line.context ?? named ?? "";
  if (name === "") return;
  try {
    await requireContext(sys, name);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`Failed to initialize: unable to resolve docker endpoint: ${error.message}`);
  }
}
