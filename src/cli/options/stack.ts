/** The usage lines and option tables of `docker stack` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { atLeast, exactly, flag, none } from "../spec";
import { TABLE_FORMAT } from "./format-help";

export const stackConfig: Spec = {
  use: "config [OPTIONS]",
  short: "Outputs the final config file, after doing merges and interpolations",
  args: none,
  flags: [
    flag("-c, --compose-file", "strings", 'Path to a Compose file, or "-" to read from stdin'),
    flag("--skip-interpolation", "bool", "Skip interpolation and output only merged config"),
  ],
};

export const stackDeploy: Spec = {
  use: "deploy [OPTIONS] STACK",
  aliases: ["up"],
  alsoKnownAs: "docker stack deploy, docker stack up",
  short: "Deploy a new stack or update an existing stack",
  args: exactly(1),
  flags: [
    flag("-c, --compose-file", "strings", 'Path to a Compose file, or "-" to read from stdin'),
    flag(
      "-d, --detach",
      "bool",
      "Exit immediately instead of waiting for the stack services to converge (default true)",
      "true",
    ),
    flag("--prune", "bool", "Prune services that are no longer referenced"),
    flag("-q, --quiet", "bool", "Suppress progress output"),
    flag(
      "--resolve-image",
      "string",
      'Query the registry to resolve image digest and supported platforms ("always", "changed", "never") (default "always")',
      "always",
    ),
    flag("--with-registry-auth", "bool", "Send registry authentication details to Swarm agents"),
  ],
};

export const stackLs: Spec = {
  use: "ls [OPTIONS]",
  aliases: ["list"],
  alsoKnownAs: "docker stack ls, docker stack list",
  short: "List stacks",
  args: none,
  flags: [flag("--format", "string", TABLE_FORMAT)],
};

export const stackPs: Spec = {
  use: "ps [OPTIONS] STACK",
  short: "List the tasks in the stack",
  args: exactly(1),
  flags: [
    flag("-f, --filter", "filter", "Filter output based on conditions provided"),
    flag("--format", "string", TABLE_FORMAT),
    flag("--no-resolve", "bool", "Do not map IDs to Names"),
    flag("--no-trunc", "bool", "Do not truncate output"),
    flag("-q, --quiet", "bool", "Only display task IDs"),
  ],
};

export const stackRm: Spec = {
  use: "rm [OPTIONS] STACK [STACK...]",
  aliases: ["remove", "down"],
  alsoKnownAs: "docker stack rm, docker stack remove, docker stack down",
  short: "Remove one or more stacks",
  args: atLeast(1),
  flags: [flag("-d, --detach", "bool", "Do not wait for stack removal (default true)", "true")],
};

export const stackServices: Spec = {
  use: "services [OPTIONS] STACK",
  short: "List the services in the stack",
  args: exactly(1),
  flags: [
    flag("-f, --filter", "filter", "Filter output based on conditions provided"),
    flag("--format", "string", TABLE_FORMAT),
    flag("-q, --quiet", "bool", "Only display IDs"),
  ],
};
