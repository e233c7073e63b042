/** The swarm's door: its rooms, and what others may read of it. */
import type { Room } from "../room";
import { createAgentRoom } from "./agent/agent";
import type { Executor } from "./agent/executor";
import { clusterCommands } from "./cluster/commands";
import { departures } from "./cluster/departures";
import { retryJoin } from "./cluster/join";
import { autolock } from "./cluster/unlock";
import { discoveryRoom } from "./discovery";
import { clusterEvents } from "./events";
import { createManagerRoom } from "./manager/manager";

export { findData, findNode, findService, findSwarmNetwork, findTask, leadership, managedSwarm } from "./access";
export { type EngineDoors, engineExecutor } from "./agent/engine-executor";
export type { Executor, MountedFile } from "./agent/executor";
export { explainTask, type TaskExplanation } from "./explain";
export { CERTIFICATE_ISSUER, joinToken } from "./manager/ca";
export { type ServiceStatus, type SwarmInfo, serviceStatus, swarmInfo, tasksOf } from "./view";

/** The rooms of one core, in the order in which their loops run: a new set for each core. */
export const swarmRooms = (executor: Executor): Room[] => [
  {
    commands: clusterCommands(executor),
    timers: { "swarm.join": (tx, machine) => retryJoin(tx, machine, executor) },
    loops: [clusterEvents, autolock],
  },
  createManagerRoom(),
  createAgentRoom(executor),
  discoveryRoom,
  { loops: [departures(executor)] },
];
