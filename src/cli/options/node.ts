/** The usage lines and option tables of `docker node` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { any, atLeast, exactly, flag, none } from "../spec";
import { JSON_FORMAT, TABLE_FORMAT } from "./format-help";

export const nodeDemote: Spec = {
  use: "demote NODE [NODE...]",
  short: "Demote one or more nodes from manager in the swarm",
  args: atLeast(1),
  flags: [],
};

export const nodeInspect: Spec = {
  use: "inspect [OPTIONS] self|NODE [NODE...]",
  short: "Display detailed information on one or more nodes",
  args: atLeast(1),
  flags: [
    flag("-f, --format", "string", JSON_FORMAT),
    flag("--pretty", "bool", "Print the information in a human friendly format"),
  ],
};

export const nodeLs: Spec = {
  use: "ls [OPTIONS]",
  aliases: ["list"],
  alsoKnownAs: "docker node ls, docker node list",
  short: "List nodes in the swarm",
  args: none,
  flags: [
    flag("-f, --filter", "filter", "Filter output based on conditions provided"),
    flag("--format", "string", TABLE_FORMAT),
    flag("-q, --quiet", "bool", "Only display IDs"),
  ],
};

export const nodePromote: Spec = {
  use: "promote NODE [NODE...]",
  short: "Promote one or more nodes to manager in the swarm",
  args: atLeast(1),
  flags: [],
};

export const nodePs: Spec = {
  use: "ps [OPTIONS] [NODE...]",
  short: "List tasks running on one or more nodes, defaults to current node",
  args: any,
  flags: [
    flag("-f, --filter", "filter", "Filter output based on conditions provided"),
    flag("--format", "string", "Pretty-print tasks using a Go template"),
    flag("--no-resolve", "bool", "Do not map IDs to Names"),
    flag("--no-trunc", "bool", "Do not truncate output"),
    flag("-q, --quiet", "bool", "Only display task IDs"),
  ],
};

export const nodeRm: Spec = {
  use: "rm [OPTIONS] NODE [NODE...]",
  aliases: ["remove"],
  alsoKnownAs: "docker node rm, docker node remove",
  short: "Remove one or more nodes from the swarm",
  args: atLeast(1),
  flags: [flag("-f, --force", "bool", "Force remove a node from the swarm")],
};

export const nodeUpdate: Spec = {
  use: "update [OPTIONS] NODE",
  short: "Update a node",
  args: exactly(1),
  flags: [
    flag("--availability", "string", 'Availability of the node ("active", "pause", "drain")'),
    flag("--label-add", "list", 'Add or update a node label ("key=value")'),
    flag("--label-rm", "list", "Remove a node label if exists"),
    flag("--role", "string", 'Role of the node ("worker", "manager")'),
  ],
};
