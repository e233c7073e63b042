/** The usage lines and option tables of `docker secret` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { atLeast, flag, none, range } from "../spec";
import { JSON_FORMAT, TABLE_FORMAT } from "./format-help";

export const secretCreate: Spec = {
  use: "create [OPTIONS] SECRET [file|-]",
  short: "Create a secret from a file or STDIN as content",
  args: range(1, 2),
  flags: [
    flag("-d, --driver", "string", "Secret driver"),
    flag("-l, --label", "list", "Secret labels"),
    flag("--template-driver", "string", "Template driver"),
  ],
};

export const secretInspect: Spec = {
  use: "inspect [OPTIONS] SECRET [SECRET...]",
  short: "Display detailed information on one or more secrets",
  args: atLeast(1),
  flags: [
    flag("-f, --format", "string", JSON_FORMAT),
    flag("--pretty", "bool", "Print the information in a human friendly format"),
  ],
};

export const secretLs: Spec = {
  use: "ls [OPTIONS]",
  aliases: ["list"],
  alsoKnownAs: "docker secret ls, docker secret list",
  short: "List secrets",
  args: none,
  flags: [
    flag("-f, --filter", "filter", "Filter output based on conditions provided"),
    flag("--format", "string", TABLE_FORMAT),
    flag("-q, --quiet", "bool", "Only display IDs"),
  ],
};

export const secretRm: Spec = {
  use: "rm SECRET [SECRET...]",
  aliases: ["remove"],
  alsoKnownAs: "docker secret rm, docker secret remove",
  short: "Remove one or more secrets",
  args: atLeast(1),
  flags: [],
};
