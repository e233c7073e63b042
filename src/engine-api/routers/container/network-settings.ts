/** A container's networks and ports as `docker inspect` and `docker ps` show them (moby `container.NetworkSettings`). */
import { parsePort, portsOf, shownHostIps, usesHostNetwork } from "../../../core/engine/endpoints";
import { isUserDefined, lookUpNetwork } from "../../../core/engine/networks";
import type { ContainerRow, NetworkRow } from "../../../core/engine/tables";
import type { EndpointSettings } from "../../../core/engine/types";
import type { EndpointRow } from "../../../core/net/tables";
import type { View } from "../../../core/store/store";

export type Json = Record<string, unknown>;

export const hasSandbox = (row: ContainerRow): boolean => row.state === "running" || row.state === "paused";

/** The entries of `NetworkSettings.Networks`; a list leaves the names out. */
export function networksJson(view: View, row: ContainerRow, names: boolean): Record<string, Json> {
  const endpoints = view.table("endpoints").by("container", row.id);
  return Object.fromEntries(
    Object.entries(row.networks).map(([name, settings]) => {
      const network = lookUpNetwork(view, row.machine, name);
      const endpoint = endpoints.find((each) => each.networkId === network?.networkId);
      return [name, endpointJson(row, settings, network, endpoint, names)];
    }),
  );
}

function endpointJson(
  row: ContainerRow,
  settings: EndpointSettings,
  network: NetworkRow | undefined,
  endpoint: EndpointRow | undefined,
  names: boolean,
): Json {
  const wasStarted = row.startedAt !== 0 || endpoint !== undefined;
  return {
    IPAMConfig: settings.IPAMConfig ?? null,
    Links: settings.Links ?? null,
    Aliases: names ? (settings.Aliases ?? null) : null,
    MacAddress: endpoint?.mac ?? "",
    DriverOpts: settings.DriverOpts ?? null,
    GwPriority: 0,
    NetworkID: (wasStarted && network?.networkId) || "",
    EndpointID: endpoint?.id ?? "",
    Gateway: endpoint?.address && network ? network.gateway : "",
    IPAddress: endpoint?.address ?? "",
    IPPrefixLen: endpoint?.prefix ?? 0,
    IPv6Gateway: "",
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    DNSNames: names && wasStarted && network && isUserDefined(network) ? dnsNames(row, settings, endpoint) : null,
  };
}

function dnsNames(row: ContainerRow, settings: EndpointSettings, endpoint: EndpointRow | undefined): readonly string[] {
  return endpoint?.names ?? [...new Set([row.name, ...(settings.Aliases ?? []), row.id.slice(0, 12)])];
}

/** `NetworkSettings` of inspect. */
export function networkSettingsJson(view: View, row: ContainerRow): Json {
  const networks = networksJson(view, row, true);
  const bridge = networks.bridge;
  const field = (name: string, empty: unknown) => bridge?.[name] ?? empty;
  const sandbox = hasSandbox(row) ? (row.sandboxId ?? "") : "";
  return {
    Bridge: "",
    SandboxID: sandbox,
    SandboxKey: sandbox && `/var/run/docker/netns/${usesHostNetwork(view, row) ? "default" : sandbox.slice(0, 12)}`,
    Ports: hasSandbox(row) ? portMap(view, row) : {},
    HairpinMode: false,
    LinkLocalIPv6Address: "",
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: field("EndpointID", ""),
    Gateway: field("Gateway", ""),
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    IPAddress: field("IPAddress", ""),
    IPPrefixLen: field("IPPrefixLen", 0),
    IPv6Gateway: "",
    MacAddress: field("MacAddress", ""),
    Networks: networks,
  };
}

/** Bindings by `PORT/PROTOCOL`; null for a port that is exposed only. */
function portMap(view: View, row: ContainerRow): Record<string, { HostIp: string; HostPort: string }[] | null> {
  const map: Record<string, { HostIp: string; HostPort: string }[] | null> = {};
  if (hasOwnPorts(view, row))
    for (const key of Object.keys(row.config.ExposedPorts ?? {}).sort(byPort)) map[key] = null;
  for (const { target, protocol, port, hostIp } of portsOf(view, row)) {
    const key = `${target.port}/${protocol}`;
    const bindings = map[key] ?? [];
    for (const ip of shownHostIps(hostIp)) bindings.push({ HostIp: ip, HostPort: String(port) });
    map[key] = bindings;
  }
  return map;
}

/** In a foreign network sandbox, and without one, nothing is exposed. */
function hasOwnPorts(view: View, row: ContainerRow): boolean {
  const mode = row.hostConfig.NetworkMode ?? "";
  return !mode.startsWith("container:") && mode !== "none" && !usesHostNetwork(view, row);
}

const byPort = (a: string, b: string) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);

export interface ListedPort {
  IP?: string;
  PrivatePort: number;
  PublicPort?: number;
  Type: string;
}

/** `Ports` of a list: one entry per host address. */
export function listedPorts(view: View, row: ContainerRow): ListedPort[] {
  if (!hasSandbox(row)) return [];
  return Object.entries(portMap(view, row)).flatMap(([key, bindings]) => {
    const { port: PrivatePort, protocol: Type } = parsePort(key);
    if (!bindings) return [{ PrivatePort, Type }];
    return bindings.map(({ HostIp: IP, HostPort }) => ({ IP, PrivatePort, PublicPort: Number(HostPort), Type }));
  });
}
