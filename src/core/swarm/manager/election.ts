/**
 * Who leads (swarmkit `manager/state/raft`, in its effects): when the leader falls silent or loses the majority, another
 * manager that reaches one takes over after an election timeout. Reachability of managers is kept beside it.
 */
import { linksChanged } from "../../net/links";
import type { Loop, Tx } from "../../room";
import { isChange } from "../../store/schema";
import type { Millis } from "../../time/agenda";
import { hasQuorum, leaderMachine, managersOf, nextIndex, reaches, written } from "./raft";

/** Election timeout: ten ticks of a second, randomised to twice that. */
const ELECTION: { readonly least: Millis; readonly spread: number } = { least: 10_000, spread: 10_000 };

/** A manager that is the only one asks nobody. */
const ALONE: Millis = 500;

export const election: Loop = {
  name: "election",
  watches: ["machines", "nodes", "swarmNodes"],
  run(tx, changes) {
    const swarms = new Set<string>();
    for (const change of changes) {
      if (isChange(change, "machines") && change.before && linksChanged(change.before, change.after))
        for (const node of tx.table("nodes").by("machine", change.id)) if (node.manager) swarms.add(node.swarm);
      if (isChange(change, "nodes") && change.before?.manager && !change.after?.manager)
        swarms.add(change.before.swarm);
      if (isChange(change, "swarmNodes") && change.before && change.before.state !== change.after?.state)
        swarms.add(change.before.swarm);
    }
    for (const swarm of swarms) check(tx, swarm);
  },
};

function check(tx: Tx, swarm: string): void {
  if (!tx.table("swarms").has(swarm)) return;
  const leader = leaderMachine(tx, swarm);
  if (leader && hasQuorum(tx, swarm, leader)) {
    if (tx.table("timers").has(`swarm.elect:${swarm}`)) lead(tx, swarm, tx.table("swarms").get(swarm)?.leader ?? "");
    markReachable(tx, swarm, leader);
    return;
  }
  const [only, ...others] = managersOf(tx, swarm);
  if (only && others.length === 0 && reaches(tx, only.machine, only)) tx.schedule("swarm.elect", swarm, ALONE);
  else if (!tx.table("timers").has(`swarm.elect:${swarm}`))
    tx.schedule("swarm.elect", swarm, ELECTION.least + tx.random("swarm.election").below(ELECTION.spread));
}

/** A leader begins anew: what it missed without a majority is looked at again. */
function lead(tx: Tx, swarm: string, node: string): void {
  tx.cancel("swarm.elect", swarm);
  tx.table("swarms").patch(swarm, { leader: "" });
  tx.table("swarms").patch(swarm, { leader: node });
}

/** Timer `swarm.elect`. Without a majority the swarm has no leader until machines come back. */
export function elect(tx: Tx, swarm: string): void {
  const row = tx.table("swarms").get(swarm);
  if (!row) return;
  const leader = leaderMachine(tx, swarm);
  if (leader && hasQuorum(tx, swarm, leader)) return;
  const candidates = managersOf(tx, swarm).filter(
    (node) => reaches(tx, node.machine, node) && hasQuorum(tx, swarm, node.machine),
  );
  const winner = candidates.length > 0 ? tx.random("swarm.election").pick(candidates) : undefined;
  if ((winner?.id ?? "") !== row.leader) tx.table("swarms").patch(swarm, { leader: winner?.id ?? "" });
  if (winner) markReachable(tx, swarm, winner.machine);
}

function markReachable(tx: Tx, swarm: string, leader: string): void {
  for (const node of managersOf(tx, swarm)) {
    const reachability = reaches(tx, leader, node) ? "reachable" : "unreachable";
    if (!node.manager || node.manager.reachability === reachability) continue;
    tx.table("nodes").patch(node.id, {
      manager: { ...node.manager, reachability },
      ...written(tx, nextIndex(tx, swarm)),
    });
  }
}
