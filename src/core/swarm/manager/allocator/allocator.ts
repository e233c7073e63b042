/**
 * Gives networks their subnets, services their virtual addresses and ports, tasks and nodes their addresses, and lets
 * tasks that have theirs go on to be scheduled (swarmkit `manager/allocator`).
 */
import type { Loop, Tx } from "../../../room";
import { type Change, isChange } from "../../../store/schema";
import type { View } from "../../../store/store";
import { type AttachedNetwork, type NetworkAttachment, rank, type ServiceEndpoint } from "../../protocol";
import type { NetworkAttachmentConfig, ServiceSpec } from "../../spec";
import { led, nextIndex, written } from "../raft";
import type { NodeRow, SwarmNetworkRow, TaskRow } from "../tables";
import { freeAddresses, takeAddress } from "./addresses";
import { allocateNetwork } from "./networks";
import { allocatePorts } from "./ports";

export const allocator: Loop = {
  name: "allocator",
  watches: ["swarmNetworks", "services", "tasks", "nodes", "swarms"],
  run(tx, changes) {
    const swarms = new Set<string>();
    for (const change of changes) release(tx, change, swarms);
    for (const change of changes) {
      if (isChange(change, "swarmNetworks") && change.after?.vxlan === 0) network(tx, change.id);
      else if (isChange(change, "services") && change.after && change.before?.spec !== change.after.spec)
        endpoint(tx, change.id);
      else if (isChange(change, "tasks") && change.after && !change.before) swarms.add(change.after.swarm);
      else if (isChange(change, "tasks") && change.after?.nodeId && (placed(change) || attachedNow(change)))
        nodeOnNetworks(tx, change.after);
      else if (isChange(change, "nodes") && change.after && !change.before) joinIngress(tx, change.id);
      else if (isChange(change, "swarms") && change.after?.leader && change.before?.leader !== change.after.leader)
        swarms.add(change.id);
    }
    for (const swarm of swarms) if (led(tx, swarm)) tasks(tx, swarm);
  },
};

const placed = ({ before, after }: Change<"tasks">) => before?.nodeId !== after?.nodeId;
/** Tasks of global services have their node before their addresses. */
const attachedNow = ({ before, after }: Change<"tasks">) => before?.attachments !== after?.attachments;
const hasEnded = (task: TaskRow) => rank(task.status.state) > rank("running");

function release(tx: Tx, change: Change, swarms: Set<string>): void {
  if (isChange(change, "tasks")) {
    const { before, after } = change;
    const free = before ? !after || (hasEnded(after) && !hasEnded(before)) : false;
    if (!free || !before || before.attachments.length === 0) return;
    freeAddresses(tx, `task:${change.id}`);
    if (tx.table("tasks").count("new", before.swarm) > 0) swarms.add(before.swarm); // somebody waits for an address
  } else if (isChange(change, "services") && !change.after) freeAddresses(tx, `service:${change.id}`);
  else if (isChange(change, "nodes") && !change.after) freeAddresses(tx, `node:${change.id}`);
  else if (isChange(change, "swarmNetworks") && !change.after) forgetNetwork(tx, change.id);
}

function forgetNetwork(tx: Tx, id: string): void {
  for (const address of tx.table("addresses").by("network", id)) tx.table("addresses").delete(address.id);
  tx.table("allocatorCursors").delete(id);
}

function network(tx: Tx, id: string): void {
  const row = tx.table("swarmNetworks").get(id);
  if (row?.vxlan !== 0 || !led(tx, row.swarm)) return;
  allocateNetwork(tx, row);
  if (row.spec.Ingress) for (const node of tx.table("nodes").by("swarm", row.swarm)) joinIngress(tx, node.id);
}

/** The networks of a service in the order of its addresses: ingress first. */
export function networksOf(
  view: View,
  swarm: string,
  spec: ServiceSpec,
): { network: SwarmNetworkRow; config: NetworkAttachmentConfig }[] {
  const found: { network: SwarmNetworkRow; config: NetworkAttachmentConfig }[] = [];
  if (usesIngress(spec)) {
    const ingress = ingressOf(view, swarm);
    if (ingress) found.push({ network: ingress, config: { Target: ingress.id } });
  }
  for (const config of spec.TaskTemplate.Networks ?? spec.Networks ?? []) {
    const row = view.table("swarmNetworks").get(config.Target ?? "");
    if (row) found.push({ network: row, config });
  }
  return found;
}

export const usesIngress = (spec: ServiceSpec) =>
  (spec.EndpointSpec?.Ports ?? []).some((port) => (port.PublishMode || "ingress") === "ingress");

export const ingressOf = (view: View, swarm: string) =>
  view
    .table("swarmNetworks")
    .by("swarm", swarm)
    .find((row) => row.spec.Ingress);

function endpoint(tx: Tx, id: string): void {
  const service = tx.table("services").get(id);
  if (!service || !led(tx, service.swarm)) return;
  const mode = service.spec.EndpointSpec?.Mode || "vip";
  const ports = allocatePorts(tx, service);
  const networks = networksOf(tx, service.swarm, service.spec).filter(({ network: row }) => row.vxlan !== 0);
  const wanted = mode === "vip" ? networks.map(({ network: row }) => row) : [];
  const before = service.endpoint?.virtualIPs ?? [];
  const virtualIPs = wanted.flatMap((row) => {
    const kept = before.find((vip) => vip.networkId === row.id);
    const address = kept?.address ?? takeAddress(tx, row, `service:${id}`);
    return address ? [{ networkId: row.id, address }] : [];
  });
  for (const vip of before)
    if (!virtualIPs.some((kept) => kept.networkId === vip.networkId))
      tx.table("addresses").delete(`${vip.networkId}/${vip.address.split("/")[0]}`);
  if (virtualIPs.length === 0 && ports.length === 0 && !service.endpoint) return;
  const fresh: ServiceEndpoint = { spec: { Mode: mode, ...service.spec.EndpointSpec }, ports, virtualIPs };
  if (JSON.stringify(fresh) === JSON.stringify(service.endpoint)) return;
  tx.table("services").patch(id, { endpoint: fresh, ...written(tx, nextIndex(tx, service.swarm)) });
}

function tasks(tx: Tx, swarm: string): void {
  const waiting = tx.table("tasks").by("new", swarm);
  if (waiting.length === 0) return;
  const index = nextIndex(tx, swarm);
  for (const task of waiting) {
    if (rank(task.desiredState) > rank("complete")) continue;
    const attachments = attach(tx, task);
    if (!attachments) continue;
    const service = tx.table("services").get(task.serviceId);
    tx.table("tasks").patch(task.id, {
      attachments,
      ...(service?.endpoint && { endpoint: service.endpoint }),
      status: { state: "pending", message: "pending task scheduling", timestamp: tx.now },
      ...written(tx, index),
    });
  }
}

/** Undefined when an address is missing: the task waits in state NEW. */
function attach(tx: Tx, task: TaskRow): NetworkAttachment[] | undefined {
  const spec: ServiceSpec = {
    TaskTemplate: task.spec,
    Mode: {},
    ...(task.endpointSpec && { EndpointSpec: task.endpointSpec }),
  };
  const attachments: NetworkAttachment[] = [];
  for (const { network: row, config } of networksOf(tx, task.swarm, spec)) {
    const address = row.vxlan === 0 ? undefined : takeAddress(tx, row, `task:${task.id}`);
    if (!address) {
      freeAddresses(tx, `task:${task.id}`);
      return undefined;
    }
    attachments.push({ network: attached(row), address, aliases: config.Aliases ?? [] });
  }
  return attachments;
}

const attachedCache = new WeakMap<SwarmNetworkRow, AttachedNetwork>();

/** A network as agents know it. */
export function attached(row: SwarmNetworkRow): AttachedNetwork {
  const known = attachedCache.get(row);
  if (known) return known;
  const made: AttachedNetwork = {
    id: row.id,
    name: row.spec.Name,
    ingress: row.spec.Ingress ?? false,
    attachable: row.spec.Attachable ?? false,
    internal: row.spec.Internal ?? false,
    subnet: row.subnet,
    gateway: row.gateway,
    createdAt: row.createdAt,
    labels: row.spec.Labels ?? {},
    options: { ...row.spec.Options, "com.docker.network.driver.overlay.vxlanid_list": String(row.vxlan) },
  };
  attachedCache.set(row, made);
  return made;
}

/** A node has one address of its own on each overlay that its tasks use. */
function nodeOnNetworks(tx: Tx, task: TaskRow): void {
  for (const attachment of task.attachments) nodeAddress(tx, tx.table("nodes").get(task.nodeId), attachment.network);
}

function joinIngress(tx: Tx, id: string): void {
  const node = tx.table("nodes").get(id);
  const ingress = node && ingressOf(tx, node.swarm);
  if (ingress && ingress.vxlan !== 0) nodeAddress(tx, node, ingress);
}

function nodeAddress(tx: Tx, node: NodeRow | undefined, row: { id: string; subnet: string }): void {
  if (!node || node.addresses[row.id]) return;
  const address = takeAddress(tx, row, `node:${node.id}`);
  if (!address) return;
  tx.table("nodes").patch(node.id, {
    addresses: { ...node.addresses, [row.id]: address },
    ...written(tx, nextIndex(tx, node.swarm)),
  });
}
