/**
 * Takes one task through its states on its node (swarmkit `agent/exec/controller.go`, moby `daemon/cluster/executor/container`):
 * accepted, preparing, ready, starting, running, and out again. It is told of time, of desired states and of what became
 * of its container, and keeps its place in the task's row.
 */
import type { ContainerRow } from "../../engine/tables";
import { DockerError } from "../../errors";
import { daemonRuns } from "../../net/links";
import type { Tx } from "../../room";
import type { Millis } from "../../time/agenda";
import { type NetworkAttachment, rank, type TaskState, type TaskStatus } from "../protocol";
import { containerName, containerRequest } from "./container-spec";
import { dataFiles } from "./data-files";
import type { Executor } from "./executor";
import type { AgentTaskRow } from "./tables";

/** From taking a task on to preparing it. */
const ACCEPTING = { least: 60, spread: 80 } as const;
/** Asking the registry and creating the container, beside the pull itself. */
const CREATING = { least: 100, spread: 200 } as const;
const STARTING = { least: 200, spread: 200 } as const;
/** How long a task waits for the node's addresses, and how often it looks. */
const ATTACHING: Millis = 30_000;
const ASK_AGAIN: Millis = 1_000;
/** Leaving the load balancers has to reach the other nodes before the process is signalled. */
const LEAVING: Millis = 2000;

const STOP_GRACE_PERIOD = 10; // seconds, when the spec is silent

export class TaskController {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  /** A task that is new to the node. */
  accept(tx: Tx, row: AgentTaskRow): void {
    tx.table("agentTasks").put(row);
    this.#wait(tx, row.id, ACCEPTING);
  }

  /** Timer `agent.task`: the step it waited in is over. */
  timer(tx: Tx, id: string): void {
    const row = tx.table("agentTasks").get(id);
    if (!row || !daemonRuns(tx, row.machine)) return;
    if (row.step === "accept") this.#attach(tx, this.#become(tx, row, "preparing", "preparing", { step: "attach" }));
    else if (row.step === "attach") this.#attach(tx, row);
    else if (row.step === "create") this.#create(tx, row);
    else if (row.step === "start") this.#start(tx, row);
    else if (row.step === "leave") this.#signal(tx, row);
  }

  /** The desired state rose, or the daemon is back: goes on where it stands. */
  resume(tx: Tx, id: string): void {
    const row = tx.table("agentTasks").get(id);
    if (!row || row.step === "done") return;
    if (rank(row.task.desiredState) >= rank("shutdown")) this.#shutDown(tx, row);
    else if (row.step === "ready" && rank(row.task.desiredState) >= rank("running")) this.#begin(tx, row);
  }

  /** After a restart of the daemon nothing of a step's time is left. */
  recover(tx: Tx, id: string): void {
    const row = tx.table("agentTasks").get(id);
    if (!row || row.step === "done") return;
    const container = tx.table("containers").get(row.containerId ?? "");
    if (row.step === "pull") this.#wait(tx, id, CREATING, { step: "create" });
    else if (["accept", "attach", "create", "start"].includes(row.step)) this.#wait(tx, id, CREATING);
    else if (row.step === "leave") this.#wait(tx, id, { least: LEAVING, spread: 1 });
    if (container) this.containerChanged(tx, container);
    this.resume(tx, id);
  }

  /** The pull ended. Its failure shows when the image is missing. */
  pulled(tx: Tx, id: string): void {
    const row = tx.table("agentTasks").get(id);
    if (row?.step === "pull") this.#wait(tx, id, CREATING, { step: "create" });
  }

  /** The container of a task started, stopped, vanished or has a new health. */
  containerChanged(tx: Tx, container: ContainerRow): void {
    for (const row of tx.table("agentTasks").by("container", container.id)) {
      const ended = container.state === "exited" || container.state === "dead";
      if (row.step === "run" && !ended && container.health?.status === "unhealthy") this.#turnOut(tx, row);
      else if (row.step === "health" && !ended && container.health) this.#judge(tx, row, container);
      else if (ended && ["run", "health", "leave", "stop"].includes(row.step)) this.#ended(tx, row, container);
    }
  }

  containerGone(tx: Tx, containerId: string): void {
    for (const row of tx.table("agentTasks").by("container", containerId)) {
      if (row.step === "done") continue;
      const asked = rank(row.task.desiredState) >= rank("shutdown");
      if (asked) this.#become(tx, row, "shutdown", "shutdown", { step: "done", bound: false });
      else
        this.#fail(
          tx,
          row,
          "failed",
          rank(row.status.state) >= rank("running") ? "task: non-zero exit (137)" : "dockerexec: container destroyed",
        );
    }
  }

  /** The manager deleted the task: nothing of it stays. */
  remove(tx: Tx, id: string): void {
    const row = tx.table("agentTasks").get(id);
    if (!row) return;
    tx.cancel("agent.task", id);
    tx.table("agentTasks").delete(id);
    if (row.containerId && tx.table("containers").has(row.containerId))
      this.#executor.remove(tx, row.machine, row.containerId);
  }

  /** The node itself must have an address on each of the networks (moby `controller.go`, waitNodeAttachments). */
  #attach(tx: Tx, row: AgentTaskRow): void {
    const has = ({ network }: NetworkAttachment) => tx.table("nodeAddresses").has(`${row.machine}/${network.id}`);
    if (row.task.attachments.every(has)) this.#prepare(tx, row);
    else if (tx.now - row.status.timestamp < ATTACHING) this.#wait(tx, row.id, { least: ASK_AGAIN, spread: 1 });
    else this.#fail(tx, row, "rejected", "node is missing network attachments, ip addresses may be exhausted");
  }

  #prepare(tx: Tx, row: AgentTaskRow): void {
    const reference = row.task.spec.ContainerSpec?.Image ?? "";
    tx.table("agentTasks").patch(row.id, { step: "create" });
    for (const { network } of row.task.attachments) this.#executor.ensureNetwork(tx, row.machine, network);
    let operation: string | undefined;
    try {
      operation = this.#executor.pull(tx, row.machine, reference);
    } catch (error) {
      if (!(error instanceof DockerError)) throw error; // a refused pull is only logged
    }
    if (operation) tx.table("agentTasks").patch(row.id, { step: "pull", operation });
    if (operation && tx.table("operations").get(operation)?.state !== "running") this.pulled(tx, row.id);
    else if (!operation) this.#wait(tx, row.id, CREATING);
  }

  #create(tx: Tx, row: AgentTaskRow): void {
    const { task, machine } = row;
    try {
      const request = containerRequest(task, { hostname: tx.table("machines").get(machine)?.name ?? machine });
      const containerId = this.#executor.create(tx, machine, containerName(task), request, task.id);
      this.#become(tx, row, "ready", "prepared", { step: "ready", containerId });
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      this.#fail(tx, row, "rejected", error.message);
      return;
    }
    this.resume(tx, row.id);
  }

  #begin(tx: Tx, row: AgentTaskRow): void {
    this.#become(tx, row, "starting", "starting", { step: "start" });
    this.#wait(tx, row.id, STARTING);
  }

  #start(tx: Tx, row: AgentTaskRow): void {
    const containerId = row.containerId ?? "";
    try {
      for (const file of dataFiles(tx, row)) this.#executor.mountFile(tx, row.machine, containerId, file);
      this.#executor.start(tx, row.machine, containerId);
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      this.#fail(tx, row, "failed", `starting container failed: ${error.message}`);
      return;
    }
    const container = tx.table("containers").get(containerId);
    if (container?.health) {
      tx.table("agentTasks").patch(row.id, { step: "health" });
      this.containerChanged(tx, container);
    } else this.#run(tx, row);
  }

  #run(tx: Tx, row: AgentTaskRow): void {
    this.#become(tx, row, "running", "started", { step: "run", bound: true }, portsOf(tx, row));
    const container = tx.table("containers").get(row.containerId ?? "");
    if (container && container.state === "exited") this.containerChanged(tx, container);
  }

  #judge(tx: Tx, row: AgentTaskRow, container: ContainerRow): void {
    if (container.health?.status === "healthy") this.#run(tx, row);
    else if (container.health?.status === "unhealthy") this.#turnOut(tx, row);
  }

  /** Unhealthy: out of the balancers and stopped, then it counts as failed. */
  #turnOut(tx: Tx, row: AgentTaskRow): void {
    tx.table("agentTasks").patch(row.id, { unhealthy: true });
    this.#leave(tx, row);
  }

  #shutDown(tx: Tx, row: AgentTaskRow): void {
    if (row.step === "leave" || row.step === "stop") return;
    if (row.step === "run" || row.step === "health") {
      this.#leave(tx, row);
      return;
    }
    tx.cancel("agent.task", row.id);
    this.#become(tx, row, "shutdown", "shutdown", { step: "done", bound: false });
  }

  #leave(tx: Tx, row: AgentTaskRow): void {
    const networked = row.task.attachments.length > 0 && row.bound;
    tx.table("agentTasks").patch(row.id, { step: "leave", bound: false });
    if (networked) this.#wait(tx, row.id, { least: LEAVING, spread: 1 });
    else this.timer(tx, row.id);
  }

  #signal(tx: Tx, row: AgentTaskRow): void {
    tx.table("agentTasks").patch(row.id, { step: "stop" });
    const grace = row.task.spec.ContainerSpec?.StopGracePeriod;
    const seconds = grace === undefined ? STOP_GRACE_PERIOD : Math.floor(grace / 1e9);
    this.#executor.stop(tx, row.machine, row.containerId ?? "", seconds);
    const container = tx.table("containers").get(row.containerId ?? "");
    if (container) this.containerChanged(tx, container);
  }

  #ended(tx: Tx, row: AgentTaskRow, container: ContainerRow): void {
    tx.cancel("agent.task", row.id);
    if (rank(row.task.desiredState) >= rank("shutdown")) {
      this.#become(tx, row, "shutdown", "shutdown", { step: "done", bound: false });
      return;
    }
    if (container.exitCode === 0) {
      this.#become(tx, row, "complete", "finished", { step: "done", bound: false });
      return;
    }
    const err = `task: non-zero exit (${container.exitCode})${row.unhealthy ? ": dockerexec: unhealthy container" : ""}`;
    this.#fail(tx, row, "failed", err);
  }

  #fail(tx: Tx, row: AgentTaskRow, state: "failed" | "rejected", err: string): void {
    tx.cancel("agent.task", row.id);
    this.#become(tx, row, state, row.status.message, { step: "done", bound: false }, { err });
  }

  #become(
    tx: Tx,
    row: AgentTaskRow,
    state: TaskState,
    message: string,
    fields: Partial<Omit<AgentTaskRow, "id" | "status">>,
    more: Partial<TaskStatus> = {},
  ): AgentTaskRow {
    const id = fields.containerId ?? row.containerId;
    const container = id ? tx.table("containers").get(id) : undefined;
    const status: TaskStatus = {
      state,
      message,
      timestamp: tx.now,
      ...(id && {
        container: {
          id,
          pid: container?.pid ?? 0,
          exitCode: container?.exitCode ?? row.status.container?.exitCode ?? 0,
        },
      }),
      ...(row.status.ports && { ports: row.status.ports }),
      ...more,
    };
    return tx.table("agentTasks").patch(row.id, { ...fields, status, unreported: true });
  }

  #wait(
    tx: Tx,
    id: string,
    time: { least: number; spread: number },
    fields: Partial<Omit<AgentTaskRow, "id">> = {},
  ): void {
    if (Object.keys(fields).length > 0) tx.table("agentTasks").patch(id, fields);
    tx.schedule("agent.task", id, time.least + tx.random("agent.pace").below(time.spread));
  }
}

/** Host-mode ports as they came out, once for IPv4 and once for IPv6. */
function portsOf(tx: Tx, row: AgentTaskRow): Partial<TaskStatus> {
  const wanted = row.task.endpoint.ports.filter((port) => port.PublishMode === "host");
  if (wanted.length === 0) return {};
  const bound = tx
    .table("ports")
    .by("machine", row.machine)
    .filter((port) => port.target.kind === "container" && port.target.containerId === row.containerId);
  const ports = wanted.flatMap((port) => {
    const found = bound.find(
      (each) => each.target.port === port.TargetPort && each.protocol === (port.Protocol || "tcp"),
    );
    const config = {
      Protocol: port.Protocol || "tcp",
      ...(port.TargetPort && { TargetPort: port.TargetPort }),
      PublishedPort: found?.port ?? port.PublishedPort ?? 0,
      PublishMode: "host",
    };
    return [config, config];
  });
  return { ports };
}
