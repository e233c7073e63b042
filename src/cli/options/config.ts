/** The usage lines and option tables of `docker config` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { atLeast, exactly, flag, none } from "../spec";
import { JSON_FORMAT, TABLE_FORMAT } from "./format-help";

export const configCreate: Spec = {
  use: "create [OPTIONS] CONFIG file|-",
  short: "Create a config from a file or STDIN",
  args: exactly(2),
  flags: [flag("-l, --label", "list", "Config labels"), flag("--template-driver", "string", "Template driver")],
};

export const configInspect: Spec = {
  use: "inspect [OPTIONS] CONFIG [CONFIG...]",
  short: "Display detailed information on one or more configs",
  args: atLeast(1),
  flags: [
    flag("-f, --format", "string", JSON_FORMAT),
    flag("--pretty", "bool", "Print the information in a human friendly format"),
  ],
};

export const configLs: Spec = {
  use: "ls [OPTIONS]",
  aliases: ["list"],
  alsoKnownAs: "docker config ls, docker config list",
  short: "List configs",
  args: none,
  flags: [
    flag("-f, --filter", "filter", "Filter output based on conditions provided"),
    flag("--format", "string", TABLE_FORMAT),
    flag("-q, --quiet", "bool", "Only display IDs"),
  ],
};

export const configRm: Spec = {
  use: "rm CONFIG [CONFIG...]",
  aliases: ["remove"],
  alsoKnownAs: "docker config rm, docker config remove",
  short: "Remove one or more configs",
  args: atLeast(1),
  flags: [],
};
