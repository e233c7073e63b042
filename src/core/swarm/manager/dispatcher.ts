/**
 * The managers' side of the session with each agent (swarmkit `manager/dispatcher`): hands out assignments in batches,
 * takes reports, and declares a node down when no heartbeat can come any more. A session is a lease: while machine and
 * link are well nothing is scheduled for it.
 */
import { swarmId } from "../../chance/ids";
import { linked, linksChanged } from "../../net/links";
import { receive, send } from "../../net/mail";
import type { Loop, Tx } from "../../room";
import { isChange } from "../../store/schema";
import type { Millis } from "../../time/agenda";
import {
  type AgentMessage,
  type AssignedTask,
  type Assignments,
  type Dependency,
  type DispatcherMessage,
  type ManagerPeer,
  type Peers,
  rank,
  type ServiceEndpoint,
} from "../protocol";
import type { EndpointSpec } from "../spec";
import { attached, ingressOf } from "./allocator/allocator";
import { leaderMachine, led, managersOf, nextIndex, written } from "./raft";
import { promote } from "./role";
import { resumeRotation } from "./rotation";
import type { NodeRow, TaskRow } from "./tables";

/** Changes gather this long before they are sent. */
const BATCH: Millis = 100;
/** A node is down so long after its last sign: three periods of 5 s less the time since the last beat, with their jitter. */
const EXPIRES_AFTER = { least: 8500, most: 16500 } as const;
/** The same for nodes that have not been heard of since a change of leader. */
const UNKNOWN_EXPIRES_AFTER = { least: 27000, most: 33000 } as const;

export const dispatcher: Loop = {
  name: "dispatcher",
  watches: ["tasks", "machines", "nodes", "swarms"],
  run(tx, changes) {
    const machines = new Set<string>();
    for (const change of changes) {
      if (isChange(change, "tasks")) noteTask(tx, change.before, change.after);
      else if (isChange(change, "machines") && change.before) {
        if (linksChanged(change.before, change.after)) machines.add(change.id);
      } else if (
        isChange(change, "swarms") &&
        change.before &&
        change.after?.leader &&
        change.before.leader !== change.after.leader
      )
        newLeader(tx, change.id);
      else if (isChange(change, "nodes")) noteNode(tx, change.before, change.after);
    }
    for (const machine of machines) for (const node of tx.table("nodes").by("machine", machine)) linkChanged(tx, node);
  },
};

function noteTask(tx: Tx, before: TaskRow | undefined, after: TaskRow | undefined): void {
  const task = after ?? before;
  if (!task?.nodeId || rank(task.status.state) < rank("assigned")) return;
  const same = after && before?.desiredState === after.desiredState && rank(before.status.state) >= rank("assigned");
  if (same) return;
  tx.table("dispatches").put({ id: task.id, nodeId: task.nodeId });
  if (!tx.table("timers").has(`swarm.dispatch:${task.nodeId}`)) tx.schedule("swarm.dispatch", task.nodeId, BATCH);
}

function noteNode(tx: Tx, before: NodeRow | undefined, after: NodeRow | undefined): void {
  const swarm = (after ?? before)?.swarm ?? "";
  if (before && !after) {
    post(tx, before, { kind: "expelled", nodeId: before.id });
    tx.cancel("swarm.expire", before.id);
    tx.table("sessions").delete(before.id);
  }
  const roleChanged = before && after && before.role !== after.role;
  if (Boolean(before?.manager) === Boolean(after?.manager) && !roleChanged) return;
  for (const node of tx.table("nodes").by("swarm", swarm))
    post(tx, node, { kind: "peers", nodeId: node.id, role: node.role, ...peersNow(tx, swarm) });
}

const peersNow = (tx: Tx, swarm: string): Peers => ({
  index: tx.table("raft").get(swarm)?.index ?? 0,
  managers: peersOf(tx, swarm),
});

export const peersOf = (tx: Tx, swarm: string): ManagerPeer[] =>
  managersOf(tx, swarm).map((node) => ({ nodeId: node.id, address: node.manager?.addr ?? "", machine: node.machine }));

function post(tx: Tx, node: NodeRow, message: DispatcherMessage): void {
  const leader = leaderMachine(tx, node.swarm);
  if (leader) send(tx, "agent", leader, node.machine, message);
}

/** A machine's power, cable or daemon changed: leases of sessions over it end, or the leader calls its nodes again. */
function linkChanged(tx: Tx, node: NodeRow): void {
  const leader = leaderMachine(tx, node.swarm);
  if (!leader) return;
  if (leader !== node.machine) {
    checkLease(tx, node, leader);
    return;
  }
  for (const other of tx.table("nodes").by("swarm", node.swarm)) checkLease(tx, other, leader);
  callAll(tx, node.swarm);
}

function checkLease(tx: Tx, node: NodeRow, leader: string): void {
  if (!linked(tx, leader, node.machine)) expireLater(tx, node, EXPIRES_AFTER);
}

function expireLater(tx: Tx, node: NodeRow, window: { least: number; most: number }): void {
  if (node.status.state === "down" || tx.table("timers").has(`swarm.expire:${node.id}`)) return;
  tx.schedule("swarm.expire", node.id, window.least + tx.random("swarm.lease").below(window.most - window.least));
}

/** The lease ended: timer `swarm.expire`. */
export function expire(tx: Tx, nodeId: string): void {
  const node = tx.table("nodes").get(nodeId);
  if (!node || node.status.state === "down" || !led(tx, node.swarm)) return;
  const message =
    node.status.state === "unknown" ? 'heartbeat failure for node in "unknown" state' : "heartbeat failure";
  tx.table("nodes").patch(nodeId, {
    status: { ...node.status, state: "down", message },
    session: "",
    ...written(tx, nextIndex(tx, node.swarm)),
  });
}

function newLeader(tx: Tx, swarm: string): void {
  const index = nextIndex(tx, swarm);
  for (const node of tx.table("nodes").by("swarm", swarm)) {
    if (node.status.state === "down") continue;
    const message = 'Node moved to "unknown" state due to leadership change in cluster';
    const row = tx
      .table("nodes")
      .patch(node.id, { status: { ...node.status, state: "unknown", message }, session: "", ...written(tx, index) });
    tx.cancel("swarm.expire", node.id);
    expireLater(tx, row, UNKNOWN_EXPIRES_AFTER);
  }
  callAll(tx, swarm);
}

function callAll(tx: Tx, swarm: string): void {
  const peers = peersNow(tx, swarm);
  for (const node of tx.table("nodes").by("swarm", swarm))
    post(tx, node, { kind: "leader", nodeId: node.id, ...peers });
}

/** Mail from an agent has arrived: timer `mail.dispatcher`. */
export function hearAgent(tx: Tx, mailId: string): void {
  const mail = receive(tx, mailId);
  if (!mail) return;
  const message = mail.message as AgentMessage;
  const node = tx.table("nodes").get(message.nodeId);
  if (!node) {
    if (message.kind === "register")
      send(tx, "agent", mail.to, mail.from, { kind: "expelled", nodeId: message.nodeId } satisfies DispatcherMessage);
    return;
  }
  if (!led(tx, node.swarm) || leaderMachine(tx, node.swarm) !== mail.to) return; // only the leader keeps sessions
  if (message.kind === "status") {
    report(tx, node, message);
    return;
  }
  if (message.attempt < (tx.table("sessions").get(node.id)?.attempt ?? 0)) return; // a later one was here first
  tx.table("sessions").put({ id: node.id, attempt: message.attempt, sent: 0 });
  if (message.kind === "register") register(tx, node, message);
  else expireLater(tx, node, EXPIRES_AFTER);
}

function register(tx: Tx, node: NodeRow, message: AgentMessage & { kind: "register" }): void {
  tx.cancel("swarm.expire", node.id);
  const session = swarmId(tx.random("swarm.session"));
  const index = nextIndex(tx, node.swarm);
  const same = JSON.stringify(node.description) === JSON.stringify(message.description);
  tx.table("nodes").patch(node.id, {
    session,
    description: same ? node.description : message.description,
    status: { state: "ready", message: "", addr: message.address },
    ...(node.manager && { manager: { ...node.manager, reachability: "reachable" as const } }),
    ...written(tx, index),
  });
  promote(tx, node.id);
  if (node.tls) resumeRotation(tx, node.swarm);
  const { role } = tx.table("nodes").get(node.id) ?? node;
  for (const row of tx.table("dispatches").by("node", node.id)) tx.table("dispatches").delete(row.id);
  const tasks = tx
    .table("tasks")
    .by("node", node.id)
    .filter((task) => rank(task.status.state) >= rank("assigned"));
  post(tx, node, {
    kind: "session",
    nodeId: node.id,
    attempt: message.attempt,
    session,
    role,
    ...peersNow(tx, node.swarm),
    ...assignments(tx, node, tasks, []),
  });
}

function report(tx: Tx, node: NodeRow, message: AgentMessage & { kind: "status" }): void {
  if (message.session !== node.session) return;
  const index = nextIndex(tx, node.swarm);
  for (const { taskId, status } of message.updates) {
    const task = tx.table("tasks").get(taskId);
    if (!task || task.nodeId !== node.id || rank(status.state) < rank(task.status.state)) continue;
    if (status.state === task.status.state && status.timestamp < task.status.timestamp) continue;
    const ranAt = status.state === "running" && task.ranAt === undefined ? { ranAt: status.timestamp } : {};
    tx.table("tasks").put({ ...task, status, ...ranAt, version: index, updatedAt: tx.now });
  }
}

/** Sends what gathered for a node: timer `swarm.dispatch`. */
export function dispatch(tx: Tx, nodeId: string): void {
  const waiting = tx.table("dispatches").by("node", nodeId);
  const node = tx.table("nodes").get(nodeId);
  const tasks: TaskRow[] = [];
  const removed: string[] = [];
  for (const { id } of waiting) {
    tx.table("dispatches").delete(id);
    const task = tx.table("tasks").get(id);
    if (task) tasks.push(task);
    else removed.push(id);
  }
  if (!node?.session) return; // all is sent when it registers
  // Clusters made before sessions were counted have none of these rows, nor do their agents know of a number.
  const session = tx.table("sessions").get(nodeId) ?? tx.table("sessions").put({ id: nodeId, attempt: 0, sent: 0 });
  const { attempt, sent } = tx.table("sessions").patch(nodeId, { sent: session.sent + 1 });
  const work = assignments(tx, node, tasks, removed);
  post(tx, node, { kind: "assignments", nodeId, attempt, session: node.session, number: sent, ...work });
}

function assignments(tx: Tx, node: NodeRow, tasks: readonly TaskRow[], removed: readonly string[]): Assignments {
  const ingress = ingressOf(tx, node.swarm);
  return {
    tasks: tasks.map(assignedTask),
    removed,
    dependencies: dependenciesOf(tx, tasks),
    networks: ingress && ingress.vxlan !== 0 ? [attached(ingress)] : [],
  };
}

const assignedTask = (task: TaskRow): AssignedTask => ({
  id: task.id,
  swarm: task.swarm,
  nodeId: task.nodeId,
  serviceId: task.serviceId,
  serviceName: task.serviceName,
  serviceLabels: task.serviceLabels,
  slot: task.slot,
  spec: task.spec,
  desiredState: task.desiredState,
  attachments: task.attachments,
  endpoint: task.endpoint ?? (task.endpointSpec ? unallocated(task.endpointSpec) : NO_ENDPOINT),
});

const unallocated = (spec: EndpointSpec): ServiceEndpoint => ({ spec, ports: spec.Ports ?? [], virtualIPs: [] });
const NO_ENDPOINT = unallocated({});

function dependenciesOf(tx: Tx, tasks: readonly TaskRow[]): Dependency[] {
  const found = new Map<string, Dependency>();
  for (const task of tasks) {
    if (rank(task.desiredState) > rank("complete")) continue;
    const spec = task.spec.ContainerSpec;
    for (const id of [
      ...(spec?.Secrets ?? []).map((ref) => ref.SecretID),
      ...(spec?.Configs ?? []).map((ref) => ref.ConfigID),
    ]) {
      const row = tx.table("swarmData").get(id ?? "");
      if (!row) continue;
      const template = row.spec.Templating?.Name;
      found.set(row.id, { id: row.id, kind: row.kind, data: row.spec.Data ?? "", ...(template && { template }) });
    }
  }
  return [...found.values()];
}
