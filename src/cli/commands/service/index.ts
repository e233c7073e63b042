/** The `docker service` commands. */
import type { Group } from "../../command";
import { create } from "./create";
import { inspect } from "./inspect";
import { logs } from "./logs";
import { ls, ps, rm } from "./ls";
import { scale } from "./scale";
import { rollback, update } from "./update";

export const service: Group = {
  name: "service",
  short: "Manage Swarm services",
  commands: [create, inspect, logs, ls, ps, rm, rollback, scale, update],
};
