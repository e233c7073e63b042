/** Stopping, restarting and killing: the core sends the signal, the answer comes when the process has ended. */
import { findContainer } from "../../../core/engine/names";
import { systemError } from "../../../core/errors";
import type { Backend } from "../../backend";
import { until } from "../../streams";
import { hasSandbox } from "./network-settings";

/** Simulated milliseconds that moby waits for a killed process (`daemon/kill.go`). */
const KILL_PATIENCE = 10_000;

export interface StopOptions {
  readonly timeout?: number;
  readonly signal?: string;
}

export async function stop(backend: Backend, request: Request, ref: string, options: StopOptions): Promise<void> {
  const ended = endOf(backend, ref);
  backend.dispatch("container.stop", { machine: backend.machine, ref, ...options });
  await until(backend, ended, request.signal);
}

export async function restart(backend: Backend, request: Request, ref: string, options: StopOptions): Promise<void> {
  const { id } = findContainer(backend.view, backend.machine, ref);
  backend.dispatch("container.restart", { machine: backend.machine, ref, ...options });
  const row = () => backend.view.table("containers").get(id);
  await until(backend, () => row()?.pending !== "restart", request.signal);
  const now = row();
  if (now && !hasSandbox(now) && now.state !== "restarting" && now.error !== "") throw systemError(now.error);
}

/** SIGKILL is waited for; any other signal is only sent. */
export async function kill(backend: Backend, request: Request, ref: string, signal: string): Promise<void> {
  const fatal = /^(|9|(SIG)?KILL)$/i.test(signal);
  const ended = fatal ? lateEndOf(backend, ref) : () => true;
  backend.dispatch("container.kill", { machine: backend.machine, ref, ...(signal && { signal }) });
  const patience = new AbortController();
  request.signal.addEventListener("abort", () => patience.abort(), { once: true });
  if (fatal)
    void backend
      .sleep(KILL_PATIENCE, patience.signal)
      .then(() => patience.abort())
      .catch(() => undefined);
  await until(backend, ended, patience.signal);
  patience.abort();
}

/** Whether the present run is over. */
function endOf(backend: Backend, ref: string): () => boolean {
  const before = findContainer(backend.view, backend.machine, ref);
  return () => {
    const now = backend.view.table("containers").get(before.id);
    return !now || !hasSandbox(now) || now.startedAt !== before.startedAt;
  };
}

/** The same for a container that need not be there: the command itself refuses then. */
function lateEndOf(backend: Backend, ref: string): () => boolean {
  try {
    return endOf(backend, ref);
  } catch {
    return () => true;
  }
}
