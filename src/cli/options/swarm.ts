/** The usage lines and option tables of `docker swarm` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { exactly, flag, none } from "../spec";

export const swarmCa: Spec = {
  use: "ca [OPTIONS]",
  short: "Display and rotate the root CA",
  args: none,
  flags: [
    flag("--ca-cert", "pem-file", "Path to the PEM-formatted root CA certificate to use for the new cluster"),
    flag("--ca-key", "pem-file", "Path to the PEM-formatted root CA key to use for the new cluster"),
    flag("--cert-expiry", "duration", "Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)"),
    flag("-d, --detach", "bool", "Exit immediately instead of waiting for the root rotation to converge"),
    flag("--external-ca", "external-ca", "Specifications of one or more certificate signing endpoints"),
    flag("-q, --quiet", "bool", "Suppress progress output"),
    flag("--rotate", "bool", "Rotate the swarm CA - if no certificate or key are provided, new ones will be generated"),
  ],
};

export const swarmInit: Spec = {
  use: "init [OPTIONS]",
  short: "Initialize a swarm",
  args: none,
  flags: [
    flag("--advertise-addr", "string", 'Advertised address (format: "<ip|interface>[:port]")'),
    flag("--autolock", "bool", "Enable manager autolocking (requiring an unlock key to start a stopped manager)"),
    flag(
      "--availability",
      "string",
      'Availability of the node ("active", "pause", "drain") (default "active")',
      "active",
    ),
    flag("--cert-expiry", "duration", "Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)"),
    flag("--data-path-addr", "string", 'Address or interface to use for data path traffic (format: "<ip|interface>")'),
    flag(
      "--data-path-port",
      "uint32",
      "Port number to use for data path traffic (1024 - 49151). If no value is set or is set to 0, the default port (4789) is used.",
    ),
    flag("--default-addr-pool", "ipNetSlice", "default address pool in CIDR format (default [])"),
    flag("--default-addr-pool-mask-length", "uint32", "default address pool subnet mask length (default 24)"),
    flag("--dispatcher-heartbeat", "duration", "Dispatcher heartbeat period (ns|us|ms|s|m|h) (default 5s)"),
    flag("--external-ca", "external-ca", "Specifications of one or more certificate signing endpoints"),
    flag("--force-new-cluster", "bool", "Force create a new cluster from current state"),
    flag("--listen-addr", "node-addr", 'Listen address (format: "<ip|interface>[:port]") (default 0.0.0.0:2377)'),
    flag("--max-snapshots", "uint", "Number of additional Raft snapshots to retain"),
    flag("--snapshot-interval", "uint", "Number of log entries between Raft snapshots (default 10000)"),
    flag("--task-history-limit", "int", "Task history retention limit (default 5)", "5"),
  ],
};

export const swarmJoin: Spec = {
  use: "join [OPTIONS] HOST:PORT",
  short: "Join a swarm as a node and/or manager",
  args: exactly(1),
  flags: [
    flag("--advertise-addr", "string", 'Advertised address (format: "<ip|interface>[:port]")'),
    flag(
      "--availability",
      "string",
      'Availability of the node ("active", "pause", "drain") (default "active")',
      "active",
    ),
    flag("--data-path-addr", "string", 'Address or interface to use for data path traffic (format: "<ip|interface>")'),
    flag("--listen-addr", "node-addr", 'Listen address (format: "<ip|interface>[:port]") (default 0.0.0.0:2377)'),
    flag("--token", "string", "Token for entry into the swarm"),
  ],
};

export const swarmJoinToken: Spec = {
  use: "join-token [OPTIONS] (worker|manager)",
  short: "Manage join tokens",
  args: exactly(1),
  flags: [flag("-q, --quiet", "bool", "Only display token"), flag("--rotate", "bool", "Rotate join token")],
};

export const swarmLeave: Spec = {
  use: "leave [OPTIONS]",
  short: "Leave the swarm",
  args: none,
  flags: [flag("-f, --force", "bool", "Force this node to leave the swarm, ignoring warnings")],
};

export const swarmUnlock: Spec = {
  use: "unlock",
  short: "Unlock swarm",
  args: none,
  flags: [],
};

export const swarmUnlockKey: Spec = {
  use: "unlock-key [OPTIONS]",
  short: "Manage the unlock key",
  args: none,
  flags: [flag("-q, --quiet", "bool", "Only display token"), flag("--rotate", "bool", "Rotate unlock key")],
};

export const swarmUpdate: Spec = {
  use: "update [OPTIONS]",
  short: "Update the swarm",
  args: none,
  flags: [
    flag("--autolock", "bool", "Change manager autolocking setting (true|false)"),
    flag("--cert-expiry", "duration", "Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)"),
    flag("--dispatcher-heartbeat", "duration", "Dispatcher heartbeat period (ns|us|ms|s|m|h) (default 5s)"),
    flag("--external-ca", "external-ca", "Specifications of one or more certificate signing endpoints"),
    flag("--max-snapshots", "uint", "Number of additional Raft snapshots to retain"),
    flag("--snapshot-interval", "uint", "Number of log entries between Raft snapshots (default 10000)"),
    flag("--task-history-limit", "int", "Task history retention limit (default 5)", "5"),
  ],
};
