/** `docker swarm unlock`, and the lock that an autolocked manager finds on when its daemon starts. */
import { conflict, unauthorized, unavailable } from "../../errors";
import type { Loop, Tx } from "../../room";
import { isChange } from "../../store/schema";
import type { SwarmNodeRow } from "../agent/tables";

export function unlockSwarm(tx: Tx, { machine, key }: { machine: string; key: string }): void {
  const member = tx.table("swarmNodes").get(machine);
  if (!member) throw unavailable("This node is not part of a swarm");
  if (member.state !== "locked") throw conflict("swarm is not locked");
  if (member.lockKey !== key) throw unauthorized("swarm could not be unlocked: invalid key provided");
  const { lockKey: _open, ...row } = member;
  tx.table("swarmNodes").put({ ...row, state: "active" });
}

/** A manager's daemon that starts anew with autolock on waits for the key. */
export const autolock: Loop = {
  name: "autolock",
  watches: ["machines"],
  run(tx, changes) {
    for (const change of changes) {
      if (!isChange(change, "machines") || !change.before || !change.after) continue;
      const ran = change.before.power === "on" && change.before.daemon === "up";
      const runs = change.after.power === "on" && change.after.daemon === "up";
      const member = tx.table("swarmNodes").get(change.id);
      if (ran === runs || member?.role !== "manager" || member.state !== "active") continue;
      if (ran) encrypt(tx, member);
      else if (member.lockKey) tx.table("swarmNodes").patch(change.id, { state: "locked", session: "" });
    }
  },
};

/** What lies on the disk from now on needs the key that is valid now. */
function encrypt(tx: Tx, { lockKey: _old, ...member }: SwarmNodeRow): void {
  const key = tx.table("swarms").get(member.swarm)?.unlockKey;
  tx.table("swarmNodes").put(key ? { ...member, lockKey: key } : member);
}
