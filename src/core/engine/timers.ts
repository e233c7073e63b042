/** Timers of containers, which count for nothing while their daemon is away. */
import { daemonMinds, daemonRuns } from "../net/links";
import type { Tx } from "../room";

export const whileDaemonRuns =
  (handler: (tx: Tx, id: string) => void) =>
  (tx: Tx, id: string): void => {
    const container = tx.table("containers").get(id);
    if (container && daemonRuns(tx, container.machine)) handler(tx, id);
  };

/** The same for what a daemon that stops still has to do. */
export const whileDaemonMinds =
  (handler: (tx: Tx, id: string) => void) =>
  (tx: Tx, id: string): void => {
    const container = tx.table("containers").get(id);
    if (container && daemonMinds(tx, container.machine)) handler(tx, id);
  };
