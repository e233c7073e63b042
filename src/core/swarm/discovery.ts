/**
 * Service discovery and load balancing (libnetwork `service_common.go`, `service_linux.go`): from the tasks that are bound
 * on the machines follow the names of each overlay network, the endpoints behind each virtual address, and the ports of
 * the routing mesh on every machine of the swarm.
 */

import type { BalancerRow, NetworkNameRow, PortRow } from "../net/tables";
import type { Loop, Tx } from "../room";
import { isChange } from "../store/schema";
import type { AgentTaskRow } from "./agent/tables";

export const discovery: Loop = {
  name: "discovery",
  watches: ["agentTasks", "swarmNodes", "services"],
  run(tx, changes) {
    const services = new Set<string>();
    for (const change of changes) {
      if (isChange(change, "agentTasks")) {
        const { before, after } = change;
        if ((after ?? before)?.task.attachments.length === 0) continue; // on no network of the swarm
        if (before?.bound !== after?.bound || (after?.bound && before?.task !== after.task))
          services.add((after ?? before)?.task.serviceId ?? "");
      } else if (isChange(change, "services")) {
        if (change.before?.endpoint !== change.after?.endpoint) services.add(change.id);
      } else if (isChange(change, "swarmNodes") && change.before?.state !== change.after?.state) {
        for (const service of tx.table("services").by("swarm", (change.after ?? change.before)?.swarm ?? ""))
          services.add(service.id);
      }
    }
    for (const id of services) publish(tx, id);
  },
};

type Backend = BalancerRow["backends"][number];

function publish(tx: Tx, serviceId: string): void {
  const bound = tx.table("agentTasks").by("bound", serviceId);
  const wanted = new Map<string, BalancerRow>();
  const names = new Map<string, NetworkNameRow & { service: string }>();
  for (const row of bound) for (const attachment of row.task.attachments) offer(tx, row, attachment, wanted, names);
  for (const old of tx.table("balancers").by("service", serviceId)) {
    if (wanted.has(old.id)) continue;
    tx.table("balancers").delete(old.id);
    tx.table("cursors").delete(old.id);
  }
  for (const balancer of wanted.values())
    if (differs(tx.table("balancers").get(balancer.id), balancer)) tx.table("balancers").put(balancer);
  publishNames(tx, serviceId, names);
  publishPorts(tx, serviceId, bound);
}

/** Enters one task on one of its networks into names and balancers. */
function offer(
  tx: Tx,
  row: AgentTaskRow,
  { network, address, aliases }: AgentTaskRow["task"]["attachments"][number],
  balancers: Map<string, BalancerRow>,
  names: Map<string, NetworkNameRow & { service: string }>,
): void {
  const { task } = row;
  const plain = address.split("/")[0] ?? "";
  const current = tx.table("services").get(task.serviceId)?.endpoint ?? task.endpoint;
  const virtual = current.virtualIPs.find((each) => each.networkId === network.id)?.address.split("/")[0];
  if (virtual) {
    const id = `${network.id}/${virtual}`;
    const backend: Backend = {
      machine: row.machine,
      containerId: row.containerId ?? "",
      address: plain,
      taskId: row.id,
    };
    const balancer = balancers.get(id);
    balancers.set(id, {
      id,
      networkId: network.id,
      address: virtual,
      serviceId: task.serviceId,
      backends: [...(balancer?.backends ?? []), backend],
    });
  }
  if (network.ingress) return; // it carries no names
  for (const name of new Set([task.serviceName, ...aliases])) {
    addName(names, network.id, `tasks.${name}`, [plain], task.serviceId);
    addName(names, network.id, name, [virtual ?? plain], task.serviceId);
  }
}

function addName(
  names: Map<string, NetworkNameRow & { service: string }>,
  networkId: string,
  name: string,
  addresses: readonly string[],
  service: string,
): void {
  const id = `${networkId}/${name}`;
  const before = names.get(id)?.addresses ?? [];
  names.set(id, { id, networkId, name, addresses: [...new Set([...before, ...addresses])], service });
}

const differs = (a: object | undefined, b: object) => JSON.stringify(a) !== JSON.stringify(b);

function publishNames(tx: Tx, service: string, names: Map<string, NetworkNameRow & { service: string }>): void {
  for (const old of tx.table("networkNames").by("service", service))
    if (!names.has(old.id)) tx.table("networkNames").delete(old.id);
  for (const name of names.values())
    if (differs(tx.table("networkNames").get(name.id), name)) tx.table("networkNames").put(name);
}

/** The routing mesh: while a task is bound, every machine of the swarm listens. */
function publishPorts(tx: Tx, serviceId: string, bound: readonly AgentTaskRow[]): void {
  const [first] = bound;
  const wanted = new Map<string, PortRow>();
  const endpoint = tx.table("services").get(serviceId)?.endpoint ?? first?.task.endpoint;
  const ingress = first?.task.attachments.find((attachment) => attachment.network.ingress)?.network.id;
  const address = endpoint?.virtualIPs.find((each) => each.networkId === ingress)?.address.split("/")[0];
  if (first && endpoint && address) {
    const members = tx.table("swarmNodes").by("swarm", first.task.swarm);
    for (const port of endpoint.ports) {
      if ((port.PublishMode || "ingress") !== "ingress" || !port.PublishedPort) continue;
      const protocol = (port.Protocol || "tcp") as PortRow["protocol"];
      for (const { id: machine, state } of members) {
        if (state !== "active") continue;
        const id = `${machine}/${protocol}/${port.PublishedPort}/${serviceId}`;
        const target = { kind: "balancer", balancer: `${ingress}/${address}`, port: port.TargetPort ?? 0 } as const;
        wanted.set(id, {
          id,
          machine,
          protocol,
          port: port.PublishedPort,
          hostIp: "0.0.0.0",
          target,
          service: serviceId,
        });
      }
    }
  }
  for (const old of tx.table("ports").by("service", serviceId))
    if (!wanted.has(old.id)) tx.table("ports").delete(old.id);
  for (const port of wanted.values()) if (differs(tx.table("ports").get(port.id), port)) tx.table("ports").put(port);
}
