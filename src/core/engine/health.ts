/** Health checks: a probe is an exec that nobody sees, run by timers while the container runs (moby `daemon/health.go`). */

import { decodeUtf8 } from "../bytes";
import { DockerError } from "../errors";
import { MAX_PROBE_OUTPUT } from "../limits";
import { removeProcess } from "../machine/processes";
import { daemonRuns } from "../net/links";
import type { Tx } from "../room";
import type { Millis } from "../time/agenda";
import { containerEvent } from "./events";
import { addExec, runExec } from "./exec";
import type { ContainerRow, ExecRow } from "./tables";
import type { HealthConfig } from "./types";

/** Results that inspect shows. */
const KEPT = 5;
const MILLION = 1e6; // nanoseconds in a millisecond

const DEFAULTS = { interval: 30_000, timeout: 30_000, startPeriod: 0, startInterval: 5_000, retries: 3 } as const;

type Health = NonNullable<ContainerRow["health"]>;

function settings(config: HealthConfig) {
  const millis = (value: number | undefined, otherwise: Millis) => (value ? value / MILLION : otherwise);
  return {
    interval: millis(config.Interval, DEFAULTS.interval),
    timeout: millis(config.Timeout, DEFAULTS.timeout),
    startPeriod: millis(config.StartPeriod, DEFAULTS.startPeriod),
    startInterval: millis(config.StartInterval, DEFAULTS.startInterval),
    retries: config.Retries || DEFAULTS.retries,
  };
}

/** The command of a probe; undefined where there is no check. */
function probeCommand(container: ContainerRow): string[] | undefined {
  const [kind, ...words] = container.config.Healthcheck?.Test ?? [];
  if (kind === "CMD" && words.length > 0) return words;
  if (kind === "CMD-SHELL") return [...(container.config.Shell ?? ["/bin/sh", "-c"]), words[0] ?? ""];
  return undefined;
}

/** The container has started. */
export function beginHealth(tx: Tx, container: ContainerRow): void {
  if (!probeCommand(container)) return;
  tx.table("containers").patch(container.id, { health: { status: "starting", failingStreak: 0, log: [] } });
  scheduleProbe(tx, container);
}

/** The row of a container that has ended, as it shall be written: its last health is "unhealthy", as moby has it. */
export function endHealth(tx: Tx, container: ContainerRow): ContainerRow {
  const health = container.health && { ...container.health, status: "unhealthy" as const };
  return tx.table("containers").put(health ? { ...container, health } : container);
}

function scheduleProbe(tx: Tx, container: ContainerRow): void {
  const { interval, startPeriod, startInterval } = settings(container.config.Healthcheck ?? {});
  const row = tx.table("containers").get(container.id);
  const starting = row?.health?.status === "starting" && tx.now - container.startedAt < startPeriod;
  tx.schedule("health.probe", container.id, starting ? Math.min(startInterval, interval) : interval);
}

/** Timer: the next probe is due. */
export function probeDue(tx: Tx, id: string): void {
  const container = tx.table("containers").get(id);
  const command = container && probeCommand(container);
  if (!container || !command || !daemonRuns(tx, container.machine)) return;
  if (container.state === "paused") scheduleProbe(tx, container);
  if (container.state !== "running") return;
  const config = { Cmd: command, AttachStdout: true, AttachStderr: true };
  const exec = addExec(tx, container, config, { probe: { start: tx.now, output: "" } });
  try {
    runExec(tx, container, exec);
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    tx.table("execs").patch(exec.id, { started: true, exitCode: -1, error: error.message });
  }
  const begun = tx.table("execs").get(exec.id) as ExecRow;
  if (!begun.running) judge(tx, container, begun, begun.exitCode ?? -1, begun.error ?? "");
  else tx.schedule("health.timeout", id, settings(container.config.Healthcheck ?? {}).timeout);
}

/** What a probe wrote is kept for inspect. */
export function probeWrote(tx: Tx, exec: ExecRow, bytes: Uint8Array): void {
  if (!exec.probe || exec.probe.output.length >= MAX_PROBE_OUTPUT) return;
  const output = (exec.probe.output + decodeUtf8(bytes)).slice(0, MAX_PROBE_OUTPUT);
  tx.table("execs").patch(exec.id, { probe: { ...exec.probe, output } });
}

/** A probe's process ended. */
export function probeExited(tx: Tx, exec: ExecRow, exitCode: number): void {
  const container = tx.table("containers").get(exec.containerId);
  if (!container) return;
  tx.cancel("health.timeout", container.id);
  judge(tx, container, exec, exitCode, exec.probe?.output ?? "");
}

/** Timer: a probe takes too long. */
export function probeTimedOut(tx: Tx, id: string): void {
  const container = tx.table("containers").get(id);
  const exec = tx
    .table("execs")
    .by("container", id)
    .find((row) => row.probe && row.running);
  if (!container || !exec || !daemonRuns(tx, container.machine)) return;
  for (const process of tx.table("processes").by("owner", exec.id)) removeProcess(tx, process.id);
  tx.table("execs").patch(exec.id, { running: false, exitCode: 137 });
  const seconds = settings(container.config.Healthcheck ?? {}).timeout / 1000;
  const said = exec.probe?.output ? `: ${exec.probe.output}` : "";
  judge(tx, container, exec, -1, `Health check exceeded timeout (${goSeconds(seconds)})${said}`);
}

const goSeconds = (seconds: number) => {
  if (seconds < 1) return `${Math.round(seconds * 1000)}ms`;
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
};

function judge(tx: Tx, container: ContainerRow, exec: ExecRow, exitCode: number, output: string): void {
  tx.table("execs").delete(exec.id);
  const before = tx.table("containers").get(container.id)?.health;
  if (!before) return;
  const result = { start: exec.probe?.start ?? tx.now, end: tx.now, exitCode, output };
  const after = nextHealth(container, before, exitCode, tx.now);
  const row = tx
    .table("containers")
    .patch(container.id, { health: { ...after, log: [...before.log, result].slice(-KEPT) } });
  if (after.status !== before.status) containerEvent(tx, row, `health_status: ${after.status}`);
  scheduleProbe(tx, container);
}

function nextHealth(container: ContainerRow, before: Health, exitCode: number, now: Millis): Health {
  if (exitCode === 0) return { ...before, status: "healthy", failingStreak: 0 };
  const { startPeriod, retries } = settings(container.config.Healthcheck ?? {});
  if (before.status === "starting" && now - container.startedAt < startPeriod) return before;
  const failingStreak = before.failingStreak + 1;
  return { ...before, failingStreak, status: failingStreak >= retries ? "unhealthy" : before.status };
}
