/** `GET /api/clusters/ID/explain/tasks/TASK`: why a task is in its state. Types only. */

export interface TaskExplanation {
  task: {
    id: string;
    name: string; // web.1
    serviceId: string;
    service: string;
    slot: number; // 0 for global services
    state: string;
    desiredState: string;
    message: string;
    error?: string;
    exitCode?: number;
    since: string; // RFC 3339
    version: number; // of its service's spec
    image: string;
    nodeId?: string;
    node?: string; // its host name
  };
  reasons: Reason[]; // the most telling first
  placement?: Placement; // while it waits or lives
  restart: {
    condition: string;
    delayMillis: number;
    maxAttempts: number; // 0 = no limit
    windowMillis: number; // 0 = for ever
    used: number; // restarts of its slot that count now
    delayLeftMillis?: number;
    replaces?: string; // task id
    replacedBy?: string;
  };
}

/** A reason: a code, its values, and the English sentence that they make. Units are in the values' names: Millis, Bytes, Cpus. */
export interface Reason {
  code: ReasonCode;
  values: Record<string, string | number>;
  text: string;
}

/** The scheduler's verdict about each node as of now, not of when the task was placed; the task itself left out of the books. */
export interface Placement {
  asOf: string; // RFC 3339
  filters: FilterName[]; // those that apply, in their order
  preferences: string[]; // the labels it is spread over
  nodes: PlacementNode[]; // best first
}

export interface PlacementNode {
  nodeId: string;
  node: string; // host name
  machine: string;
  fits: boolean;
  rejectedBy?: FilterName; // the first filter that fails: the one that Docker counts
  checks: { filter: FilterName; passes: boolean; facts: Reason[] }[];
  ranking: {
    branch: { label: string; value: string; serviceTasks: number }[];
    recentFailures: number; // within five minutes; they count from five on
    serviceTasks: number;
    totalTasks: number;
  };
  chosen: boolean; // where the scheduler would put it now
}

export type FilterName =
  | "Ready"
  | "Resource"
  | "Plugin"
  | "Constraint"
  | "Platform"
  | "HostPort"
  | "MaxReplicas"
  | "Volumes";

export type ReasonCode =
  | "new"
  | "new.addresses"
  | "pending.soon"
  | "pending.leaderless"
  | "pending.empty"
  | "pending.none"
  | "pending.preassigned"
  | "pending.fits"
  | "filter.Ready"
  | "filter.Resource"
  | "filter.Plugin"
  | "filter.Constraint"
  | "filter.Platform"
  | "filter.HostPort"
  | "filter.MaxReplicas"
  | "filter.Volumes"
  | "node.down"
  | "node.unknown"
  | "node.disconnected"
  | "node.pause"
  | "node.drain"
  | "resource.cpu"
  | "resource.memory"
  | "resource.generic"
  | "plugin.volume"
  | "plugin.log"
  | "constraint.differs"
  | "constraint.absent"
  | "constraint.never"
  | "platform.differs"
  | "port.taken"
  | "replicas.full"
  | "volume.csi"
  | "placed.global"
  | "placed.only"
  | "placed.branch"
  | "placed.failures"
  | "placed.serviceTasks"
  | "placed.totalTasks"
  | "placed.tie"
  | "placed.elsewhere"
  | "placed.unfit"
  | "assigned"
  | "unreachable"
  | "accepted"
  | "preparing.pull"
  | "preparing.create"
  | "ready"
  | "ready.delay"
  | "ready.old"
  | "starting"
  | "starting.health"
  | "running"
  | "complete"
  | "failed.exit"
  | "failed.signal"
  | "failed.unhealthy"
  | "failed.error"
  | "rejected.error"
  | "rejected.enforcer"
  | "orphaned"
  | "stop.update"
  | "stop.rollback"
  | "stop.scale"
  | "stop.service"
  | "stop.drain"
  | "stop.down"
  | "stop.gone"
  | "stop.constraint"
  | "stop.unknown"
  | "stopping"
  | "restarted.ended"
  | "restarted.moved"
  | "restarted.update"
  | "policy.unlimited"
  | "policy.attempts"
  | "policy.window"
  | "noRestart.none"
  | "noRestart.complete"
  | "noRestart.attempts"
  | "replacedBy";
