/** Rows of the swarm's managers: the replicated store. Each belongs to one swarm (`swarm` is the cluster's id). */
import type { Row, TableDefinition } from "../../store/schema";
import type { Millis } from "../../time/agenda";
import type { NetworkAttachment, ServiceEndpoint, TaskState, TaskStatus } from "../protocol";
import type {
  ClusterSpec,
  DataSpec,
  EndpointSpec,
  NetworkCreateSpec,
  NodeDescription,
  NodeSpec,
  ServiceSpec,
  TaskSpec,
} from "../spec";
import type { RootCa } from "./ca";

/** What every replicated object carries. `version` is the log position of its last write. */
export interface StoredObject extends Row {
  readonly swarm: string;
  readonly version: number;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
}

/** The cluster object. */
export interface SwarmRow extends StoredObject {
  readonly spec: ClusterSpec;
  readonly tokens: { readonly worker: string; readonly manager: string }; // the secret parts
  readonly caDigest: string; // 50 base-36 digits
  readonly trustRoot: string; // PEM
  readonly issuerPublicKey: string; // base64
  readonly issuerSubject?: string; // base64; left out, CN=swarm-ca
  /** The root that a rotation is leading to. */
  readonly rotation?: RootCa;
  readonly unlockKey: string; // "" when autolock is off
  readonly addressPool: readonly string[] | null; // as asked
  readonly subnetSize: number;
  readonly dataPathPort: number;
  /** Node id of the leading manager; "" while there is none. */
  readonly leader: string;
}

/** The position of a swarm's log. */
export interface RaftRow extends Row {
  readonly index: number;
}

export interface NodeRow extends StoredObject {
  readonly machine: string;
  readonly spec: NodeSpec;
  readonly role: "worker" | "manager"; // observed
  readonly description?: NodeDescription; // absent until its agent registered
  readonly status: {
    readonly state: "unknown" | "down" | "ready" | "disconnected";
    readonly message: string;
    readonly addr: string;
  };
  readonly manager?: { readonly reachability: "unknown" | "unreachable" | "reachable"; readonly addr: string };
  readonly session: string; // "" = none
  /** Its certificate's issuer and the root it trusts, where they are not the swarm's. */
  readonly tls?: { readonly trustRoot: string; readonly issuerPublicKey: string; readonly issuerSubject?: string };
  readonly rank: number; // drawn at join: breaks the scheduler's ties
  readonly addresses: Readonly<Record<string, string>>; // the node's own address per network
}

export interface UpdateStatus {
  readonly state: "updating" | "paused" | "completed" | "rollback_started" | "rollback_paused" | "rollback_completed";
  readonly startedAt?: Millis;
  readonly completedAt?: Millis;
  readonly message: string;
}

export interface ServiceRow extends StoredObject {
  readonly spec: ServiceSpec;
  readonly specVersion: number;
  readonly previousSpec?: ServiceSpec;
  readonly previousSpecVersion?: number;
  readonly endpoint?: ServiceEndpoint; // absent until allocated, or when there is nothing to allocate
  readonly updateStatus?: UpdateStatus;
  readonly jobIteration?: number; // jobs only
  readonly jobStartedAt?: Millis;
}

export interface TaskRow extends StoredObject {
  readonly serviceId: string;
  readonly serviceName: string;
  readonly serviceLabels: Readonly<Record<string, string>>;
  readonly slot: number; // 0 for global services
  readonly nodeId: string; // "" until assigned
  readonly global: boolean;
  readonly spec: TaskSpec;
  readonly endpointSpec?: EndpointSpec;
  readonly specVersion: number;
  readonly jobIteration?: number;
  readonly desiredState: TaskState;
  readonly status: TaskStatus;
  readonly attachments: readonly NetworkAttachment[];
  readonly endpoint?: ServiceEndpoint;
  /** Made by a rolling update: its failure counts against it. */
  readonly byUpdate?: true;
  /** When it was first seen running; the updater's monitor counts from here. */
  readonly ranAt?: Millis;
  /** Why it was asked to stop; absent when it ended by itself. For those who ask, not for any loop. */
  readonly stopCause?: StopCause;
}

export type StopCause = "update" | "rollback" | "scale" | "service" | "drain" | "down" | "gone" | "constraint";

export interface SwarmNetworkRow extends StoredObject {
  readonly spec: NetworkCreateSpec;
  readonly subnet: string;
  readonly gateway: string;
  readonly vxlan: number; // 0 = not allocated
}

/** A secret or a config. */
export interface DataRow extends StoredObject {
  readonly kind: "secret" | "config";
  readonly spec: DataSpec;
}

/** An address that is taken; by whom is in `owner` (service:ID, task:ID, node:ID, network:ID). */
export interface AddressRow extends Row {
  readonly id: string; // NETWORK/ADDRESS
  readonly owner: string;
}

/** The serial allocators' last gifts: `NETWORK` the last host part, `SWARM/tcp` the last dynamic port. */
export interface AllocatorCursorRow extends Row {
  readonly last: number;
}

/** Restarts of one slot under one spec version. */
export interface RestartRow extends Row {
  readonly id: string; // SERVICE/SLOT or SERVICE/NODE
  readonly swarm: string;
  readonly serviceId: string;
  readonly specVersion: number;
  readonly at: readonly Millis[]; // when the replacements were created, newest last; as many as the policy counts
  readonly total: number;
}

/** A task with desired state READY that waits for its delay and for the task it replaces. */
export interface DelayRow extends Row {
  readonly id: string; // the waiting task
  readonly swarm: string;
  readonly oldTaskId: string;
  readonly phase: "delay" | "old";
  readonly deadline: Millis; // waits for the old task no longer than this
  readonly startTo: TaskState; // running, or complete for jobs
  readonly restart: boolean; // it failed meanwhile: restart it when the delay is over
}

/** One rolling update on its way. */
export interface UpdateRow extends Row {
  readonly id: string; // the service
  readonly swarm: string;
  readonly specVersion: number;
  readonly slots: readonly string[]; // slot keys to do, in order
  readonly next: number; // index of the first not handed out
  readonly workers: readonly UpdateWorker[];
  readonly monitoring: boolean;
  readonly failed: readonly string[]; // tasks that were counted
}

export interface UpdateWorker {
  readonly slot: string;
  readonly task: string; // the new task; "" where the slot had its task already
  readonly phase: "task" | "delay";
  readonly number: number; // rises with each slot: names the timer
}

/** A change that waits to be sent to a node with the next batch. */
export interface DispatchRow extends Row {
  readonly id: string; // the task
  readonly nodeId: string;
}

/** The session with a node's agent, as the dispatcher counts it. Messages that were overtaken are known by these numbers. */
export interface SessionRow extends Row {
  readonly id: string; // the node
  readonly attempt: number; // the agent's last registration, or one past it when it took leave
  readonly sent: number; // assignments sent in the session
}

declare module "../../store/schema" {
  interface Tables {
    swarms: SwarmRow;
    raft: RaftRow;
    nodes: NodeRow;
    services: ServiceRow;
    tasks: TaskRow;
    swarmNetworks: SwarmNetworkRow;
    swarmData: DataRow;
    addresses: AddressRow;
    allocatorCursors: AllocatorCursorRow;
    restarts: RestartRow;
    delays: DelayRow;
    updates: UpdateRow;
    dispatches: DispatchRow;
    sessions: SessionRow;
  }
}

/** The slot a task is in: `SERVICE/SLOT`, for global services `SERVICE/NODE`. */
export const slotKey = (task: Pick<TaskRow, "serviceId" | "slot" | "nodeId" | "global">) =>
  `${task.serviceId}/${task.global ? task.nodeId : task.slot}`;

const bySwarm = (row: { readonly swarm: string }) => row.swarm;

export const managerTables = {
  swarms: {} satisfies TableDefinition<SwarmRow>,
  raft: {} satisfies TableDefinition<RaftRow>,
  nodes: {
    indexes: {
      swarm: bySwarm,
      machine: (row) => row.machine,
      managers: (row) => (row.manager ? row.swarm : undefined),
    },
  } satisfies TableDefinition<NodeRow>,
  services: {
    indexes: { swarm: bySwarm, name: (row) => `${row.swarm}/${(row.spec.Name ?? "").toLowerCase()}` },
  } satisfies TableDefinition<ServiceRow>,
  tasks: {
    indexes: {
      swarm: bySwarm,
      service: (row) => row.serviceId,
      node: (row) => row.nodeId || undefined,
      slot: slotKey,
      new: (row) => (row.status.state === "new" ? row.swarm : undefined),
      pending: (row) => (row.status.state === "pending" ? row.swarm : undefined),
    },
  } satisfies TableDefinition<TaskRow>,
  swarmNetworks: {
    indexes: { swarm: bySwarm, name: (row) => `${row.swarm}/${row.spec.Name.toLowerCase()}` },
  } satisfies TableDefinition<SwarmNetworkRow>,
  swarmData: {
    indexes: {
      kind: (row) => `${row.swarm}/${row.kind}`,
      name: (row) => `${row.swarm}/${row.kind}/${(row.spec.Name ?? "").toLowerCase()}`,
    },
  } satisfies TableDefinition<DataRow>,
  addresses: {
    indexes: { owner: (row) => row.owner, network: (row) => row.id.slice(0, row.id.indexOf("/")) },
  } satisfies TableDefinition<AddressRow>,
  allocatorCursors: {} satisfies TableDefinition<AllocatorCursorRow>,
  restarts: { indexes: { service: (row) => row.serviceId } } satisfies TableDefinition<RestartRow>,
  delays: { indexes: { old: (row) => row.oldTaskId } } satisfies TableDefinition<DelayRow>,
  updates: {} satisfies TableDefinition<UpdateRow>,
  dispatches: { indexes: { node: (row) => row.nodeId } } satisfies TableDefinition<DispatchRow>,
  sessions: {} satisfies TableDefinition<SessionRow>,
};
