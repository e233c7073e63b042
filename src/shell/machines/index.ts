/** Programs that reach other machines: `ssh`, `scp`, `docker-machine`. */
import type { Program } from "../../api/process";
import { dockerMachine } from "./docker-machine";
import type { MachineDoors } from "./doors";
import { scp } from "./scp";
import { ssh } from "./ssh";

export { type MachineDoors, type MachineInfo, RefusedByCluster } from "./doors";

export const machineTools = (doors: MachineDoors): Record<string, Program> => ({
  ssh: ssh(doors),
  scp: scp(doors),
  "docker-machine": dockerMachine(doors),
});
