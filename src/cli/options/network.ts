/** The usage lines and option tables of `docker network` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { atLeast, exactly, flag, none } from "../spec";
import { JSON_FORMAT, TABLE_FORMAT } from "./format-help";

export const networkConnect: Spec = {
  use: "connect [OPTIONS] NETWORK CONTAINER",
  short: "Connect a container to a network",
  args: exactly(2),
  flags: [
    flag("--alias", "strings", "Add network-scoped alias for the container"),
    flag("--driver-opt", "strings", "driver options for the network"),
    flag(
      "--gw-priority",
      "int",
      "Highest gw-priority provides the default gateway. Accepts positive and negative values.",
    ),
    flag("--ip", "string", 'IPv4 address (e.g., "172.30.100.104")'),
    flag("--ip6", "string", 'IPv6 address (e.g., "2001:db8::33")'),
    flag("--link", "list", "Add link to another container"),
    flag("--link-local-ip", "strings", "Add a link-local address for the container"),
  ],
};

export const networkCreate: Spec = {
  use: "create [OPTIONS] NETWORK",
  short: "Create a network",
  args: exactly(1),
  flags: [
    flag("--attachable", "bool", "Enable manual container attachment"),
    flag("--aux-address", "map", "Auxiliary IPv4 or IPv6 addresses used by Network driver (default map[])"),
    flag("--config-from", "string", "The network from which to copy the configuration"),
    flag("--config-only", "bool", "Create a configuration only network"),
    flag("-d, --driver", "string", 'Driver to manage the Network (default "bridge")', "bridge"),
    flag("--gateway", "strings", "IPv4 or IPv6 Gateway for the master subnet"),
    flag("--ingress", "bool", "Create swarm routing-mesh network"),
    flag("--internal", "bool", "Restrict external access to the network"),
    flag("--ip-range", "strings", "Allocate container ip from a sub-range"),
    flag("--ipam-driver", "string", 'IP Address Management Driver (default "default")', "default"),
    flag("--ipam-opt", "map", "Set IPAM driver specific options (default map[])"),
    flag("--ipv4", "bool", "Enable or disable IPv4 address assignment (default true)", "true"),
    flag("--ipv6", "bool", "Enable or disable IPv6 address assignment"),
    flag("--label", "list", "Set metadata on a network"),
    flag("-o, --opt", "map", "Set driver specific options (default map[])"),
    flag("--scope", "string", "Control the network's scope"),
    flag("--subnet", "strings", "Subnet in CIDR format that represents a network segment"),
  ],
};

export const networkDisconnect: Spec = {
  use: "disconnect [OPTIONS] NETWORK CONTAINER",
  short: "Disconnect a container from a network",
  args: exactly(2),
  flags: [flag("-f, --force", "bool", "Force the container to disconnect from a network")],
};

export const networkInspect: Spec = {
  use: "inspect [OPTIONS] NETWORK [NETWORK...]",
  short: "Display detailed information on one or more networks",
  args: atLeast(1),
  flags: [flag("-f, --format", "string", JSON_FORMAT), flag("-v, --verbose", "bool", "Verbose output for diagnostics")],
};

export const networkLs: Spec = {
  use: "ls [OPTIONS]",
  aliases: ["list"],
  alsoKnownAs: "docker network ls, docker network list",
  short: "List networks",
  args: none,
  flags: [
    flag("-f, --filter", "filter", 'Provide filter values (e.g. "driver=bridge")'),
    flag("--format", "string", TABLE_FORMAT),
    flag("--no-trunc", "bool", "Do not truncate the output"),
    flag("-q, --quiet", "bool", "Only display network IDs"),
  ],
};

export const networkPrune: Spec = {
  use: "prune [OPTIONS]",
  short: "Remove all unused networks",
  args: none,
  flags: [
    flag("--filter", "filter", 'Provide filter values (e.g. "until=<timestamp>")'),
    flag("-f, --force", "bool", "Do not prompt for confirmation"),
  ],
};

export const networkRm: Spec = {
  use: "rm NETWORK [NETWORK...]",
  aliases: ["remove"],
  alsoKnownAs: "docker network rm, docker network remove",
  short: "Remove one or more networks",
  args: atLeast(1),
  flags: [flag("-f, --force", "bool", "Do not error if the network does not exist")],
};
