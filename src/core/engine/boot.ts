/** A daemon that boots: what it still takes for running is gone, and restart policies bring it back (moby `daemon/daemon.go`, restore). */
import type { Tx } from "../room";
import { releaseRun, removeContainerRow } from "./release";
import { startsAtBoot } from "./restart-policy";
import { run } from "./start";
import { isUp } from "./stop";
import type { ContainerRow } from "./tables";

/** What a container's exit code is when its end was not seen. */
const UNSEEN = 255;

export function bootEngine(tx: Tx, machine: string): void {
  const starts: string[] = [];
  for (const container of tx.table("containers").by("machine", machine)) {
    const ran = isUp(container) || container.halted === true;
    if (isUp(container)) markEnded(tx, container);
    forgetHalt(tx, container.id);
    if (ran && container.hostConfig.AutoRemove) removeContainerRow(tx, container.id, true);
    else if (startsAtBoot(container, ran)) starts.push(container.id);
  }
  for (const id of starts) run(tx, id);
}

function forgetHalt(tx: Tx, id: string): void {
  const { halted, ...row } = tx.table("containers").get(id) as ContainerRow;
  if (halted) tx.table("containers").put(row);
}

function markEnded(tx: Tx, container: ContainerRow): void {
  releaseRun(tx, container);
  const { pending: _, ...rest } = container;
  tx.table("containers").put({
    ...rest,
    state: "exited",
    exitCode: container.state === "restarting" ? container.exitCode : UNSEEN,
    finishedAt: container.state === "restarting" ? container.finishedAt : tx.now,
    pid: 0,
  });
}
