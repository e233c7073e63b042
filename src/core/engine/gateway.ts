/**
 * `docker_gwbridge`: how containers on overlays alone reach the world (libnetwork `default_gateway.go`). Such a container has one
 * interface more than networks; nothing but addresses outside is reached over it, and no name leads there.
 */
import { hexId, macAddress } from "../chance/ids";
import type { EndpointRow } from "../net/tables";
import type { Tx } from "../room";
import type { View } from "../store/store";
import { allocateAddress } from "./ipam";
import type { ContainerRow, NetworkRow } from "./tables";

const NAME = "docker_gwbridge";

/** The sandbox of a node's routing mesh: it stands where others have a container's id. */
export const INGRESS_SANDBOX = "ingress-sbox";

export const isGateway = (network: NetworkRow): boolean => network.name === NAME && network.scope === "local";

/** An overlay has no way out of its own. */
export const leadsOut = ({ driver }: NetworkRow): boolean => driver !== "null" && driver !== "overlay";

const gatewayOf = (view: View, machine: string): NetworkRow | undefined =>
  view.table("networks").by("machine", machine).find(isGateway);

/** An endpoint's name as its network tells it. */
export function endpointName(view: View, network: NetworkRow, endpoint: EndpointRow): string {
  const container = view.table("containers").get(endpoint.containerId);
  if (!isGateway(network)) return container?.name ?? "";
  return `gateway_${container ? (container.sandboxId ?? "").slice(0, 12) : endpoint.containerId}`;
}

/** Gives a container the interface where it needs it, and takes it away where a bridge leads out. */
export function settleGateway(tx: Tx, container: ContainerRow): void {
  const gateway = gatewayOf(tx, container.machine);
  if (!gateway) return;
  const endpoints = tx.table("endpoints").by("container", container.id);
  const own = endpoints.find((endpoint) => endpoint.networkId === gateway.networkId);
  const needed = needsGateway(tx, container, endpoints);
  if (needed && !own) putEndpoint(tx, gateway, container.id);
  else if (own && !needed) tx.table("endpoints").delete(own.id);
}

function needsGateway(view: View, { machine }: ContainerRow, endpoints: readonly EndpointRow[]): boolean {
  const networks = endpoints.flatMap(({ networkId }) => view.table("networks").get(`${machine}/${networkId}`) ?? []);
  const open = networks.filter((network) => !network.internal && !isGateway(network));
  return open.length > 0 && open.every((network) => network.driver === "overlay");
}

function putEndpoint(tx: Tx, gateway: NetworkRow, containerId: string): void {
  const random = tx.random("engine.endpoints");
  tx.table("endpoints").put({
    id: hexId(random),
    machine: gateway.machine,
    networkId: gateway.networkId,
    containerId,
    ...allocateAddress(tx, gateway),
    mac: macAddress(random),
    names: [],
    up: true,
  });
}

/** A node of a swarm: the bridge with the next free subnet of the engine's pool, and the routing mesh on it. */
export function openGateway(tx: Tx, machine: string): void {
  const gateway = gatewayOf(tx, machine) ?? createGateway(tx, machine);
  if (!ingressEndpoint(tx, gateway)) putEndpoint(tx, gateway, INGRESS_SANDBOX);
}

/** The node has left: its mesh goes, the bridge stays until somebody removes it. */
export function closeGateway(tx: Tx, machine: string): void {
  const gateway = gatewayOf(tx, machine);
  const ingress = gateway && ingressEndpoint(tx, gateway);
  if (ingress) tx.table("endpoints").delete(ingress.id);
}

const ingressEndpoint = (view: View, gateway: NetworkRow): EndpointRow | undefined =>
  view
    .table("endpoints")
    .by("network", gateway.networkId)
    .find((endpoint) => endpoint.containerId === INGRESS_SANDBOX);

function createGateway(tx: Tx, machine: string): NetworkRow {
  const rows = tx.table("networks").by("machine", machine);
  let second = 18;
  while (rows.some((row) => row.subnet.startsWith(`172.${second}.`))) second++;
  const networkId = hexId(tx.random("swarm.gateway"));
  return tx.table("networks").put({
    id: `${machine}/${networkId}`,
    networkId,
    machine,
    name: NAME,
    driver: "bridge",
    scope: "local",
    createdAt: tx.now,
    internal: false,
    attachable: false,
    ingress: false,
    enableIPv6: false,
    labels: {},
    options: {
      "com.docker.network.bridge.enable_icc": "false",
      "com.docker.network.bridge.enable_ip_masquerade": "true",
      "com.docker.network.bridge.name": NAME,
    },
    subnet: `172.${second}.0.0/16`,
    gateway: `172.${second}.0.1`,
    ipam: null,
  });
}
