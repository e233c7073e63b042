/** A machine that is taken away: nothing of its membership stays, and its node in the swarm belongs to no machine any more. */
import type { Loop } from "../../room";
import { isChange } from "../../store/schema";
import type { Executor } from "../agent/executor";
import { clean } from "./leave";

/** Last of the loops: those before it must still see which nodes were on the machine. */
export const departures = (executor: Executor): Loop => ({
  name: "departures",
  watches: ["machines"],
  run(tx, changes) {
    for (const change of changes) {
      if (!isChange(change, "machines") || change.after) continue;
      if (tx.table("swarmNodes").has(change.id)) {
        clean(tx, change.id, executor);
        tx.table("swarmNodes").delete(change.id);
        tx.cancel("swarm.join", change.id);
      }
      for (const node of tx.table("nodes").by("machine", change.id)) tx.table("nodes").patch(node.id, { machine: "" });
    }
  },
});
