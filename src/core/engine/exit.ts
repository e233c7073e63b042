/** The end of a container's process: what was asked for then, the restart policy, `--rm` (moby `daemon/monitor.go`). */
import type { Tx } from "../room";
import { containerEvent } from "./events";
import { endHealth } from "./health";
import { releaseRun, removeContainerRow } from "./release";
import { restartDelay } from "./restart-policy";
import { run } from "./start";
import type { ContainerRow } from "./tables";

export function containerExited(tx: Tx, id: string, exitCode: number, oom = false): void {
  const before = tx.table("containers").get(id);
  if (!before || (before.state !== "running" && before.state !== "paused")) return;
  releaseRun(tx, before);
  if (oom) containerEvent(tx, before, "oom");
  const delay = before.pending ? undefined : restartDelay(before, exitCode, tx.now);
  const { pending, ...rest } = before;
  const container = endHealth(tx, {
    ...rest,
    state: delay === undefined ? "exited" : "restarting",
    exitCode,
    oomKilled: oom,
    finishedAt: tx.now,
    pid: 0,
    ...(delay === undefined ? {} : { restartDelay: delay, restartCount: before.restartCount + 1 }),
  });
  if (pending) containerEvent(tx, container, "stop");
  const duration = String(Math.floor((tx.now - before.startedAt) / 1000));
  containerEvent(tx, container, "die", { execDuration: duration, exitCode: String(exitCode) });
  if (delay !== undefined) tx.schedule("container.restart", id, delay);
  else if (pending === "restart") runAgain(tx, container);
  else if (container.hostConfig.AutoRemove) removeContainerRow(tx, id, true);
}

/** The second half of `docker restart`. */
export function runAgain(tx: Tx, container: ContainerRow): void {
  tx.table("containers").patch(container.id, { stoppedByUser: false, restartDelay: 0 });
  if (!run(tx, container.id)) containerEvent(tx, tx.table("containers").get(container.id) as ContainerRow, "restart");
}

/** Timer: the wait of the restart policy is over. */
export function restartDue(tx: Tx, id: string): void {
  const container = tx.table("containers").get(id);
  if (container?.state !== "restarting") return;
  run(tx, id);
}
