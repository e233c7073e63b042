/** Stopping, killing, restarting, pausing (moby `daemon/stop.go`, `kill.go`, `restart.go`, `pause.go`). */
import { conflict, DockerError, systemError } from "../errors";
import type { Tx } from "../room";
import { containerEvent } from "./events";
import { containerExited } from "./exit";
import { findContainer } from "./names";
import { mainProcess, processesIn, signalProcess } from "./processes";
import { checkSignal, signalNumber } from "./signals";
import { run } from "./start";
import type { ContainerRow } from "./tables";

export interface StopOptions {
  /** Seconds until SIGKILL; negative = never. */
  readonly timeout?: number;
  readonly signal?: string;
}

/** Seconds a container gets when nothing says otherwise. */
const GRACE = 10;

export const isUp = ({ state }: ContainerRow): boolean =>
  state === "running" || state === "paused" || state === "restarting";

/** Asks it to end; the row changes when the process has. Returns false when it does not run. */
export function stopContainer(tx: Tx, machine: string, ref: string, options: StopOptions = {}): boolean {
  const container = findContainer(tx, machine, ref);
  if (!isUp(container)) return false;
  tx.table("containers").patch(container.id, { stoppedByUser: true });
  named("cannot stop container: ", ref, () => ask(tx, container, "stop", options));
  return true;
}

/** Stops it first if it runs, then starts it. Returns why it could not start. */
export function restartContainer(
  tx: Tx,
  machine: string,
  ref: string,
  options: StopOptions = {},
): DockerError | undefined {
  const container = findContainer(tx, machine, ref);
  if (container.state === "running" || container.state === "paused") {
    named("Cannot restart container ", ref, () => ask(tx, container, "restart", options));
    return undefined;
  }
  tx.cancel("container.restart", container.id);
  tx.table("containers").patch(container.id, { stoppedByUser: false, restartDelay: 0, restartCount: 0 });
  const failure = run(tx, container.id);
  if (!failure) containerEvent(tx, tx.table("containers").get(container.id) as ContainerRow, "restart");
  return failure;
}

/** What is wrong with the request is said with the container's name (moby `daemon/stop.go`, `restart.go`). */
function named(head: string, ref: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    throw systemError(`${head}${ref}: ${error.message}`);
  }
}

function ask(tx: Tx, container: ContainerRow, pending: "stop" | "restart", options: StopOptions): void {
  const signal = checkSignal(options.signal || container.config.StopSignal || "SIGTERM");
  if (container.state === "restarting") {
    endWaiting(tx, container);
    containerEvent(tx, container, "stop");
    return;
  }
  tx.table("containers").patch(container.id, { pending });
  deliver(tx, container.id, signal);
  const grace = options.timeout ?? container.config.StopTimeout ?? GRACE;
  if (grace === 0) deliver(tx, container.id, "SIGKILL");
  else if (grace > 0) tx.schedule("container.kill", container.id, grace * 1000);
}

/** Its daemon is told to stop: it is asked to end, and remembered as one that ran. */
export function haltContainer(tx: Tx, container: ContainerRow): void {
  tx.table("containers").patch(container.id, { halted: true });
  ask(tx, container, "stop", {});
}

/** It waits for its restart policy: nothing runs that could be signalled. */
function endWaiting(tx: Tx, container: ContainerRow): void {
  tx.cancel("container.restart", container.id);
  tx.table("containers").patch(container.id, { state: "exited" });
}

/** Timer: the grace of a stop is over. */
export function graceOver(tx: Tx, id: string): void {
  const container = tx.table("containers").get(id);
  if (container && (container.state === "running" || container.state === "paused")) deliver(tx, id, "SIGKILL");
}

/** Signals the container's process; a paused one is set going, as moby does. */
function deliver(tx: Tx, id: string, signal: string): void {
  const container = tx.table("containers").get(id) as ContainerRow;
  containerEvent(tx, container, "kill", { signal: String(signalNumber(signal)) });
  const process = mainProcess(tx, container);
  if (process) signalProcess(tx, process, signal);
  if (container.state === "paused") setPaused(tx, container, false);
}

export function killContainer(tx: Tx, machine: string, ref: string, wanted = ""): void {
  let container: ContainerRow;
  let signal: string;
  try {
    container = findContainer(tx, machine, ref);
    if (!isUp(container)) throw conflict(`container ${container.id} is not running`);
    signal = checkSignal(wanted || "SIGKILL");
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    throw new DockerError(error.kind, `cannot kill container: ${ref}: ${error.message}`);
  }
  const stops = signal === "SIGKILL" || signal === checkSignal(container.config.StopSignal || "SIGTERM");
  if (stops) tx.table("containers").patch(container.id, { stoppedByUser: true });
  if (container.state === "restarting") endWaiting(tx, container);
  else deliver(tx, container.id, signal);
}

/** Ends a container in this very step, for a forced removal. */
export function endNow(tx: Tx, container: ContainerRow): void {
  tx.table("containers").patch(container.id, { stoppedByUser: true });
  if (container.state === "restarting") {
    endWaiting(tx, container);
    return;
  }
  deliver(tx, container.id, "SIGKILL");
  containerExited(tx, container.id, 137);
}

export function pauseContainer(tx: Tx, machine: string, ref: string): void {
  const container = findContainer(tx, machine, ref);
  if (container.state === "paused") throw conflict(`Container ${container.id} is already paused`);
  if (container.state === "restarting")
    throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
  if (container.state !== "running") throw conflict(`container ${container.id} is not running`);
  setPaused(tx, container, true);
}

export function unpauseContainer(tx: Tx, machine: string, ref: string): void {
  const container = findContainer(tx, machine, ref);
  if (container.state !== "paused") throw systemError(`Container ${container.id} is not paused`);
  setPaused(tx, container, false);
}

function setPaused(tx: Tx, container: ContainerRow, paused: boolean): void {
  const row = tx.table("containers").patch(container.id, { state: paused ? "paused" : "running" });
  for (const process of processesIn(tx, container)) tx.table("processes").patch(process.id, { paused });
  containerEvent(tx, row, paused ? "pause" : "unpause");
}
