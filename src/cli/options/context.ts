/** The usage lines and option tables of `docker context` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { any, atLeast, exactly, flag, none, range } from "../spec";
import { JSON_FORMAT, TABLE_FORMAT } from "./format-help";

export const contextCreate: Spec = {
  use: "create [OPTIONS] CONTEXT",
  short: "Create a context",
  long: 'Create a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context\'s Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n$ docker context create my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
  args: exactly(1),
  flags: [
    flag("--description", "string", "Description of the context"),
    flag("--docker", "stringToString", "set the docker endpoint (default [])"),
    flag("--from", "string", "create context from a named context"),
  ],
};

export const contextExport: Spec = {
  use: "export [OPTIONS] CONTEXT [FILE|-]",
  short: "Export a context to a tar archive FILE or a tar stream on STDOUT.",
  args: range(1, 2),
  flags: [],
};

export const contextImport: Spec = {
  use: "import CONTEXT FILE|-",
  short: "Import a context from a tar or zip file",
  args: exactly(2),
  flags: [],
};

export const contextInspect: Spec = {
  use: "inspect [OPTIONS] [CONTEXT] [CONTEXT...]",
  short: "Display detailed information on one or more contexts",
  args: any,
  flags: [flag("-f, --format", "string", JSON_FORMAT)],
};

export const contextLs: Spec = {
  use: "ls [OPTIONS]",
  aliases: ["list"],
  alsoKnownAs: "docker context ls, docker context list",
  short: "List contexts",
  args: none,
  flags: [flag("--format", "string", TABLE_FORMAT), flag("-q, --quiet", "bool", "Only show context names")],
};

export const contextRm: Spec = {
  use: "rm CONTEXT [CONTEXT...]",
  aliases: ["remove"],
  alsoKnownAs: "docker context rm, docker context remove",
  short: "Remove one or more contexts",
  args: atLeast(1),
  flags: [flag("-f, --force", "bool", "Force the removal of a context in use")],
};

export const contextShow: Spec = {
  use: "show",
  short: "Print the name of the current context",
  args: none,
  flags: [],
};

export const contextUpdate: Spec = {
  use: "update [OPTIONS] CONTEXT",
  short: "Update a context",
  long: 'Update a context\n\nDocker endpoint config:\n\nNAME                DESCRIPTION\nfrom                Copy named context\'s Docker endpoint configuration\nhost                Docker endpoint on which to connect\nca                  Trust certs signed only by this CA\ncert                Path to TLS certificate file\nkey                 Path to TLS key file\nskip-tls-verify     Skip TLS certificate validation\n\nExample:\n\n$ docker context update my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"',
  args: exactly(1),
  flags: [
    flag("--description", "string", "Description of the context"),
    flag("--docker", "stringToString", "set the docker endpoint (default [])"),
  ],
};

export const contextUse: Spec = {
  use: "use CONTEXT",
  short: "Set the current docker context",
  args: any,
  flags: [],
};
