/**
 * A machine's daemon in and out of swarms (moby `daemon/cluster/swarm.go`): init, join, leave, unlock. It stands above
 * manager and agent and starts or ends both.
 */
import type { CommandHandlers } from "../../room";
import type { Executor } from "../agent/executor";
import type { ClusterSpec } from "../spec";
import { initSwarm } from "./init";
import { joinSwarm } from "./join";
import { leaveSwarm } from "./leave";
import { unlockSwarm } from "./unlock";

export interface InitArgs {
  readonly machine: string;
  readonly listenAddr?: string;
  readonly dataPathAddr?: string;
  readonly advertiseAddr: string;
  readonly spec: Partial<ClusterSpec>;
  readonly autoLock: boolean;
  readonly availability: string;
  readonly addressPool: readonly string[] | null;
  readonly subnetSize: number;
  readonly dataPathPort: number;
  readonly forceNewCluster: boolean;
}

export interface JoinArgs {
  readonly machine: string;
  readonly advertiseAddr: string;
  readonly remotes: readonly string[];
  readonly token: string;
  readonly availability: string;
}

declare module "../../room" {
  interface Commands {
    /** Answers the node's id. */
    "swarm.init": { args: InitArgs; reply: string };
    /** `pending` when no manager answered: it is tried on in the background. */
    "swarm.join": { args: JoinArgs; reply: { state: "active" | "pending" } };
    "swarm.leave": { args: { machine: string; force: boolean }; reply: void };
    "swarm.unlock": { args: { machine: string; key: string }; reply: void };
  }
}

export const clusterCommands = (executor: Executor): CommandHandlers => ({
  "swarm.init": (tx, args) => initSwarm(tx, args, executor),
  "swarm.join": (tx, args) => joinSwarm(tx, args, executor),
  "swarm.leave": (tx, args) => leaveSwarm(tx, args, executor),
  "swarm.unlock": unlockSwarm,
});
