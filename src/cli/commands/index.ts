/** All commands: the groups, and those that `docker` has directly. */
import type { Command, Group } from "../command";
import { nameOf } from "../command";
import { container } from "./container";
import { ps } from "./container/ls";
import { image } from "./image";
import { images } from "./image/ls";
import { rmi } from "./image/rm";
import { network } from "./network";
import { volume } from "./volume";

export const GROUPS: readonly Group[] = [container, image, network, volume];

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
];

/** `docker rm` has no `docker remove` beside it. */
function withoutAliases(command: Command): Command {
  const { aliases: _, ...rest } = command;
  return rest;
}
