/** Rows of the swarm's agents: what one machine knows of its membership and of its tasks. */
import type { Row, TableDefinition } from "../../store/schema";
import type { AssignedTask, AttachedNetwork, Dependency, ManagerPeer, TaskStatus } from "../protocol";

/** A machine's membership; no row means "in no swarm". */
export interface SwarmNodeRow extends Row {
  readonly id: string; // the machine
  readonly state: "pending" | "active" | "locked" | "error";
  readonly error: string;
  readonly nodeId: string;
  readonly swarm: string;
  readonly role: "worker" | "manager";
  readonly address: string; // advertised, without port
  readonly managers: readonly ManagerPeer[];
  readonly session: string; // "" while the agent has none
  readonly attempt?: number; // registrations so far
  readonly applied?: number; // the session's last assignments that were carried out
  readonly heard?: number; // the position of the log that `managers` and `role` are of
  /** What a manager's log was encrypted with when its daemon went down; a key that was rotated since does not open it. */
  readonly lockKey?: string;
  readonly networks: readonly AttachedNetwork[]; // known whether a task uses them or not
  /** Join still tried in the background: the arguments. */
  readonly joining?: { readonly token: string; readonly remotes: readonly string[]; readonly availability: string };
}

/** A task on a machine, with what its controller has done so far. */
export interface AgentTaskRow extends Row {
  readonly machine: string;
  readonly task: AssignedTask;
  readonly status: TaskStatus;
  /** What the controller waits for. */
  readonly step:
    | "accept" // timer: then prepare
    | "attach" // timer: then look again whether the node has its addresses
    | "pull" // the pull
    | "create" // timer: then create
    | "ready" // desired state running
    | "start" // timer: then start
    | "health" // the first result
    | "run" // the exit
    | "leave" // timer: out of the balancers, then stop
    | "stop" // the exit after the stop signal
    | "done";
  readonly operation?: string; // the pull
  readonly containerId?: string;
  /** In the load balancers. */
  readonly bound: boolean;
  /** Why it is being stopped, when not on request. */
  readonly unhealthy?: true;
  /** Has a status the manager was not told. */
  readonly unreported: boolean;
}

/** A secret or config kept for the tasks of a machine. */
export interface DependencyRow extends Row {
  readonly id: string; // MACHINE/ID
  readonly machine: string;
  readonly dependency: Dependency;
}

declare module "../../store/schema" {
  interface Tables {
    swarmNodes: SwarmNodeRow;
    agentTasks: AgentTaskRow;
    dependencies: DependencyRow;
  }
}

export const agentTables = {
  swarmNodes: { indexes: { swarm: (row) => row.swarm } } satisfies TableDefinition<SwarmNodeRow>,
  agentTasks: {
    indexes: {
      machine: (row) => row.machine,
      unreported: (row) => (row.unreported ? row.machine : undefined),
      operation: (row) => row.operation,
      container: (row) => row.containerId,
      service: (row) => row.task.serviceId,
      bound: (row) => (row.bound ? row.task.serviceId : undefined),
    },
  } satisfies TableDefinition<AgentTaskRow>,
  dependencies: { indexes: { machine: (row) => row.machine } } satisfies TableDefinition<DependencyRow>,
};
