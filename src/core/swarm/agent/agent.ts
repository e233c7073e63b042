/**
 * The agent of each machine (swarmkit `agent/`): keeps the session with the managers, takes assignments, reports. It sees
 * its own machine only.
 */
import { daemonRuns, linksChanged } from "../../net/links";
import { hold, type MailRow, receive, released, send } from "../../net/mail";
import type { EndpointRow } from "../../net/tables";
import type { Room, Tx } from "../../room";
import { isChange } from "../../store/schema";
import type { Millis } from "../../time/agenda";
import type { AgentMessage, AssignedTask, Assignments, DispatcherMessage, Peers } from "../protocol";
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
        watches: ["swarmNodes", "machines", "operations", "containers", "agentTasks", "endpoints"],
        run(tx, changes) {
          const reporting: string[] = []; // machines
          const left: string[] = []; // those of which a container has left a network
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
            } else if (isChange(change, "endpoints")) {
              if (change.before && !change.after && isSwarmNetwork(tx, change.before)) left.push(change.before.machine);
            } else if (isChange(change, "agentTasks") && change.after?.unreported) reporting.push(change.after.machine);
          }
          for (const machine of unique(left)) {
            const member = tx.table("swarmNodes").get(machine);
            if (member?.state === "active") tidy(tx, member, executor);
          }
          for (const machine of unique(reporting))
            if (!tx.table("timers").has(`agent.report:${machine}`)) tx.schedule("agent.report", machine, BATCH);
        },
      },
    ],
    timers: {
      "mail.agent": (tx, id) => {
        const mail = receive(tx, id);
        if (mail) hear(tx, mail, controller, executor);
      },
      "agent.task": (tx, id) => controller.timer(tx, id),
      "agent.report": report,
      "agent.register": (tx, machine) => reconnect(tx, machine, controller),
    },
  };
}

/** Each once; a loop that runs in every step makes no set for nothing. */
const unique = (names: readonly string[]): Iterable<string> => (names.length > 1 ? new Set(names) : names);

const tell = (tx: Tx, member: SwarmNodeRow, machine: string, message: AgentMessage) =>
  send(tx, "dispatcher", member.id, machine, message);

function membershipChanged(tx: Tx, before: SwarmNodeRow | undefined, after: SwarmNodeRow | undefined): void {
  if (after?.state === "active" && before?.state !== "active") register(tx, after);
  if (before?.state !== "active" || after) return;
  const closed: AgentMessage = { kind: "closed", nodeId: before.nodeId, attempt: attemptOf(before) + 1 };
  for (const manager of before.managers) tell(tx, before, manager.machine, closed);
}

const attemptOf = (member: SwarmNodeRow) => member.attempt ?? 0;

/** Sent to every manager: the leader answers. */
function register(tx: Tx, member: SwarmNodeRow): void {
  const machine = tx.table("machines").get(member.id);
  if (!machine) return;
  const attempt = attemptOf(member) + 1;
  tx.table("swarmNodes").patch(member.id, { attempt });
  const description = describe(machine.name, machine.nanoCpus, machine.memory);
  for (const manager of member.managers)
    tell(tx, member, manager.machine, {
      kind: "register",
      nodeId: member.nodeId,
      attempt,
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

function hear(tx: Tx, mail: MailRow, controller: TaskController, executor: Executor): void {
  const message = mail.message as DispatcherMessage;
  const member = tx.table("swarmNodes").get(mail.to);
  if (!member || member.nodeId !== message.nodeId) return;
  if (message.kind === "session" || message.kind === "assignments") {
    if (message.attempt !== attemptOf(member)) return; // the agent has registered again since
    if (message.kind === "session") begin(tx, member, message);
    else if (message.session !== member.session || message.number > (member.applied ?? 0) + 1) {
      hold(tx, mail);
      return;
    } else if (message.number <= (member.applied ?? 0)) return;
    else tx.table("swarmNodes").patch(member.id, { applied: message.number });
    applyAssignments(tx, member.id, message, message.kind === "session", controller, executor);
    for (const kept of released(tx, mail.to)) hear(tx, kept, controller, executor);
    return;
  }
  if (message.kind !== "expelled") meet(tx, member, message, message.kind === "peers" ? message.role : member.role);
  if (message.kind === "leader") register(tx, tx.table("swarmNodes").patch(member.id, { session: "" }));
  else if (message.kind === "expelled") tx.table("swarmNodes").patch(member.id, { session: "" });
}

/** A session begins: the manager is told of every task anew. */
function begin(tx: Tx, member: SwarmNodeRow, message: DispatcherMessage & { kind: "session" }): void {
  tx.table("swarmNodes").patch(member.id, { session: message.session, applied: 0 });
  meet(tx, member, message, message.role);
  for (const row of tx.table("agentTasks").by("machine", member.id))
    tx.table("agentTasks").patch(row.id, { unreported: true });
}

/** Takes note of the managers, unless it knows of later ones. */
function meet(tx: Tx, member: SwarmNodeRow, { index, managers }: Peers, role: SwarmNodeRow["role"]): void {
  if (index >= (member.heard ?? 0)) tx.table("swarmNodes").patch(member.id, { heard: index, role, managers });
}

function applyAssignments(
  tx: Tx,
  machine: string,
  message: Assignments,
  complete: boolean,
  controller: TaskController,
  executor: Executor,
): void {
  for (const network of message.networks) executor.ensureNetwork(tx, machine, network);
  const member = tx.table("swarmNodes").patch(machine, { networks: message.networks });
  for (const dependency of message.dependencies)
    tx.table("dependencies").put({ id: `${machine}/${dependency.id}`, machine, dependency });
  for (const task of message.tasks) applyTask(tx, machine, task, controller);
  const removed = new Set(message.removed);
  if (complete) {
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

const isSwarmNetwork = (tx: Tx, { machine, networkId }: EndpointRow) =>
  tx.table("networks").get(`${machine}/${networkId}`)?.scope === "swarm";

/** Takes away the networks and data that no task of the machine uses any more. A manager keeps nothing here that its store has. */
function tidy(tx: Tx, member: SwarmNodeRow, executor: Executor): void {
  const rows = tx.table("agentTasks").by("machine", member.id);
  const networks = new Set(rows.flatMap((row) => row.task.attachments.map((attachment) => attachment.network.id)));
  for (const network of member.networks) networks.add(network.id);
  const endpoints = tx.table("endpoints").by("machine", member.id);
  const attached = new Set(endpoints.map((endpoint) => endpoint.networkId));
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
  for (const row of rows) tx.table("agentTasks").put({ ...row, unreported: false });
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
