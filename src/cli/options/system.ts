/** The usage lines and option tables of `docker system` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { atLeast, flag, none } from "../spec";
import { JSON_FORMAT, TABLE_FORMAT } from "./format-help";

export const systemVersion: Spec = {
  use: "version [OPTIONS]",
  short: "Show the Docker version information",
  args: none,
  flags: [flag("-f, --format", "string", JSON_FORMAT)],
};

export const systemDf: Spec = {
  use: "df [OPTIONS]",
  short: "Show docker disk usage",
  args: none,
  flags: [
    flag("--format", "string", TABLE_FORMAT),
    flag("-v, --verbose", "bool", "Show detailed information on space usage"),
  ],
};

export const systemEvents: Spec = {
  use: "events [OPTIONS]",
  alsoKnownAs: "docker system events, docker events",
  short: "Get real time events from the server",
  args: none,
  flags: [
    flag("-f, --filter", "filter", "Filter output based on conditions provided"),
    flag("--format", "string", JSON_FORMAT),
    flag("--since", "string", "Show all events created since timestamp"),
    flag("--until", "string", "Stream events until this timestamp"),
  ],
};

export const systemInfo: Spec = {
  use: "info [OPTIONS]",
  alsoKnownAs: "docker system info, docker info",
  short: "Display system-wide information",
  args: none,
  flags: [flag("-f, --format", "string", JSON_FORMAT)],
};

export const systemPrune: Spec = {
  use: "prune [OPTIONS]",
  short: "Remove unused data",
  args: none,
  flags: [
    flag("-a, --all", "bool", "Remove all unused images not just dangling ones"),
    flag("--filter", "filter", 'Provide filter values (e.g. "label=<key>=<value>")'),
    flag("-f, --force", "bool", "Do not prompt for confirmation"),
    flag("--volumes", "bool", "Prune anonymous volumes"),
  ],
};

export const systemInspect: Spec = {
  use: "inspect [OPTIONS] NAME|ID [NAME|ID...]",
  short: "Return low-level information on Docker objects",
  args: atLeast(1),
  flags: [
    flag("-f, --format", "string", JSON_FORMAT),
    flag("-s, --size", "bool", "Display total file sizes if the type is container"),
    flag("--type", "string", "Only inspect objects of the given type"),
  ],
};
