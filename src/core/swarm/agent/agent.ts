/**
 * The agent of each machine (swarmkit `agent/`): keeps the session with the managers, takes assignments, reports. It sees
 * its own machine only.
 */
import { daemonRuns, linksChanged } from "../../net/links";
import { receive, send } from "../../net/mail";
import type { Room, Tx } from "../../room";
import { isChange } from "../../store/schema";
import type { Millis } from "../../time/agenda";
import type { AgentMessage, AssignedTask, DispatcherMessage } from "../protocol";
import type { NodeDescription } from "../spec";
import type { Executor } from "./executor";
import type { SwarmNodeRow } from "./tables";
import { TaskController } from "./task-controller";

/** Reports gather this long. */
const BATCH: Millis = 100;
/** A daemon that came back, or whose link did, tries again after this. */
const RECONNECT: Millis = 700;
/** What nodes report as their engine. */
const ENGINE_VERSION = "28.5.2";

export function createAgentRoom(executor: Executor): Room {
  const controller = new TaskController(executor);
  return {
    loops: [
      {
        name: "agent",
        watches: ["swarmNodes", "machines", "operations", "containers", "agentTasks"],
        run(tx, changes) {
          const reporting = new Set<string>();
          for (const change of changes) {
            if (isChange(change, "swarmNodes")) membershipChanged(tx, change.before, change.after);
            else if (isChange(change, "machines") && change.before && linksChanged(change.before, change.after))
              machineChanged(tx, change.id);
            else if (isChange(change, "operations")) {
              if (change.after?.state !== "running")
                for (const row of tx.table("agentTasks").by("operation", change.id)) controller.pulled(tx, row.id);
            } else if (isChange(change, "containers")) {
              if (!change.after) controller.containerGone(tx, change.id);
              else if (change.after.taskId)
                controller.containerChanged(tx, tx.table("containers").get(change.id) ?? change.after);
            } else if (isChange(change, "agentTasks") && change.after?.unreported) reporting.add(change.after.machine);
          }
          for (const machine of reporting)
            if (!tx.table("timers").has(`agent.report:${machine}`)) tx.schedule("agent.report", machine, BATCH);
        },
      },
    ],
    timers: {
      "mail.agent": (tx, id) => hear(tx, id, controller, executor),
      "agent.task": (tx, id) => controller.timer(tx, id),
      "agent.report": report,
      "agent.register": (tx, machine) => reconnect(tx, machine, controller),
    },
  };
}

const tell = (tx: Tx, member: SwarmNodeRow, machine: string, message: AgentMessage) =>
  send(tx, "dispatcher", member.id, machine, message);

function membershipChanged(tx: Tx, before: SwarmNodeRow | undefined, after: SwarmNodeRow | undefined): void {
  if (after?.state === "active" && before?.state !== "active") register(tx, after);
  if (before?.state === "active" && !after)
    for (const manager of before.managers) tell(tx, before, manager.machine, { kind: "closed", nodeId: before.nodeId });
}

/** Sent to every manager: the leader answers. */
function register(tx: Tx, member: SwarmNodeRow): void {
  const machine = tx.table("machines").get(member.id);
  if (!machine) return;
  const description = describe(machine.name, machine.nanoCpus, machine.memory);
  for (const manager of member.managers)
    tell(tx, member, manager.machine, {
      kind: "register",
      nodeId: member.nodeId,
      description,
      address: member.address,
    });
}

function machineChanged(tx: Tx, machine: string): void {
  const member = tx.table("swarmNodes").get(machine);
  if (member?.state !== "active") return;
  if (member.session) tx.table("swarmNodes").patch(machine, { session: "" });
  if (daemonRuns(tx, machine) && tx.table("machines").get(machine)?.network === "ok")
    tx.schedule("agent.register", machine, RECONNECT);
}

function reconnect(tx: Tx, machine: string, controller: TaskController): void {
  const member = tx.table("swarmNodes").get(machine);
  if (member?.state !== "active" || !daemonRuns(tx, machine)) return;
  for (const row of tx.table("agentTasks").by("machine", machine)) controller.recover(tx, row.id);
  register(tx, member);
}

function hear(tx: Tx, mailId: string, controller: TaskController, executor: Executor): void {
  const mail = receive(tx, mailId);
  if (!mail) return;
  const message = mail.message as DispatcherMessage;
  const member = tx.table("swarmNodes").get(mail.to);
  if (!member || member.nodeId !== message.nodeId) return;
  if (message.kind === "session") {
    tx.table("swarmNodes").patch(member.id, {
      session: message.session,
      role: message.role,
      managers: message.managers,
    });
    for (const row of tx.table("agentTasks").by("machine", member.id))
      tx.table("agentTasks").patch(row.id, { unreported: true });
  } else if (message.kind === "peers") {
    tx.table("swarmNodes").patch(member.id, { role: message.role, managers: message.managers });
  } else if (message.kind === "leader") {
    register(tx, tx.table("swarmNodes").patch(member.id, { session: "", managers: message.managers }));
  } else if (message.kind === "expelled") {
    tx.table("swarmNodes").patch(member.id, { session: "" });
  } else if (message.session === tx.table("swarmNodes").get(member.id)?.session) {
    applyAssignments(tx, member, message, controller, executor);
  }
}

function applyAssignments(
  tx: Tx,
  member: SwarmNodeRow,
  message: DispatcherMessage & { kind: "assignments" },
  controller: TaskController,
  executor: Executor,
): void {
  const machine = member.id;
  for (const network of message.networks) executor.ensureNetwork(tx, machine, network);
  tx.table("swarmNodes").patch(machine, { networks: message.networks });
  for (const dependency of message.dependencies)
    tx.table("dependencies").put({ id: `${machine}/${dependency.id}`, machine, dependency });
  for (const task of message.tasks) applyTask(tx, machine, task, controller);
  const removed = new Set(message.removed);
  if (message.complete) {
    const named = new Set(message.tasks.map((task) => task.id));
    for (const row of tx.table("agentTasks").by("machine", machine)) if (!named.has(row.id)) removed.add(row.id);
  }
  for (const id of removed) controller.remove(tx, id);
  if (removed.size > 0) tidy(tx, member, executor);
}

function applyTask(tx: Tx, machine: string, task: AssignedTask, controller: TaskController): void {
  const row = tx.table("agentTasks").get(task.id);
  if (row) {
    tx.table("agentTasks").patch(task.id, { task });
    controller.resume(tx, task.id);
    return;
  }
  controller.accept(tx, {
    id: task.id,
    machine,
    task,
    status: { state: "accepted", message: "accepted", timestamp: tx.now },
    step: "accept",
    bound: false,
    unreported: true,
  });
  controller.resume(tx, task.id);
}

/** Takes away the networks and data that no task of the machine uses any more. A manager keeps nothing here that its store has. */
function tidy(tx: Tx, member: SwarmNodeRow, executor: Executor): void {
  const rows = tx.table("agentTasks").by("machine", member.id);
  const networks = new Set(rows.flatMap((row) => row.task.attachments.map((attachment) => attachment.network.id)));
  for (const network of member.networks) networks.add(network.id);
  const attached = new Set(
    [...tx.table("endpoints").all()]
      .filter((endpoint) => endpoint.machine === member.id)
      .map((endpoint) => endpoint.networkId),
  );
  for (const row of tx.table("networks").by("machine", member.id))
    if (row.scope === "swarm" && !networks.has(row.networkId) && !attached.has(row.networkId))
      executor.removeNetwork(tx, member.id, row.networkId);
  const used = new Set(
    rows.flatMap(({ task }) => [
      ...(task.spec.ContainerSpec?.Secrets ?? []).map((ref) => ref.SecretID),
      ...(task.spec.ContainerSpec?.Configs ?? []).map((ref) => ref.ConfigID),
    ]),
  );
  for (const row of tx.table("dependencies").by("machine", member.id))
    if (!used.has(row.dependency.id)) tx.table("dependencies").delete(row.id);
}

/** Timer `agent.report`: all that changed since the last one, in one message. */
function report(tx: Tx, machine: string): void {
  const member = tx.table("swarmNodes").get(machine);
  if (!member?.session) return; // marked still: it is told after the next registration
  const rows = tx.table("agentTasks").by("unreported", machine);
  const updates = rows.map((row) => ({ taskId: row.id, status: row.status }));
  for (const row of rows) tx.table("agentTasks").patch(row.id, { unreported: false });
  for (const manager of member.managers)
    tell(tx, member, manager.machine, { kind: "status", nodeId: member.nodeId, session: member.session, updates });
}

/** What a machine's engine tells of itself. */
export function describe(hostname: string, nanoCpus: number, memory: number): NodeDescription {
  const plugins = {
    Log: ["awslogs", "fluentd", "gelf", "journald", "json-file", "local", "splunk", "syslog"],
    Network: ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
    Volume: ["local"],
  };
  return {
    Hostname: hostname,
    Platform: { Architecture: "x86_64", OS: "linux" },
    Resources: { NanoCPUs: nanoCpus, MemoryBytes: memory },
    Engine: {
      EngineVersion: ENGINE_VERSION,
      Plugins: Object.entries(plugins).flatMap(([Type, names]) => names.map((Name) => ({ Type, Name }))),
    },
  };
}
