/** The `docker stack` commands. */
import type { Group } from "../../command";
import { config } from "./config";

export const stack: Group = {
  name: "stack",
  short: "Manage Swarm stacks",
  commands: [config],
};
