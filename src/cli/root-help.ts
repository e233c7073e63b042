/** The help of `docker` itself, and its global flags. */
import type { Client } from "./client";
import type { Command } from "./command";
import { nameOf } from "./command";
import { GROUPS, TOP_COMMANDS } from "./commands";
import { commandTable, flagTable } from "./help";
import { flag } from "./spec";

export const GLOBAL_FLAGS = [
  flag("--config", "string", 'Location of client config files (default "/root/.docker")', "/root/.docker"),
  flag(
    "-c, --context",
    "string",
    'Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with "docker context use")',
  ),
  flag("-D, --debug", "bool", "Enable debug mode"),
  flag("-H, --host", "list", "Daemon socket to connect to"),
  flag(
    "-l, --log-level",
    "string",
    'Set the logging level ("debug", "info", "warn", "error", "fatal") (default "info")',
    "info",
  ),
  flag("--tls", "bool", "Use TLS; implied by --tlsverify"),
  flag("--tlscacert", "string", 'Trust certs signed only by this CA (default "/root/.docker/ca.pem")'),
  flag("--tlscert", "string", 'Path to TLS certificate file (default "/root/.docker/cert.pem")'),
  flag("--tlskey", "string", 'Path to TLS key file (default "/root/.docker/key.pem")'),
  flag("--tlsverify", "bool", "Use TLS and verify the remote"),
  flag("-v, --version", "bool", "Print version information and quit"),
];

const COMMON = ["run", "exec", "ps", "build", "pull", "push", "images", "login", "logout", "search", "version", "info"];
const SWARM = ["config", "node", "secret", "service", "stack", "swarm"];

/** The whole text; a daemon outside a swarm hides the commands that need a manager. */
export async function rootHelp(client: Client, width: number): Promise<string> {
  const { swarm } = await client.ping();
  const manager = swarm === "" || swarm === "active/manager";
  const rows = (names: readonly string[]) => commandTable(names.map((name) => [name, shortOf(name)]));
  const management = GROUPS.map((group) => group.name).filter((name) => !SWARM.includes(name));
  const others = TOP_COMMANDS.map(nameOf).filter((name) => !COMMON.includes(name));
  const parts = [
    "Usage:  docker [OPTIONS] COMMAND",
    "A self-sufficient runtime for containers",
    `Common Commands:\n${rows(COMMON)}`,
    `Management Commands:\n${rows(management.sort())}`,
    `Swarm Commands:\n${rows(SWARM.filter((name) => manager || name === "swarm"))}`,
    `Commands:\n${rows(others.sort())}`,
    `Global Options:\n${flagTable(GLOBAL_FLAGS, width)}`,
    "Run 'docker COMMAND --help' for more information on a command.",
    "For more help on how to use Docker, head to https://docs.docker.com/go/guides/",
  ];
  return `${parts.join("\n\n")}\n`;
}

function shortOf(name: string): string {
  const command: Pick<Command, "short"> | undefined =
    TOP_COMMANDS.find((candidate) => nameOf(candidate) === name) ?? GROUPS.find((group) => group.name === name);
  return command?.short ?? "";
}
