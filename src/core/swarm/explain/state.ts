/** Why a task is in the state it is in. */
import type { View } from "../../store/store";
import type { Millis } from "../../time/agenda";
import { parseSubnet } from "../manager/allocator/addresses";
import { networksOf } from "../manager/allocator/allocator";
import { replicasOf } from "../manager/defaults";
import { hasEnded, nodeCause } from "../manager/orchestrator/tasks";
import { leaderMachine } from "../manager/raft";
import type { NodeRow, TaskRow } from "../manager/tables";
import { rank } from "../protocol";
import { brokenConstraints } from "./facts";
import { hostnameOf, titleOf } from "./find";
import { whyHere } from "./ranking";
import { type Reason, type ReasonCode, reason, type Values } from "./sentences";
import type { FilterName, PlacementReport } from "./types";

interface Case {
  readonly view: View;
  readonly task: TaskRow;
  readonly now: Millis;
  readonly node: NodeRow | undefined;
  readonly name: string; // of its node
  readonly placement: PlacementReport | undefined;
}

export function stateReasons(view: View, task: TaskRow, now: Millis, placement: PlacementReport | undefined): Reason[] {
  const node = view.table("nodes").get(task.nodeId);
  const it: Case = { view, task, now, node, name: hostnameOf(node, task.nodeId), placement };
  if (hasEnded(task)) return ended(it);
  const stop = rank(task.desiredState) > rank("complete") ? stopped(it) : [];
  const state = task.status.state;
  if (state === "new" || state === "pending") return stop.length > 0 ? stop : waiting(it);
  const unreachable =
    node && node.status.state !== "ready" ? [reason("unreachable", { node: it.name, state: node.status.state })] : [];
  if (stop.length > 0) return [...stop, ...(unreachable.length > 0 ? unreachable : stopping(it))];
  return [...unreachable, walking(it), ...(placement ? whyHere(task, it.name, placement) : [])];
}

function waiting({ view, task, name, placement }: Case): Reason[] {
  if (!leaderMachine(view, task.swarm)) return [reason("pending.leaderless")];
  if (task.status.state === "new") return fullNetworks(view, task) ?? [reason("new")];
  const nodes = placement?.nodes ?? [];
  if (nodes.length === 0) return [reason("pending.empty")];
  const preassigned = task.nodeId ? [reason("pending.preassigned", { node: name })] : [];
  const fitting = nodes.find((each) => each.chosen) ?? nodes.find((each) => each.fits);
  if (fitting)
    return [...preassigned, task.status.err ? reason("pending.fits", { node: fitting.node }) : reason("pending.soon")];
  const counts = new Map<FilterName, number>();
  for (const { rejectedBy } of nodes) if (rejectedBy) counts.set(rejectedBy, (counts.get(rejectedBy) ?? 0) + 1);
  return [
    ...(task.nodeId ? preassigned : [reason("pending.none", { nodes: nodes.length })]),
    ...[...counts]
      .sort((a, b) => b[1] - a[1])
      .map(([filter, count]) => reason(`filter.${filter}`, { count, nodes: nodes.length })),
  ];
}

/** The networks that have no address left for the task: until one is given back it stays new. */
function fullNetworks(view: View, { swarm, spec, endpointSpec }: TaskRow): Reason[] | undefined {
  const service = { TaskTemplate: spec, Mode: {}, ...(endpointSpec && { EndpointSpec: endpointSpec }) };
  const found = networksOf(view, swarm, service).flatMap(({ network: { id, vxlan, subnet, spec: network } }) => {
    const taken = view.table("addresses").count("network", id);
    const full = vxlan !== 0 && taken >= parseSubnet(subnet).size - 2;
    return full ? [reason("new.addresses", { network: network.Name ?? id, subnet, taken })] : [];
  });
  return found.length > 0 ? found : undefined;
}

function walking({ view, task, now, name: node }: Case): Reason {
  const image = (task.spec.ContainerSpec?.Image ?? "").replace(/@sha256:[0-9a-f]+$/, "");
  const step = view.table("agentTasks").get(task.id)?.step;
  switch (task.status.state) {
    case "assigned":
    case "accepted":
      return reason(task.status.state, { node });
    case "preparing":
      return reason(step === "pull" ? "preparing.pull" : "preparing.create", { node, image });
    case "ready":
      return isReady(view, task, now);
    case "starting":
      return step === "health" ? reason("starting.health") : reason("starting", { node });
    default:
      return reason("running", { node, sinceMillis: Math.max(0, now - (task.ranAt ?? task.status.timestamp)) });
  }
}

function isReady(view: View, task: TaskRow, now: Millis): Reason {
  const delay = view.table("delays").get(task.id);
  const due = view.table("timers").get(`swarm.delay:${task.id}`)?.due;
  if (!delay || due === undefined) return reason("ready");
  const leftMillis = Math.max(0, due - now);
  if (delay.phase === "delay") return reason("ready.delay", { leftMillis });
  const old = view.table("tasks").get(delay.oldTaskId);
  return reason("ready.old", { task: old ? titleOf(old) : delay.oldTaskId, taskId: delay.oldTaskId, leftMillis });
}

function ended(it: Case): Reason[] {
  const { task, node, name, view } = it;
  const { state, err = "", container } = task.status;
  if (state === "orphaned") return [reason("orphaned")];
  if (state === "complete") return [reason("complete")];
  if (state === "failed") return [failed(err, container?.exitCode)];
  if (state === "rejected") {
    if (task.status.message !== "task rejected by constraint enforcer")
      return [reason("rejected.error", { node: name, error: err })];
    const spec = view.table("services").get(task.serviceId)?.spec.TaskTemplate ?? task.spec;
    const broken = node ? brokenConstraints(spec.Placement?.Constraints, node) : [];
    return [reason("rejected.enforcer", { node: name }), ...broken];
  }
  return stopped(it);
}

function failed(error: string, exitCode: number | undefined): Reason {
  const code = /^task: non-zero exit \((\d+)\)/.exec(error)?.[1];
  if (code === undefined) return reason("failed.error", { error, ...(exitCode ? { exitCode } : {}) });
  if (error.includes("unhealthy container")) return reason("failed.unhealthy", { exitCode: Number(code) });
  const number = Number(code);
  return number > 128 && number < 128 + 65
    ? reason("failed.signal", { exitCode: number, signal: number - 128 })
    : reason("failed.exit", { exitCode: number });
}

/** Why it was asked to stop: as it was noted then, else as far as the rows still tell. */
function stopped({ task, node, name, view }: Case): Reason[] {
  const service = view.table("services").get(task.serviceId);
  const guess = service ? nodeCause(node) : "service";
  const cause = task.stopCause ?? guess;
  if (!cause) return [reason("stop.unknown")];
  const values: Record<string, Values> = {
    update: { version: task.specVersion, current: service?.specVersion ?? task.specVersion },
    rollback: { version: task.specVersion, current: service?.specVersion ?? task.specVersion },
    scale: { replicas: service ? replicasOf(service.spec) : 0 },
    service: {},
    gone: {},
  };
  return [reason(`stop.${cause}` as ReasonCode, values[cause] ?? { node: name })];
}

function stopping({ task, name: node }: Case): Reason[] {
  if (rank(task.status.state) < rank("starting")) return [];
  return [reason("stopping", { node, graceMillis: (task.spec.ContainerSpec?.StopGracePeriod ?? 10e9) / 1e6 })];
}
