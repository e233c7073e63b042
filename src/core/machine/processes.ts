/** The end of a process, whoever decides it: its row goes, and what is counted beside it. */
import type { Tx } from "../room";

export function removeProcess(tx: Tx, id: string): void {
  tx.table("processes").delete(id);
  tx.table("outputs").delete(id);
}
