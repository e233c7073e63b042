/** What others may read of the swarm: `/info`, the live map, lessons. */
import { linked } from "../net/links";
import type { View } from "../store/store";
import { NO_LEADER } from "./access";
import { isJob, modeOf, replicasOf } from "./manager/defaults";
import { leaderMachine, ledFrom, managersOf } from "./manager/raft";
import type { ServiceRow, SwarmRow, TaskRow } from "./manager/tables";
import { rank } from "./protocol";

export interface SwarmInfo {
  readonly nodeId: string;
  readonly nodeAddr: string;
  readonly localNodeState: "inactive" | "pending" | "active" | "error" | "locked";
  readonly controlAvailable: boolean;
  readonly error: string;
  readonly remoteManagers: readonly { readonly nodeId: string; readonly addr: string }[] | null;
  readonly nodes: number;
  readonly managers: number;
  /** On managers that can read it. */
  readonly swarm?: SwarmRow;
  readonly warnings: readonly string[];
}

const TWO_MANAGERS = `WARNING: Running Swarm in a two-manager configuration. This configuration provides
         no fault tolerance, and poses a high risk to lose control over the cluster.
         Refer to https://docs.docker.com/engine/swarm/admin_guide/ to configure the
         Swarm for fault-tolerance.`;

/** The swarm as one machine's daemon sees it. */
export function swarmInfo(view: View, machine: string): SwarmInfo {
  const member = view.table("swarmNodes").get(machine);
  const none = {
    nodeId: "",
    nodeAddr: "",
    controlAvailable: false,
    error: "",
    remoteManagers: null,
    nodes: 0,
    managers: 0,
    warnings: [],
  };
  if (!member) return { ...none, localNodeState: "inactive" };
  if (member.state !== "active")
    return { ...none, nodeAddr: member.address, localNodeState: member.state, error: member.error };
  const info = {
    ...none,
    nodeId: member.nodeId,
    nodeAddr: member.address,
    localNodeState: "active" as const,
    remoteManagers: member.managers.map(({ nodeId, address }) => ({ nodeId, addr: address })),
  };
  if (member.role !== "manager") return info;
  const swarm = view.table("swarms").get(member.swarm);
  if (!swarm || !ledFrom(view, member.swarm, machine)) return { ...info, controlAvailable: true, error: NO_LEADER };
  const managers = managersOf(view, swarm.id).length;
  const nodes = view.table("nodes").count("swarm", swarm.id);
  return { ...info, controlAvailable: true, nodes, managers, swarm, warnings: managers === 2 ? [TWO_MANAGERS] : [] };
}

export interface ServiceStatus {
  readonly running: number;
  readonly desired: number;
  readonly completed: number;
}

/** Tasks of a service that run, should run, and (jobs) have completed. */
export function serviceStatus(view: View, serviceId: string): ServiceStatus {
  const service = view.table("services").get(serviceId);
  if (!service) return { running: 0, desired: 0, completed: 0 };
  const current = (task: TaskRow) =>
    task.jobIteration === undefined || task.jobIteration === (service.jobIteration ?? 0);
  let running = 0;
  let wanted = 0;
  let completed = 0;
  for (const task of view.table("tasks").by("service", serviceId)) {
    if (!current(task)) continue;
    if (task.status.state === "running") running++;
    if (task.status.state === "complete") completed++;
    if (task.desiredState === "running" || (modeOf(service.spec) === "global-job" && isUnfinished(task))) wanted++;
  }
  return { running, desired: desiredOf(service, wanted), completed: isJob(service.spec) ? completed : 0 };
}

const isUnfinished = (task: TaskRow) => task.desiredState === "complete" && rank(task.status.state) < rank("complete");

function desiredOf(service: ServiceRow, wanted: number): number {
  const mode = modeOf(service.spec);
  if (mode === "replicated") return replicasOf(service.spec);
  if (mode === "replicated-job") return service.spec.Mode.ReplicatedJob?.MaxConcurrent ?? 1;
  return wanted;
}

/** The tasks of a service, oldest first. */
export const tasksOf = (view: View, serviceId: string): TaskRow[] => view.table("tasks").by("service", serviceId);

/** The machines that reach the leader of a swarm. */
export const reachesLeader = (view: View, swarm: string, machine: string): boolean => {
  const leader = leaderMachine(view, swarm);
  return leader !== undefined && linked(view, machine, leader);
};
