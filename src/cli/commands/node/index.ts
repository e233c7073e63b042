/** The `docker node` commands. */
import type { Group } from "../../command";
import { inspect } from "./inspect";
import { ls, ps } from "./ls";
import { demote, promote, rm, update } from "./update";

export const node: Group = {
  name: "node",
  short: "Manage Swarm nodes",
  commands: [demote, inspect, ls, promote, ps, rm, update],
};
