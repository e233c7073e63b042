/** Networks of a machine as `GET /networks` shows them. */
import { hasUserSubnet, ipamConfigs } from "../../../core/engine";
import type { NetworkRow } from "../../../core/engine/tables";
import type { View } from "../../../core/store/store";
import { rfc3339Nano } from "../../../core/time/calendar";

export type Json = Record<string, unknown>;

const orEmpty = (map: Readonly<Record<string, string>>): Json => ({ ...map });

/** `withContainers`: an inspection, which names who is attached. */
export function networkJson(view: View, network: NetworkRow, withContainers: boolean): Json {
  const given = ipamConfigs(network);
  const config = network.subnet
    ? [hasUserSubnet(network) ? given[0] : { Subnet: network.subnet, Gateway: network.gateway }]
    : null;
  return {
    Name: network.name,
    Id: network.networkId,
    Created: rfc3339Nano(network.createdAt),
    Scope: network.scope,
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: network.enableIPv6,
    IPAM: { Driver: "default", Options: network.name === "bridge" || !network.subnet ? null : {}, Config: config },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: network.ingress,
    ConfigFrom: { Network: "" },
    ConfigOnly: false,
    Containers: withContainers ? containersOn(view, network) : {},
    Options: orEmpty(network.options),
    Labels: orEmpty(network.labels),
  };
}

function containersOn(view: View, network: NetworkRow): Json {
  const entries = view
    .table("endpoints")
    .by("network", network.networkId)
    .filter((endpoint) => endpoint.machine === network.machine && endpoint.up)
    .map((endpoint) => [
      endpoint.containerId,
      {
        Name: view.table("containers").get(endpoint.containerId)?.name ?? "",
        EndpointID: endpoint.id,
        MacAddress: endpoint.mac,
        IPv4Address: `${endpoint.address}/${endpoint.prefix}`,
        IPv6Address: "",
      },
    ]);
  return Object.fromEntries(entries);
}
