/** The executor over the machine's own engine: its doors are given, so that this room needs no more of it than it uses. */
import type { ContainerCreateRequest } from "../../engine/types";
import type { Tx } from "../../room";
import type { AttachedNetwork } from "../protocol";
import type { Executor, MountedFile } from "./executor";

/** Functions of the engine's door, under their names there. */
export interface EngineDoors {
  createContainer(
    tx: Tx,
    machine: string,
    args: { name: string; request: ContainerCreateRequest; taskId: string },
  ): { readonly id: string };
  startContainer(tx: Tx, machine: string, ref: string): unknown;
  stopContainer(tx: Tx, machine: string, ref: string, options: { timeout: number }): unknown;
  removeContainer(tx: Tx, machine: string, ref: string, options: { force: boolean; volumes: boolean }): unknown;
  ensureSwarmNetwork(tx: Tx, machine: string, network: SwarmNetworkArgs): unknown;
  removeSwarmNetwork(tx: Tx, machine: string, networkId: string): unknown;
  openGateway(tx: Tx, machine: string): void;
  closeGateway(tx: Tx, machine: string): void;
  /** Undefined when the machine does not have the image. */
  findImage(tx: Tx, machine: string, reference: string): unknown;
  pullImage(tx: Tx, machine: string, args: { reference: string }): string;
  /** Mounts a secret or config into a container that does not run yet. */
  mountDataFile(tx: Tx, containerId: string, file: MountedFile): void;
}

export interface SwarmNetworkArgs extends Omit<AttachedNetwork, "id"> {
  readonly networkId: string;
}

export function engineExecutor(doors: EngineDoors): Executor {
  return {
    pull: (tx, machine, reference) =>
      reference.includes("@sha256:") && isPresent(doors, tx, machine, reference)
        ? undefined
        : doors.pullImage(tx, machine, { reference }),
    create: (tx, machine, name, request, taskId) => doors.createContainer(tx, machine, { name, request, taskId }).id,
    mountFile: (tx, _machine, containerId, file) => doors.mountDataFile(tx, containerId, file),
    start: (tx, machine, id) => void doors.startContainer(tx, machine, id),
    stop: (tx, machine, id, timeout) => void doors.stopContainer(tx, machine, id, { timeout }),
    remove: (tx, machine, id) => void doors.removeContainer(tx, machine, id, { force: true, volumes: true }),
    ensureNetwork: (tx, machine, { id, ...network }) => {
      if (!tx.table("networks").has(`${machine}/${id}`))
        doors.ensureSwarmNetwork(tx, machine, { networkId: id, ...network });
    },
    removeNetwork: (tx, machine, id) => void doors.removeSwarmNetwork(tx, machine, id),
    ensureGateway: (tx, machine) => doors.openGateway(tx, machine),
    removeGateway: (tx, machine) => doors.closeGateway(tx, machine),
  };
}

function isPresent(doors: EngineDoors, tx: Tx, machine: string, reference: string): boolean {
  try {
    return doors.findImage(tx, machine, reference) !== undefined;
  } catch {
    return false;
  }
}
