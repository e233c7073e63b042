/** What a node tells of an overlay it has: its own balancers, the peers, and with `verbose` the services (libnetwork `agent.go`). */
import { sha256 } from "../../../core/digest";
import { INGRESS_SANDBOX } from "../../../core/engine";
import type { NetworkRow } from "../../../core/engine/tables";
import type { BackendRow } from "../../../core/net/tables";
import type { View } from "../../../core/store/store";
import type { Json } from "./convert";

/** Firewall marks of libnetwork's services begin here (`fwMarkCtrMax` of `service_linux.go`). */
const FIRST_MARK = 256;

/** The endpoint by which the node's balancer speaks on the network, under its name. */
export function balancerOn(view: View, network: NetworkRow): Json {
  const row = view.table("nodeAddresses").get(`${network.machine}/${network.networkId}`);
  if (!row) return {};
  const key = network.ingress ? INGRESS_SANDBOX : `lb-${network.name}`;
  const mac = row.address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return {
    [key]: {
      Name: `${network.name}-endpoint`,
      EndpointID: sha256(`${row.id}/endpoint`),
      MacAddress: `02:42:${mac.join(":")}`,
      IPv4Address: `${row.address}/${network.subnet.split("/")[1]}`,
      IPv6Address: "",
    },
  };
}

/** The nodes that are on the network. */
export const peersOn = (view: View, network: NetworkRow): Json[] =>
  view
    .table("networks")
    .by("network", network.networkId)
    .flatMap(({ machine }) => {
      const member = view.table("swarmNodes").get(machine);
      const address = view.table("machines").get(machine)?.address ?? "";
      return member?.state === "active" ? [{ Name: sha256(member.nodeId).slice(0, 12), IP: address }] : [];
    });

/** Services by name, and under the empty name the containers attached by hand. */
export function servicesOn(view: View, network: NetworkRow): Json {
  const backends = [...view.table("backends").all()].filter(
    (row) => row.networkId === network.networkId && row.until === undefined,
  );
  const services = new Map<string, BackendRow[]>();
  for (const backend of backends) {
    const name = view.table("agentTasks").get(backend.taskId)?.task.serviceName ?? "";
    services.set(name, [...(services.get(name) ?? []), backend]);
  }
  const byHand = attachedByHand(view, network);
  return {
    ...(byHand.length > 0 ? { "": { VIP: "<nil>", Ports: [], LocalLBIndex: 0, Tasks: byHand } } : {}),
    ...Object.fromEntries([...services].map(([name, rows]) => [name, serviceJson(view, network, rows)])),
  };
}

function serviceJson(view: View, network: NetworkRow, backends: readonly BackendRow[]): Json {
  const [first] = backends;
  const endpoint = first && view.table("services").get(first.service)?.endpoint;
  const vip = first?.balancer ? view.table("balancers").get(first.balancer)?.address : undefined;
  return {
    VIP: vip ?? "<nil>",
    Ports: network.ingress
      ? (endpoint?.ports ?? []).map((port) => `Target: ${port.TargetPort}, Publish: ${port.PublishedPort}`)
      : [],
    LocalLBIndex: FIRST_MARK + markOf(view, network.networkId, first?.service),
    Tasks: backends.map((backend) => taskJson(view, network, backend.containerId, backend.address)),
  };
}

/** Each service has a mark of its own on each network, in the order in which they came. */
function markOf(view: View, networkId: string, service: string | undefined): number {
  const seen = new Set<string>();
  for (const row of view.table("backends").all()) seen.add(`${row.networkId}/${row.service}`);
  return [...seen].indexOf(`${networkId}/${service}`);
}

const attachedByHand = (view: View, network: NetworkRow): Json[] =>
  view
    .table("endpoints")
    .by("network", network.networkId)
    .filter(({ containerId }) => view.table("containers").get(containerId)?.taskId === undefined)
    .map(({ containerId, address }) => taskJson(view, network, containerId, address));

function taskJson(view: View, network: NetworkRow, containerId: string, address: string): Json {
  const [endpoint] = view.table("endpoints").by("address", `${network.networkId}/${address}`);
  const container = view.table("containers").get(containerId);
  return {
    Name: container?.name ?? "",
    EndpointID: endpoint?.id ?? "",
    EndpointIP: address,
    Info: { "Host IP": view.table("machines").get(container?.machine ?? "")?.address ?? "" },
  };
}
