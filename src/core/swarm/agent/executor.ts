/**
 * What an agent asks of the engine beside it, and nothing more. What becomes of a container the agent sees in the
 * `containers` and `operations` rows, as any client would.
 */
import type { ContainerCreateRequest } from "../../engine/types";
import type { Tx } from "../../room";
import type { AttachedNetwork } from "../protocol";

export interface MountedFile {
  readonly path: string; // absolute, in the container
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface Executor {
  /** Starts pulling; returns the operation's id, or undefined when there is nothing to pull. Throws when it cannot begin. */
  pull(tx: Tx, machine: string, reference: string): string | undefined;
  /** Creates a container; returns its id. Throws Docker's refusal. */
  create(tx: Tx, machine: string, name: string, request: ContainerCreateRequest, taskId: string): string;
  /** Mounts a secret or config into a container that is about to start. */
  mountFile(tx: Tx, machine: string, containerId: string, file: MountedFile): void;
  start(tx: Tx, machine: string, containerId: string): void;
  /** Sends the stop signal, and SIGKILL after the grace (seconds). */
  stop(tx: Tx, machine: string, containerId: string, grace: number): void;
  /** Removes it, running or not, with its anonymous volumes. */
  remove(tx: Tx, machine: string, containerId: string): void;
  ensureNetwork(tx: Tx, machine: string, network: AttachedNetwork): void;
  removeNetwork(tx: Tx, machine: string, networkId: string): void;
  /** The local bridge by which containers on overlays reach the world: made at join, gone at leave. */
  ensureGateway(tx: Tx, machine: string): void;
  removeGateway(tx: Tx, machine: string): void;
}
