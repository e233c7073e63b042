/** The door of the simulation: one cluster's core, put together from its rooms. */
import { Core } from "./core";
import {
  closeGateway,
  createContainer,
  engineRoom,
  ensureSwarmNetwork,
  imageRoom,
  lookUpImage,
  mountDataFile,
  netRoom,
  openGateway,
  removeContainer,
  removeSwarmNetwork,
  sharePull,
  startContainer,
  stopContainer,
} from "./engine";
import type { Catalog } from "./engine/catalog";
import { machineRoom } from "./machine/machine";
import type { Blobs, Tx } from "./room";
import type { StoredRow } from "./store/store";
import { swarmRooms } from "./swarm";
import { engineExecutor } from "./swarm/agent/engine-executor";
import { tables } from "./tables";

export { Core, type Outcome } from "./core";
export { Catalog, type CatalogSource } from "./engine/catalog";

export interface CoreParts {
  readonly blobs: Blobs;
  readonly catalog: Catalog;
  /** Tasks beyond which services get no more; any number when left out. */
  readonly mostTasks?: number;
}

/** A cluster as its rows tell it; without rows one that waits for `initialise`. */
export function createCore({ blobs, catalog, mostTasks }: CoreParts, rows: Iterable<StoredRow>): Core {
  const executor = engineExecutor({
    createContainer,
    startContainer: mustStart,
    stopContainer,
    removeContainer,
    ensureSwarmNetwork,
    removeSwarmNetwork,
    openGateway,
    closeGateway,
    findImage: lookUpImage,
    pullImage: sharePull,
    mountDataFile,
  });
  const rooms = [machineRoom, engineRoom, imageRoom, netRoom, ...swarmRooms(executor)];
  return new Core({ tables, rooms, blobs, catalog, ...(mostTasks === undefined ? {} : { mostTasks }) }, rows);
}

/** Callers inside the core take a failed start as an exception; what it left behind stays all the same. */
function mustStart(tx: Tx, machine: string, ref: string): void {
  const failure = startContainer(tx, machine, ref);
  if (failure) throw failure;
}
