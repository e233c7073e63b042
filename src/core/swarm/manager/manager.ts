/**
 * The managers' room: the loops in their fixed order and the timers they set. Within a step each sees what those before
 * it wrote; one seed and one list of commands give one history.
 */
import type { Room } from "../../room";
import { allocator } from "./allocator/allocator";
import { controlCommands } from "./control-api/commands";
import { dispatch, dispatcher, expire, hearAgent } from "./dispatcher";
import { elect, election } from "./election";
import { constraintEnforcer } from "./orchestrator/constraint-enforcer";
import { delays } from "./orchestrator/delays";
import { global } from "./orchestrator/global";
import { jobs } from "./orchestrator/jobs";
import { replicated } from "./orchestrator/replicated";
import { delayOver } from "./orchestrator/restart";
import { reapSlot, reapTask, taskReaper } from "./orchestrator/task-reaper";
import { monitorOver, updateDelayOver, updater } from "./orchestrator/update";
import { led } from "./raft";
import { rotate } from "./rotation";
import { createScheduler } from "./scheduler/scheduler";

/** A new one for each core: the scheduler keeps books in memory. */
export function createManagerRoom(): Room {
  const scheduler = createScheduler();
  return {
    commands: controlCommands,
    loops: [
      election,
      constraintEnforcer,
      replicated,
      global,
      jobs,
      updater,
      delays,
      allocator,
      scheduler.loop,
      dispatcher,
      taskReaper,
    ],
    timers: {
      "mail.dispatcher": hearAgent,
      "swarm.delay": delayOver,
      "swarm.update.delay": updateDelayOver,
      "swarm.update.monitor": monitorOver,
      "swarm.schedule": (tx, swarm) => {
        if (led(tx, swarm)) scheduler.pass(tx, swarm);
      },
      "swarm.dispatch": dispatch,
      "swarm.expire": expire,
      "swarm.elect": elect,
      "swarm.rotation": rotate,
      "swarm.reap.slot": reapSlot,
      "swarm.reap.task": reapTask,
    },
  };
}
