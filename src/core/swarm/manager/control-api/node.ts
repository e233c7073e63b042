/** Nodes: labels, availability, role, removal (swarmkit `manager/controlapi/node.go`, `manager/role_manager.go`). */
import { invalidParameter } from "../../../errors";
import type { ArgsOf, Tx } from "../../../room";
import { findNode, managedSwarm, outOfSequence, rpc } from "../../access";
import { rank } from "../../protocol";
import { leaderMachine, managersOf, nextIndex, reaches, written } from "../raft";
import { promote } from "../role";
import { resumeRotation } from "../rotation";
import type { NodeRow } from "../tables";

export function updateNode(tx: Tx, { machine, ref, version, spec }: ArgsOf<"node.update">): void {
  const swarm = managedSwarm(tx, machine);
  const node = findNode(tx, swarm.id, ref);
  if (spec.Role !== "worker" && spec.Role !== "manager") throw invalidParameter(`invalid Role: "${spec.Role ?? ""}"`);
  if (!["active", "pause", "drain"].includes(spec.Availability))
    throw invalidParameter(`invalid Availability: "${spec.Availability ?? ""}"`);
  if (version !== node.version) throw outOfSequence();
  if (node.manager && spec.Role === "worker") checkDemotion(tx, node);
  const index = nextIndex(tx, swarm.id);
  tx.table("nodes").patch(node.id, {
    spec: {
      ...(spec.Name && { Name: spec.Name }),
      Labels: spec.Labels ?? {},
      Role: spec.Role,
      Availability: spec.Availability,
    },
    ...written(tx, index),
  });
  if (spec.Role === "manager" && !node.manager) promote(tx, node.id);
  if (spec.Role === "worker" && node.manager) demote(tx, node, index);
}

function checkDemotion(tx: Tx, node: NodeRow): void {
  const members = managersOf(tx, node.swarm);
  if (members.length === 1) throw rpc("FailedPrecondition", "attempting to demote the last manager of the swarm");
  const leader = leaderMachine(tx, node.swarm) ?? "";
  const reachable = members.filter((member) => member.id !== node.id && reaches(tx, leader, member)).length;
  if (reachable < Math.floor((members.length - 1) / 2) + 1)
    throw rpc("FailedPrecondition", "can't remove member from the raft: this would result in a loss of quorum");
}

function demote(tx: Tx, node: NodeRow, index: number): void {
  const { manager: _manager, ...rest } = tx.table("nodes").get(node.id) ?? node;
  tx.table("nodes").put({ ...rest, role: "worker", ...written(tx, index) });
  if (tx.table("swarms").get(node.swarm)?.leader !== node.id) return;
  const [heir] = managersOf(tx, node.swarm).filter((member) => reaches(tx, member.machine, member));
  tx.table("swarms").patch(node.swarm, { leader: heir?.id ?? "" });
}

export function removeNode(tx: Tx, { machine, ref, force }: ArgsOf<"node.remove">): void {
  const swarm = managedSwarm(tx, machine);
  const node = findNode(tx, swarm.id, ref);
  if (node.manager)
    throw rpc(
      "FailedPrecondition",
      `node ${node.id} is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal`,
    );
  if (!force && node.status.state === "ready")
    throw rpc("FailedPrecondition", `node ${node.id} is not down and can't be removed`);
  const index = nextIndex(tx, swarm.id);
  for (const task of tx.table("tasks").by("node", node.id)) {
    if (rank(task.status.state) >= rank("complete")) continue;
    const message = "Task belonged to a node that has been deleted";
    tx.table("tasks").patch(task.id, {
      status: { ...task.status, state: "orphaned", message, timestamp: tx.now },
      ...written(tx, index),
    });
  }
  tx.table("nodes").delete(node.id);
  resumeRotation(tx, swarm.id);
}
