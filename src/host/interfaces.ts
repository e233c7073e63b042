/** The network interfaces of a machine or a container, read from the rows at the moment of the question. */
import type { Interface } from "../api/process";
import { sandboxOwner, usesHostNetwork } from "../core/engine/endpoints";
import { isGateway } from "../core/engine/gateway";
import type { NetworkRow } from "../core/engine/tables";
import type { Origin } from "../core/net/connect";
import type { View } from "../core/store/store";

/** The router of the local network. */
const ROUTER = "192.168.99.1";
const MTU = 1500;
/** What VXLAN leaves of it. */
const OVERLAY_MTU = 1450;

/** Without loopback, in the order in which they came; `gateway` is on the one that the default route leads through. */
export function interfacesOf(view: View, { machine, containerId }: Origin): Interface[] {
  const container = containerId === undefined ? undefined : view.table("containers").get(containerId);
  if (!container || usesHostNetwork(view, container)) return ofMachine(view, machine);
  const owner = sandboxOwner(view, container);
  let routed = false;
  return view
    .table("endpoints")
    .by("container", owner.id)
    .flatMap(({ id, address, prefix, mac, networkId }, at): Interface[] => {
      const network = view.table("networks").get(`${owner.machine}/${networkId}`);
      if (!network || address === "") return [];
      const leadsOut = !routed && !network.internal && network.driver !== "overlay";
      routed ||= leadsOut;
      return [
        {
          name: `eth${at}`,
          index: 2 + at,
          peer: peerOf(id),
          address,
          prefix,
          mac,
          mtu: network.driver === "overlay" ? OVERLAY_MTU : MTU,
          ...(leadsOut ? { gateway: network.gateway } : {}),
        },
      ];
    });
}

/** The other end of the pair lies on the machine; its number there tells nothing but that it is another one. */
const peerOf = (endpoint: string): number => 10 + (Number.parseInt(endpoint.slice(0, 3), 16) % 200);

function ofMachine(view: View, machine: string): Interface[] {
  const address = view.table("machines").get(machine)?.address ?? "";
  const bridges = view
    .table("networks")
    .by("machine", machine)
    .filter(({ driver, subnet }) => driver === "bridge" && subnet !== "");
  return [
    { name: "eth0", index: 2, address, prefix: 24, mac: macOf(address), mtu: MTU, gateway: ROUTER },
    ...bridges.map((network, at) => ({
      name: bridgeName(network),
      index: 3 + at,
      address: network.gateway,
      prefix: Number(network.subnet.split("/")[1]),
      mac: macOf(network.gateway),
      mtu: MTU,
    })),
  ];
}

function bridgeName(network: NetworkRow): string {
  const name = network.options["com.docker.network.bridge.name"];
  if (name || isGateway(network)) return name ?? network.name;
  return `br-${network.networkId.slice(0, 12)}`;
}

/** Machines' and bridges' addresses are told by their hardware addresses, which no row holds. */
const macOf = (address: string): string =>
  `02:42:${address
    .split(".")
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join(":")}`;
