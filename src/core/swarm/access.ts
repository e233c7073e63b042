/**
 * From which machine the swarm may be managed, and how its objects are found by what a user wrote: full id, then full
 * name, then a prefix of the id (moby `daemon/cluster/helpers.go`).
 */
import { DockerError, invalidParameter, notFound, unavailable } from "../errors";
import type { View } from "../store/store";
import { ledFrom } from "./manager/raft";
import type { DataRow, NodeRow, ServiceRow, SwarmNetworkRow, SwarmRow, TaskRow } from "./manager/tables";

export const NO_LEADER =
  "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. Make sure more than half of the managers are online.";

const NOT_IN_SWARM =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
const WORKER =
  "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or promote the current node to a manager.";
const LOCKED =
  'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.';

/** The swarm that this machine's daemon may manage now; throws Docker's refusal. */
export function managedSwarm(view: View, machine: string): SwarmRow {
  const member = view.table("swarmNodes").get(machine);
  if (!member || member.state === "pending" || member.state === "error") throw unavailable(NOT_IN_SWARM);
  if (member.state === "locked") throw unavailable(LOCKED);
  if (member.role !== "manager") throw unavailable(WORKER);
  const swarm = view.table("swarms").get(member.swarm);
  if (!swarm || !ledFrom(view, swarm.id, machine)) throw new DockerError("system", NO_LEADER);
  return swarm;
}

/** How a manager on this machine finds its swarm: led, without a leader for a moment, or for longer. Undefined elsewhere. */
export function leadership(view: View, machine: string): "led" | "electing" | "none" | undefined {
  const member = view.table("swarmNodes").get(machine);
  if (member?.state !== "active" || member.role !== "manager") return undefined;
  if (ledFrom(view, member.swarm, machine)) return "led";
  return view.table("timers").has(`swarm.elect:${member.swarm}`) ? "electing" : "none";
}

/** The refusal of the control API: gRPC's code stays in the message. */
export const rpc = (code: string, text: string): DockerError => {
  const message = `rpc error: code = ${code} desc = ${text}`;
  if (code === "InvalidArgument" || code === "FailedPrecondition") return invalidParameter(message);
  if (code === "NotFound") return notFound(message);
  if (code === "AlreadyExists") return new DockerError("conflict", message);
  if (code === "Unimplemented") return new DockerError("notImplemented", message);
  return new DockerError("system", message);
};

/** The answer to an update that names an old version. */
export const outOfSequence = () => rpc("Unknown", "update out of sequence");

interface Named {
  readonly id: string;
}

function find<R extends Named>(
  kind: string,
  ref: string,
  byId: R | undefined,
  named: readonly R[],
  all: () => readonly R[],
): R {
  if (byId) return byId;
  if (named.length === 0) named = ref === "" ? [] : all().filter((row) => row.id.startsWith(ref));
  if (named.length > 1) throw invalidParameter(`${kind} ${ref} is ambiguous (${named.length} matches found)`);
  const [row] = named;
  if (!row) throw notFound(`${kind} ${ref} not found`);
  return row;
}

const own = <R extends { readonly swarm: string }>(row: R | undefined, swarm: string) =>
  row?.swarm === swarm ? row : undefined;

export function findService(view: View, swarm: string, ref: string): ServiceRow {
  const table = view.table("services");
  const named = table.by("name", `${swarm}/${ref.toLowerCase()}`);
  return find("service", ref, own(table.get(ref), swarm), named, () => table.by("swarm", swarm));
}

export function findNode(view: View, swarm: string, ref: string): NodeRow {
  const table = view.table("nodes");
  const all = table.by("swarm", swarm);
  const named = all.filter((node) => node.description?.Hostname === ref);
  return find("node", ref, own(table.get(ref), swarm), named, () => all);
}

export function findTask(view: View, swarm: string, ref: string): TaskRow {
  const table = view.table("tasks");
  return find("task", ref, own(table.get(ref), swarm), [], () => table.by("swarm", swarm));
}

export function findData(view: View, swarm: string, kind: "secret" | "config", ref: string): DataRow {
  const table = view.table("swarmData");
  const byId = own(table.get(ref), swarm);
  const named = table.by("name", `${swarm}/${kind}/${ref.toLowerCase()}`);
  return find(kind, ref, byId?.kind === kind ? byId : undefined, named, () => table.by("kind", `${swarm}/${kind}`));
}

export function findSwarmNetwork(view: View, swarm: string, ref: string): SwarmNetworkRow {
  const table = view.table("swarmNetworks");
  const named = table.by("name", `${swarm}/${ref.toLowerCase()}`).filter((row) => row.spec.Name === ref);
  return find("network", ref, own(table.get(ref), swarm), named, () => table.by("swarm", swarm));
}
