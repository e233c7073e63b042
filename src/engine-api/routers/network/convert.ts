/** Networks of a machine as `GET /networks` shows them. */
import { hasUserSubnet, ipamConfigs } from "../../../core/engine";
import type { NetworkRow } from "../../../core/engine/tables";
import type { View } from "../../../core/store/store";
import { rfc3339 } from "../../../core/time/calendar";

export type Json = Record<string, unknown>;

const orEmpty = (map: Readonly<Record<string, string>>): Json => ({ ...map });

/** `withContainers`: an inspection, which names who is attached. */
export function networkJson(view: View, network: NetworkRow, withContainers: boolean): Json {
  const asked = network.ipam as { Options?: Record<string, string> | null } | null;
  const allocated = network.subnet ? [{ Subnet: network.subnet, Gateway: network.gateway }] : null;
  return {
    Name: network.name,
    Id: network.networkId,
    Created: rfc3339(network.createdAt),
    Scope: network.scope,
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: network.enableIPv6,
    IPAM: {
      Driver: "default",
      Options: asked?.Options ?? null,
      Config: hasUserSubnet(network) ? ipamConfigs(network) : allocated,
    },
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
        IPv4Address: endpoint.address && `${endpoint.address}/${endpoint.prefix}`,
        IPv6Address: "",
      },
    ]);
  return Object.fromEntries(entries);
}
