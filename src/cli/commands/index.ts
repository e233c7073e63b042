/** All commands: the groups, and those that `docker` has directly. */
import type { Command, Group } from "../command";
import { nameOf } from "../command";
import { config } from "./config";
import { container } from "./container";
import { ps } from "./container/ls";
import { context } from "./context";
import { image } from "./image";
import { images } from "./image/ls";
import { rmi } from "./image/rm";
import { network } from "./network";
import { node } from "./node";
import { secret } from "./secret";
import { service } from "./service";
import { stack } from "./stack";
import { swarm } from "./swarm";
import { builder, system } from "./system";
import { inspect } from "./system/inspect";
import { login, logout, search } from "./system/registry";
import { version } from "./system/version";
import { volume } from "./volume";

export const GROUPS: readonly Group[] = [
  builder,
  config,
  container,
  context,
  image,
  network,
  node,
  secret,
  service,
  stack,
  swarm,
  system,
  volume,
];

/** Container commands that exist under `docker container` only. */
const NOT_ON_TOP = new Set(["inspect", "ls", "prune"]);

export const TOP_COMMANDS: readonly Command[] = [
  ...container.commands.filter((command) => !NOT_ON_TOP.has(nameOf(command))).map(withoutAliases),
  ...image.commands
    .filter((command) => !NOT_ON_TOP.has(nameOf(command)) && nameOf(command) !== "rm")
    .map(withoutAliases),
  ps,
  images,
  rmi,
  inspect,
  version,
  login,
  logout,
  search,
  ...system.commands.filter((command) => /^(info|events)$/.test(nameOf(command))),
];

/** `docker rm` has no `docker remove` beside it. */
function withoutAliases(command: Command): Command {
  const { aliases: _, ...rest } = command;
  return rest;
}
