/** Wakes the tasks that wait for another to stop: the second half of a restart or of a stop-first update. */
import type { Loop, Tx } from "../../../room";
import { isChange } from "../../../store/schema";
import { rank } from "../../protocol";
import { led } from "../raft";
import { oldTaskChanged } from "./restart";

export const delays: Loop = {
  name: "delays",
  watches: ["tasks", "nodes", "swarms"],
  run(tx, changes) {
    const old = new Set<string>();
    for (const change of changes) {
      if (
        isChange(change, "tasks") &&
        change.before &&
        (!change.after || rank(change.after.status.state) > rank("running"))
      )
        old.add(change.id);
      if (isChange(change, "tasks") && !change.after) tx.table("delays").delete(change.id);
      if (
        isChange(change, "nodes") &&
        change.before?.status.state !== "down" &&
        (!change.after || change.after.status.state === "down")
      )
        for (const task of tx.table("tasks").by("node", change.id)) old.add(task.id);
    }
    for (const change of changes)
      if (isChange(change, "swarms") && change.after?.leader && change.before?.leader !== change.after.leader)
        takeUp(tx, change.id);
    for (const id of old) {
      const [waiting] = tx.table("delays").by("old", id);
      if (waiting && led(tx, waiting.swarm)) oldTaskChanged(tx, id);
    }
  },
};

/** Delays that ended while nobody led. */
function takeUp(tx: Tx, swarm: string): void {
  for (const delay of [...tx.table("delays").all()])
    if (delay.swarm === swarm && !tx.table("timers").has(`swarm.delay:${delay.id}`))
      tx.schedule("swarm.delay", delay.id, 0);
}
