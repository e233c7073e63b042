/** The `docker network` commands. */
import type { Group } from "../../command";
import { connect, disconnect } from "./connect";
import { create } from "./create";
import { inspect } from "./inspect";
import { ls } from "./ls";
import { prune } from "./prune";
import { rm } from "./rm";

export const network: Group = {
  name: "network",
  short: "Manage networks",
  commands: [connect, create, disconnect, inspect, ls, prune, rm],
};
