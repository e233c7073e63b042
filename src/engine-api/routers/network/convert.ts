/** Networks of a machine as `GET /networks` shows them. */
import { endpointName, hasUserSubnet, ipamConfigs } from "../../../core/engine";
import type { NetworkRow } from "../../../core/engine/tables";
import type { View } from "../../../core/store/store";
import { rfc3339 } from "../../../core/time/calendar";
import { balancerOn, peersOn, servicesOn } from "./overlay";

export type Json = Record<string, unknown>;

const orEmpty = (map: Readonly<Record<string, string>>): Json => ({ ...map });

/** An inspection names who is attached, and of an overlay the nodes that are on it; `verbose` its services. */
export function inspectedNetwork(view: View, network: NetworkRow, verbose: boolean): Json {
  return {
    ...networkJson(view, network, true),
    ...(network.scope === "swarm" ? { Peers: peersOn(view, network) } : {}),
    ...(network.scope === "swarm" && verbose ? { Services: servicesOn(view, network) } : {}),
  };
}

/** `withContainers`: it names who is attached. */
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
        Name: endpointName(view, network, endpoint),
        EndpointID: endpoint.id,
        MacAddress: endpoint.mac,
        IPv4Address: endpoint.address && `${endpoint.address}/${endpoint.prefix}`,
        IPv6Address: "",
      },
    ]);
  // Go prints maps in the order of their keys.
  const all = Object.entries({ ...Object.fromEntries(entries), ...balancerOn(view, network) });
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
