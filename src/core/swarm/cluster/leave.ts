/** `docker swarm leave`: the machine forgets the swarm; the last manager takes the swarm with it. */
import { unavailable } from "../../errors";
import type { Tx } from "../../room";
import type { Executor } from "../agent/executor";
import type { SwarmNodeRow } from "../agent/tables";
import { ledFrom, managersOf, nextIndex, reaches, written } from "../manager/raft";

const PARTICIPATING = "You are attempting to leave the swarm on a node that is participating as a manager. ";
const LAST = "Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message. ";
const TAIL =
  "The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. Use `--force` to suppress this message.";

export function leaveSwarm(tx: Tx, { machine, force }: { machine: string; force: boolean }, executor: Executor): void {
  const member = tx.table("swarmNodes").get(machine);
  if (!member) throw unavailable("This node is not part of a swarm");
  if (member.state === "locked" && !force)
    throw unavailable("Swarm is encrypted and locked. Please unlock it first or use `--force` to ignore this message.");
  if (member.role === "manager" && member.state === "active" && !force)
    throw unavailable(PARTICIPATING + consequences(tx, member));
  const swarm = member.swarm;
  const last = member.role === "manager" && managersOf(tx, swarm).every((node) => node.id === member.nodeId);
  clean(tx, machine, executor);
  tx.table("swarmNodes").delete(machine);
  tx.cancel("swarm.join", machine);
  if (last) eraseSwarm(tx, swarm);
  else if (tx.table("swarms").get(swarm)?.leader === member.nodeId) abdicate(tx, swarm, member.nodeId);
}

function consequences(tx: Tx, member: SwarmNodeRow): string {
  const managers = managersOf(tx, member.swarm);
  if (managers.length <= 1) return LAST;
  if (!ledFrom(tx, member.swarm, member.id)) return TAIL;
  const reachable = managers.filter((node) => reaches(tx, member.id, node)).length;
  const unreachable = managers.length - reachable;
  if (reachable - 2 > unreachable) return TAIL;
  return `Removing this node leaves ${reachable - 1} managers out of ${managers.length}. Without a Raft quorum your swarm will be inaccessible. ${TAIL}`;
}

/** All that the swarm put on the machine goes. */
export function clean(tx: Tx, machine: string, executor: Executor): void {
  for (const row of tx.table("agentTasks").by("machine", machine)) {
    tx.cancel("agent.task", row.id);
    tx.table("agentTasks").delete(row.id);
    if (row.containerId && tx.table("containers").has(row.containerId)) executor.remove(tx, machine, row.containerId);
  }
  for (const row of tx.table("dependencies").by("machine", machine)) tx.table("dependencies").delete(row.id);
  for (const row of tx.table("networks").by("machine", machine))
    if (row.scope === "swarm") executor.removeNetwork(tx, machine, row.networkId);
  executor.removeGateway(tx, machine);
}

/** A leader that leaves by force stays an unreachable member; another is elected if there is a majority. */
function abdicate(tx: Tx, swarm: string, nodeId: string): void {
  const node = tx.table("nodes").get(nodeId);
  if (node?.manager)
    tx.table("nodes").patch(nodeId, {
      manager: { ...node.manager, reachability: "unreachable" },
      ...written(tx, nextIndex(tx, swarm)),
    });
  tx.table("swarms").patch(swarm, { leader: "" });
  tx.schedule("swarm.elect", swarm, 10_000);
}

const OWNED = ["services", "tasks", "nodes", "swarmNetworks"] as const;

function eraseSwarm(tx: Tx, swarm: string): void {
  tx.table("swarms").delete(swarm);
  for (const name of OWNED) for (const row of tx.table(name).by("swarm", swarm)) tx.table(name).delete(row.id);
  for (const kind of ["secret", "config"])
    for (const row of tx.table("swarmData").by("kind", `${swarm}/${kind}`)) tx.table("swarmData").delete(row.id);
  for (const name of ["restarts", "delays", "updates"] as const)
    for (const row of [...tx.table(name).all()]) if (row.swarm === swarm) tx.table(name).delete(row.id);
  for (const protocol of ["tcp", "udp", "sctp"]) tx.table("allocatorCursors").delete(`${swarm}/${protocol}`);
  tx.table("raft").delete(swarm);
  tx.cancel("swarm.elect", swarm);
  tx.cancel("swarm.rotation", swarm);
  tx.cancel("swarm.schedule", swarm);
}
