/** Invariants 32 and 33: addresses and ports; 34 as the rows show it, `requests.ts` watches connections. */
import { contains, overlaps, parseCidr, parseIp } from "../../../../src/core/net/ip";
import type { View } from "../../../../src/core/store/store";
import type { Step } from "../world";
import { changesOf, ended, must, name, type Watch } from "./watch";

export const network = (): Watch => ({
  step(step) {
    const written = (["tasks", "services", "nodes", "swarmNetworks"] as const).some(
      (table) => changesOf(step, table).length > 0,
    );
    if (written) addresses(step.core.view);
    if (changesOf(step, "services").length > 0) ports(step.core.view);
    balancers(step);
  },
});

function addresses(view: View): void {
  const networks = [...view.table("swarmNetworks").all()].filter((row) => row.vxlan !== 0);
  const owners = new Map<string, string>();
  const take = (id: string, address: string, owner: string) => {
    const [plain = ""] = address.split("/");
    const subnet = parseCidr(view.table("swarmNetworks").get(id)?.subnet ?? "");
    const other = owners.get(`${id}/${plain}`);
    must(32, other === undefined, () => `${plain} is held by ${owner} and ${other}`);
    must(32, !subnet || contains(subnet, parseIp(plain) ?? 0), () => `${plain} of ${owner} lies outside its network`);
    owners.set(`${id}/${plain}`, owner);
  };
  for (const row of networks) {
    take(row.id, row.gateway, `the gateway of ${row.spec.Name}`);
    for (const other of networks) {
      const [a, b] = [parseCidr(row.subnet), parseCidr(other.subnet)];
      must(
        32,
        row === other || row.swarm !== other.swarm || !a || !b || !overlaps(a, b),
        () => `${row.spec.Name} and ${other.spec.Name} overlap`,
      );
    }
  }
  for (const service of view.table("services").all())
    for (const vip of service.endpoint?.virtualIPs ?? [])
      take(vip.networkId, vip.address, `service ${service.spec.Name}`);
  for (const node of view.table("nodes").all())
    for (const [id, address] of Object.entries(node.addresses)) take(id, address, `node ${node.machine}`);
  for (const task of view.table("tasks").all())
    if (!ended(task)) for (const each of task.attachments) take(each.network.id, each.address, name(task));
}

function ports(view: View): void {
  const owners = new Map<string, string>();
  for (const service of view.table("services").all())
    for (const port of service.endpoint?.ports ?? []) {
      if (port.PublishMode === "host" || !port.PublishedPort) continue;
      const key = `${service.swarm}/${port.Protocol || "tcp"}/${port.PublishedPort}`;
      must(33, !owners.has(key), () => `${key} belongs to ${service.spec.Name} and ${owners.get(key)}`);
      owners.set(key, service.spec.Name ?? "");
      const asked = service.spec.EndpointSpec?.Ports?.some((each) => each.PublishedPort === port.PublishedPort);
      must(
        33,
        asked || (port.PublishedPort >= 30000 && port.PublishedPort <= 32767),
        () => `${key} is no dynamic port`,
      );
    }
}

/** What takes new connections is bound. That other nodes hear of an end later is gossip's, not the row's. */
function balancers(step: Step): void {
  for (const { after } of changesOf(step, "backends")) {
    if (!after || after.until !== undefined) continue;
    const row = step.core.view.table("agentTasks").get(after.taskId);
    must(
      34,
      row?.bound === true,
      () => `${after.service} leads to task ${after.taskId}, which is ${row?.status.state ?? "gone"}`,
    );
  }
}
