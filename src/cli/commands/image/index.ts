/** The `docker image` commands. */
import type { Group } from "../../command";
import { build } from "./build";
import { ls } from "./ls";
import { history, importImage, inspect, load, save, tag } from "./misc";
import { pull, push } from "./pull";
import { prune, rm } from "./rm";

export const image: Group = {
  name: "image",
  short: "Manage images",
  commands: [build, history, importImage, inspect, load, ls, prune, pull, push, rm, save, tag],
};
