/** The usage lines and option tables of `docker volume` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { atLeast, atMost, exactly, flag, hidden, none } from "../spec";
import { JSON_FORMAT, TABLE_FORMAT } from "./format-help";

export const volumeCreate: Spec = {
  use: "create [OPTIONS] [VOLUME]",
  short: "Create a volume",
  args: atMost(1),
  flags: [
    flag(
      "--availability",
      "string",
      'Cluster Volume availability ("active", "pause", "drain") (default "active")',
      "active",
    ),
    flag("-d, --driver", "string", 'Specify volume driver name (default "local")', "local"),
    flag("--group", "string", "Cluster Volume group (cluster volumes)"),
    flag("--label", "list", "Set metadata for a volume"),
    flag("--limit-bytes", "bytes", "Minimum size of the Cluster Volume in bytes"),
    hidden(flag("--name", "string", "Specify volume name")),
    flag("-o, --opt", "map", "Set driver specific options (default map[])"),
    flag("--required-bytes", "bytes", "Maximum size of the Cluster Volume in bytes"),
    flag("--scope", "string", 'Cluster Volume access scope ("single", "multi") (default "single")', "single"),
    flag("--secret", "map", "Cluster Volume secrets (default map[])"),
    flag(
      "--sharing",
      "string",
      'Cluster Volume access sharing ("none", "readonly", "onewriter", "all") (default "none")',
      "none",
    ),
    flag("--topology-preferred", "list", "A topology that the Cluster Volume would be preferred in"),
    flag("--topology-required", "list", "A topology that the Cluster Volume must be accessible from"),
    flag("--type", "string", 'Cluster Volume access type ("mount", "block") (default "block")', "block"),
  ],
};

export const volumeInspect: Spec = {
  use: "inspect [OPTIONS] VOLUME [VOLUME...]",
  short: "Display detailed information on one or more volumes",
  args: atLeast(1),
  flags: [flag("-f, --format", "string", JSON_FORMAT)],
};

export const volumeLs: Spec = {
  use: "ls [OPTIONS]",
  aliases: ["list"],
  alsoKnownAs: "docker volume ls, docker volume list",
  short: "List volumes",
  args: none,
  flags: [
    flag("--cluster", "bool", "Display only cluster volumes, and use cluster volume list formatting"),
    flag("-f, --filter", "filter", 'Provide filter values (e.g. "dangling=true")'),
    flag("--format", "string", TABLE_FORMAT),
    flag("-q, --quiet", "bool", "Only display volume names"),
  ],
};

export const volumePrune: Spec = {
  use: "prune [OPTIONS]",
  short: "Remove unused local volumes",
  args: none,
  flags: [
    flag("-a, --all", "bool", "Remove all unused volumes, not just anonymous ones"),
    flag("--filter", "filter", 'Provide filter values (e.g. "label=<label>")'),
    flag("-f, --force", "bool", "Do not prompt for confirmation"),
  ],
};

export const volumeRm: Spec = {
  use: "rm [OPTIONS] VOLUME [VOLUME...]",
  aliases: ["remove"],
  alsoKnownAs: "docker volume rm, docker volume remove",
  short: "Remove one or more volumes",
  long: "Remove one or more volumes. You cannot remove a volume that is in use by a container.",
  args: atLeast(1),
  flags: [flag("-f, --force", "bool", "Force the removal of one or more volumes")],
};

export const volumeUpdate: Spec = {
  use: "update [OPTIONS] [VOLUME]",
  short: "Update a volume (cluster volumes only)",
  args: exactly(1),
  flags: [
    flag(
      "--availability",
      "string",
      'Cluster Volume availability ("active", "pause", "drain") (default "active")',
      "active",
    ),
  ],
};
