/** The usage lines and option tables of `docker plugin` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { atLeast, exactly, flag, none } from "../spec";
import { JSON_FORMAT, TABLE_FORMAT } from "./format-help";

export const pluginDisable: Spec = {
  use: "disable [OPTIONS] PLUGIN",
  short: "Disable a plugin",
  args: exactly(1),
  flags: [flag("-f, --force", "bool", "Force the disable of an active plugin")],
};

export const pluginEnable: Spec = {
  use: "enable [OPTIONS] PLUGIN",
  short: "Enable a plugin",
  args: exactly(1),
  flags: [flag("--timeout", "int", "HTTP client timeout (in seconds) (default 30)", "30")],
};

export const pluginInspect: Spec = {
  use: "inspect [OPTIONS] PLUGIN [PLUGIN...]",
  short: "Display detailed information on one or more plugins",
  args: atLeast(1),
  flags: [flag("-f, --format", "string", JSON_FORMAT)],
};

export const pluginLs: Spec = {
  use: "ls [OPTIONS]",
  aliases: ["list"],
  alsoKnownAs: "docker plugin ls, docker plugin list",
  short: "List plugins",
  args: none,
  flags: [
    flag("-f, --filter", "filter", 'Provide filter values (e.g. "enabled=true")'),
    flag("--format", "string", TABLE_FORMAT),
    flag("--no-trunc", "bool", "Don't truncate output"),
    flag("-q, --quiet", "bool", "Only display plugin IDs"),
  ],
};

export const pluginRm: Spec = {
  use: "rm [OPTIONS] PLUGIN [PLUGIN...]",
  aliases: ["remove"],
  alsoKnownAs: "docker plugin rm, docker plugin remove",
  short: "Remove one or more plugins",
  args: atLeast(1),
  flags: [flag("-f, --force", "bool", "Force the removal of an active plugin")],
};
