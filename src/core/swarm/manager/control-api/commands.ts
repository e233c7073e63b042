/** The commands by which clients change a swarm, all through a machine whose daemon is a manager. */
import type { CommandHandlers } from "../../../room";
import type { ClusterSpec, DataSpec, NetworkCreateSpec, NodeSpec, ServiceSpec } from "../../spec";
import { updateCluster } from "./cluster";
import { createData, removeData, updateData } from "./data";
import { createNetwork, removeNetwork } from "./network";
import { removeNode, updateNode } from "./node";
import { createService, removeService, updateService } from "./service";

interface Target {
  readonly machine: string;
  readonly ref: string;
}

declare module "../../../room" {
  interface Commands {
    "service.create": {
      args: { machine: string; spec: ServiceSpec };
      reply: { id: string; warnings: string[] | null };
    };
    "service.update": {
      /** `registryAuthFrom` is where credentials are taken from, where the request brings none. */
      args: Target & { version: number; spec: ServiceSpec; rollback?: string; registryAuthFrom?: string };
      reply: { warnings: string[] | null };
    };
    "service.remove": { args: Target; reply: void };
    "node.update": { args: Target & { version: number; spec: NodeSpec }; reply: void };
    "node.remove": { args: Target & { force: boolean }; reply: void };
    "swarmData.create": { args: { machine: string; kind: "secret" | "config"; spec: DataSpec }; reply: { id: string } };
    "swarmData.update": { args: Target & { kind: "secret" | "config"; version: number; spec: DataSpec }; reply: void };
    "swarmData.remove": { args: Target & { kind: "secret" | "config" }; reply: void };
    "swarmNetwork.create": { args: { machine: string; spec: NetworkCreateSpec }; reply: { id: string } };
    "swarmNetwork.remove": { args: Target; reply: void };
    "swarm.update": {
      args: {
        machine: string;
        version: number;
        spec: ClusterSpec;
        rotateWorkerToken: boolean;
        rotateManagerToken: boolean;
        rotateManagerUnlockKey: boolean;
      };
      reply: void;
    };
  }
}

export const controlCommands: CommandHandlers = {
  "service.create": createService,
  "service.update": updateService,
  "service.remove": removeService,
  "node.update": updateNode,
  "node.remove": removeNode,
  "swarmData.create": createData,
  "swarmData.update": updateData,
  "swarmData.remove": removeData,
  "swarmNetwork.create": createNetwork,
  "swarmNetwork.remove": removeNetwork,
  "swarm.update": updateCluster,
};
