/** The usage lines and option tables of `docker registry` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { atMost, exactly, flag } from "../spec";

export const registryLogin: Spec = {
  use: "login [OPTIONS] [SERVER]",
  short: "Authenticate to a registry",
  long: "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.",
  args: atMost(1),
  flags: [
    flag("-p, --password", "string", "Password or Personal Access Token (PAT)"),
    flag("--password-stdin", "bool", "Take the Password or Personal Access Token (PAT) from stdin"),
    flag("-u, --username", "string", "Username"),
  ],
};

export const registryLogout: Spec = {
  use: "logout [SERVER]",
  short: "Log out from a registry",
  long: "Log out from a registry.\nIf no server is specified, the default is defined by the daemon.",
  args: atMost(1),
  flags: [],
};

export const registrySearch: Spec = {
  use: "search [OPTIONS] TERM",
  short: "Search Docker Hub for images",
  args: exactly(1),
  flags: [
    flag("-f, --filter", "filter", "Filter output based on conditions provided"),
    flag("--format", "string", "Pretty-print search using a Go template"),
    flag("--limit", "int", "Max number of search results"),
    flag("--no-trunc", "bool", "Don't truncate output"),
  ],
};
