/**
 * Service discovery and load balancing (libnetwork `service_common.go`, `service_linux.go`): from the tasks that are bound
 * on the machines follow the names of each overlay network, the endpoints behind each virtual address, and the ports of
 * the routing mesh on every machine of the swarm. A task is entered and taken out by itself: a service may have thousands.
 */

import { gossipOf } from "../net/gossip";
import { linksChanged } from "../net/links";
import type { BackendRow, PortRow } from "../net/tables";
import type { Loop, Room, Tx } from "../room";
import { isChange } from "../store/schema";
import type { AgentTaskRow } from "./agent/tables";
import type { ServiceEndpoint } from "./protocol";

export const discovery: Loop = {
  name: "discovery",
  watches: ["agentTasks", "swarmNodes", "services", "nodes", "machines"],
  run(tx, changes) {
    const ports = new Set<string>(); // services whose published ports may have changed
    for (const change of changes) {
      if (isChange(change, "agentTasks")) taskChanged(tx, change.before, change.after, ports);
      else if (isChange(change, "services")) {
        if (change.before?.endpoint !== change.after?.endpoint) endpointChanged(tx, change.id, ports);
      } else if (isChange(change, "swarmNodes")) {
        if (change.before?.nodeId !== change.after?.nodeId) nodeAddresses(tx, change.id);
        if (change.before?.state === change.after?.state) continue;
        for (const service of tx.table("services").by("swarm", (change.after ?? change.before)?.swarm ?? ""))
          ports.add(service.id);
      } else if (isChange(change, "nodes")) {
        if (change.before?.addresses !== change.after?.addresses)
          nodeAddresses(tx, (change.after ?? change.before)?.machine ?? "");
      } else if (isChange(change, "machines")) {
        if (!change.after) tx.table("linkChanges").delete(change.id);
        else if (linksChanged(change.before, change.after)) tx.table("linkChanges").put({ id: change.id, at: tx.now });
      }
    }
    for (const id of ports) publishPorts(tx, id);
  },
};

export const discoveryRoom: Room = { loops: [discovery], timers: { "discovery.forget": forget } };

function taskChanged(tx: Tx, before: AgentTaskRow | undefined, after: AgentTaskRow | undefined, ports: Set<string>) {
  const row = after ?? before;
  if (!row || row.task.attachments.length === 0) return; // on no network of the swarm
  if (after?.bound && !before?.bound) bind(tx, after, ports);
  else if (before?.bound && !after?.bound) release(tx, before);
}

const plain = (address: string) => address.split("/")[0] ?? "";

const endpointOf = (tx: Tx, row: AgentTaskRow): ServiceEndpoint =>
  tx.table("services").get(row.task.serviceId)?.endpoint ?? row.task.endpoint;

/** Enters a task on each of its networks. */
function bind(tx: Tx, row: AgentTaskRow, ports: Set<string>): void {
  const { task, machine } = row;
  const endpoint = endpointOf(tx, row);
  for (const { network, address, aliases } of task.attachments) {
    const virtual = plain(endpoint.virtualIPs.find((each) => each.networkId === network.id)?.address ?? "");
    const backend: BackendRow = {
      id: `${network.id}/${row.id}`,
      networkId: network.id,
      service: task.serviceId,
      machine,
      containerId: row.containerId ?? "",
      address: plain(address),
      taskId: row.id,
      since: tx.now,
    };
    tx.table("backends").delete(backend.id); // bound anew: it goes to the end
    tx.table("backends").put(virtual ? { ...backend, balancer: balancer(tx, backend, virtual, ports) } : backend);
    if (!network.ingress) names(tx, row, network.id, [task.serviceName, ...aliases], virtual); // ingress carries no names
  }
}

function balancer(tx: Tx, { networkId, service }: BackendRow, address: string, ports: Set<string>): string {
  const id = `${networkId}/${address}`;
  if (tx.table("balancers").has(id)) return id;
  tx.table("balancers").put({ id, networkId, address, serviceId: service });
  ports.add(service);
  return id;
}

function names(tx: Tx, { task }: AgentTaskRow, networkId: string, given: readonly string[], virtual: string): void {
  const put = (name: string, address: string) => {
    const id = `${networkId}/${name}/${task.serviceId}`;
    if (tx.table("networkNames").get(id)?.virtual === (address || undefined) && tx.table("networkNames").has(id))
      return;
    const row = { id, networkId, name, service: task.serviceId };
    tx.table("networkNames").put(address ? { ...row, virtual: address } : row);
  };
  for (const name of new Set(given)) {
    put(name, virtual);
    put(`tasks.${name}`, "");
  }
}

/** Takes a task out: new connections go elsewhere, and it is forgotten when all nodes have heard. */
function release(tx: Tx, { id, task }: AgentTaskRow): void {
  for (const { network } of task.attachments) {
    const backend = tx.table("backends").get(`${network.id}/${id}`);
    if (backend && backend.until === undefined) tx.table("backends").put({ ...backend, until: tx.now });
  }
  if (!tx.table("timers").has(`discovery.forget:${task.serviceId}`))
    tx.schedule("discovery.forget", task.serviceId, gossipOf(tx));
}

/** Timer: removes what every node has heard to be gone, and with the last endpoint names, addresses and ports. */
function forget(tx: Tx, serviceId: string): void {
  let next: number | undefined;
  for (const backend of tx.table("backends").by("leaving", serviceId)) {
    if (backend.until === undefined) continue;
    if (backend.until + gossipOf(tx) <= tx.now) tx.table("backends").delete(backend.id);
    else next = Math.min(next ?? backend.until, backend.until);
  }
  if (next !== undefined) tx.schedule("discovery.forget", serviceId, next + gossipOf(tx) - tx.now);
  withdraw(tx, serviceId);
  publishPorts(tx, serviceId);
}

/** Removes the virtual addresses and names behind which there is nobody left. */
function withdraw(tx: Tx, serviceId: string): void {
  for (const { id } of tx.table("balancers").by("service", serviceId)) {
    if (tx.table("backends").count("balancer", id) > 0) continue;
    tx.table("balancers").delete(id);
    for (const cursor of tx.table("cursors").by("balancer", id)) tx.table("cursors").delete(cursor.id);
  }
  for (const { id, networkId } of tx.table("networkNames").by("service", serviceId))
    if (tx.table("backends").count("endpoints", `${networkId}/${serviceId}`) === 0) tx.table("networkNames").delete(id);
}

/** Its ports or its mode changed: the tasks that are bound go behind its addresses of now. */
function endpointChanged(tx: Tx, serviceId: string, ports: Set<string>): void {
  ports.add(serviceId);
  for (const row of tx.table("agentTasks").by("bound", serviceId)) {
    const { virtualIPs } = endpointOf(tx, row);
    for (const { network, aliases } of row.task.attachments) {
      const backend = tx.table("backends").get(`${network.id}/${row.id}`);
      if (!backend) continue;
      const virtual = plain(virtualIPs.find((each) => each.networkId === network.id)?.address ?? "");
      const { balancer: old, ...rest } = backend;
      const id = virtual ? balancer(tx, backend, virtual, ports) : undefined;
      if (id !== old) tx.table("backends").put(id ? { ...rest, balancer: id } : rest);
      if (!network.ingress) names(tx, row, network.id, [row.task.serviceName, ...aliases], virtual);
    }
  }
  withdraw(tx, serviceId);
}

/** Of the node that the machine is now: who has left and joined again is another one, beside what is left of the old. */
function nodeAddresses(tx: Tx, machine: string): void {
  const addresses = tx.table("nodes").get(tx.table("swarmNodes").get(machine)?.nodeId ?? "")?.addresses ?? {};
  for (const { id } of tx.table("nodeAddresses").by("machine", machine))
    if (!addresses[id.slice(machine.length + 1)]) tx.table("nodeAddresses").delete(id);
  for (const [networkId, address] of Object.entries(addresses)) {
    const row = { id: `${machine}/${networkId}`, machine, address: plain(address) };
    if (tx.table("nodeAddresses").get(row.id)?.address !== row.address) tx.table("nodeAddresses").put(row);
  }
}

/** The routing mesh: while a service has endpoints, every machine of the swarm listens for it. */
function publishPorts(tx: Tx, serviceId: string): void {
  const wanted = new Map<string, PortRow>();
  const first = tx.table("agentTasks").first("bound", serviceId);
  const endpoint = tx.table("services").get(serviceId)?.endpoint ?? first?.task.endpoint;
  const kept = tx.table("balancers").by("service", serviceId);
  const target = kept.find(({ id }) => endpoint?.virtualIPs[0] && id === balancerId(endpoint.virtualIPs[0]));
  const swarm = first?.task.swarm ?? tx.table("services").get(serviceId)?.swarm ?? "";
  for (const port of target ? (endpoint?.ports ?? []) : []) {
    if ((port.PublishMode || "ingress") !== "ingress" || !port.PublishedPort) continue;
    const protocol = (port.Protocol || "tcp") as PortRow["protocol"];
    for (const { id: machine, state } of tx.table("swarmNodes").by("swarm", swarm)) {
      if (state !== "active") continue;
      const id = `${machine}/${protocol}/${port.PublishedPort}/${serviceId}`;
      wanted.set(id, {
        id,
        machine,
        protocol,
        port: port.PublishedPort,
        hostIp: "0.0.0.0",
        target: { kind: "balancer", balancer: target?.id ?? "", port: port.TargetPort ?? 0 },
        service: serviceId,
      });
    }
  }
  for (const old of tx.table("ports").by("service", serviceId))
    if (!wanted.has(old.id)) tx.table("ports").delete(old.id);
  for (const port of wanted.values()) if (differs(tx.table("ports").get(port.id), port)) tx.table("ports").put(port);
}

const differs = (a: object | undefined, b: object) => JSON.stringify(a) !== JSON.stringify(b);

/** Ingress comes first among the addresses of a service that publishes ports there. */
const balancerId = ({ networkId, address }: ServiceEndpoint["virtualIPs"][number]) => `${networkId}/${plain(address)}`;
