/** The `docker stack` commands. */
import type { Group } from "../../command";
import { config } from "./config";
import { deploy } from "./deploy";
import { ls, ps, services } from "./ls";
import { rm } from "./remove";

export const stack: Group = {
  name: "stack",
  short: "Manage Swarm stacks",
  commands: [config, deploy, ls, ps, rm, services],
};
