/** What a spec means where it is silent (swarmkit `api/defaults/service.go`, `manager/manager.go`). Durations in nanoseconds unless a name says otherwise. */
import type { ClusterSpec, RestartPolicy, ServiceSpec, UpdateConfig } from "../spec";

const SECOND = 1_000_000_000;

export const DEFAULT_RESTART_DELAY = 5 * SECOND;
export const DEFAULT_STOP_GRACE_PERIOD = 10 * SECOND;
export const DEFAULT_MONITOR = 5 * SECOND;
export const DEFAULT_ADDRESS_POOL = ["10.0.0.0/8"];
export const DEFAULT_SUBNET_SIZE = 24;
export const DEFAULT_DATA_PATH_PORT = 4789;
/** One hour: the shortest certificate life the CA accepts. */
export const MINIMUM_CERTIFICATE_EXPIRY = 3600 * SECOND;

export const toMillis = (nanoseconds: number) => nanoseconds / 1_000_000;

export const defaultClusterSpec: ClusterSpec = {
  Name: "default",
  Labels: {},
  Orchestration: { TaskHistoryRetentionLimit: 5 },
  Raft: {
    SnapshotInterval: 10000,
    KeepOldSnapshots: 0,
    LogEntriesForSlowFollowers: 500,
    ElectionTick: 10,
    HeartbeatTick: 1,
  },
  Dispatcher: { HeartbeatPeriod: 5 * SECOND },
  CAConfig: { NodeCertExpiry: 2160 * 3600 * SECOND },
  TaskDefaults: {},
  EncryptionConfig: { AutoLockManagers: false },
};

export const defaultUpdateConfig = {
  Parallelism: 1,
  FailureAction: "pause",
  Monitor: DEFAULT_MONITOR,
  MaxFailureRatio: 0,
  Order: "stop-first",
} satisfies UpdateConfig;

export const defaultRestartPolicy = {
  Condition: "any",
  Delay: DEFAULT_RESTART_DELAY,
  MaxAttempts: 0,
} satisfies RestartPolicy;

/** The update configuration in force: a given object is taken literally, but for empty action, order and monitor. */
export function updateConfigOf(
  given: UpdateConfig | undefined,
): Required<Omit<UpdateConfig, "Delay">> & { Delay: number } {
  if (!given) return { ...defaultUpdateConfig, Delay: 0 };
  return {
    Parallelism: given.Parallelism ?? 0,
    Delay: given.Delay ?? 0,
    FailureAction: given.FailureAction || "pause",
    Monitor: given.Monitor ?? DEFAULT_MONITOR,
    MaxFailureRatio: given.MaxFailureRatio ?? 0,
    Order: given.Order || "stop-first",
  };
}

export function restartPolicyOf(given: RestartPolicy | undefined): Required<RestartPolicy> {
  return {
    Condition: given?.Condition || "any",
    Delay: given?.Delay ?? DEFAULT_RESTART_DELAY,
    MaxAttempts: given?.MaxAttempts ?? 0,
    Window: given?.Window ?? 0,
  };
}

/** Tasks that a replicated service wants. */
export const replicasOf = (spec: ServiceSpec) => spec.Mode.Replicated?.Replicas ?? 1;

export type ModeName = "replicated" | "global" | "replicated-job" | "global-job";

export function modeOf(spec: ServiceSpec): ModeName {
  if (spec.Mode.Global) return "global";
  if (spec.Mode.ReplicatedJob) return "replicated-job";
  if (spec.Mode.GlobalJob) return "global-job";
  return "replicated";
}

export const isJob = (spec: ServiceSpec) => modeOf(spec).endsWith("-job");
