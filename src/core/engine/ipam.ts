/** Addresses of an engine's networks: the default pools of subnets, and the lowest free address in each (libnetwork `ipams/defaultipam`). */
import { forbidden, systemError } from "../errors";
import { type Cidr, contains, formatCidr, formatIp, overlaps, parseCidr, parseIp, sizeOf } from "../net/ip";
import type { View } from "../store/store";
import type { NetworkRow } from "./tables";

/** Subnets in the order in which libnetwork hands them out (`ipamutils/utils.go`). */
const DEFAULT_POOLS: readonly Cidr[] = [
  ...Array.from({ length: 15 }, (_, n) => parseCidr(`172.${17 + n}.0.0/16`) as Cidr),
  ...Array.from({ length: 16 }, (_, n) => parseCidr(`192.168.${n * 16}.0/20`) as Cidr),
];

interface IpamConfig {
  readonly Subnet?: string;
  readonly IPRange?: string;
  readonly Gateway?: string;
  readonly AuxiliaryAddresses?: Readonly<Record<string, string>>;
}

/** What the client asked for, per subnet. */
export const ipamConfigs = (network: { readonly ipam: unknown }): readonly IpamConfig[] =>
  ((network.ipam as { Config?: IpamConfig[] | null } | null)?.Config ?? []).filter((each) => each.Subnet);

/** True when a user may choose addresses in it. */
export const hasUserSubnet = (network: NetworkRow): boolean =>
  network.scope === "swarm" || ipamConfigs(network).length > 0;

/** The first default subnet that neither a network of the machine nor its own wire uses. */
export function freePool(view: View, machine: string): Cidr {
  const taken = usedSubnets(view, machine);
  const pool = DEFAULT_POOLS.find((each) => !taken.some((other) => overlaps(each, other)));
  if (!pool) throw systemError("all predefined address pools have been fully subnetted");
  return pool;
}

/** Throws when a subnet cannot be had. */
export function claimSubnet(view: View, machine: string, subnet: Cidr): void {
  const taken = view.table("networks").by("machine", machine).flatMap(cidrsOf);
  if (taken.some((other) => overlaps(subnet, other)))
    throw forbidden("invalid pool request: Pool overlaps with other one on this address space");
}

function usedSubnets(view: View, machine: string): Cidr[] {
  const address = view.table("machines").get(machine)?.address ?? "";
  const wire = parseCidr(`${address}/24`);
  return [...view.table("networks").by("machine", machine).flatMap(cidrsOf), ...(wire ? [wire] : [])];
}

function cidrsOf(network: NetworkRow): Cidr[] {
  const cidr = network.scope === "local" ? parseCidr(network.subnet) : undefined;
  return cidr ? [cidr] : [];
}

export const firstAddress = (subnet: Cidr): string => formatIp(subnet.base + 1);

/** The wanted address, or the lowest free one, with its prefix. Throws Docker's refusal. */
export function allocateAddress(view: View, network: NetworkRow, wanted = ""): { address: string; prefix: number } {
  const subnet = parseCidr(network.subnet);
  if (!subnet) throw systemError(`network ${network.name} has no subnet`);
  const isTaken = takenIn(view, network);
  if (wanted !== "") {
    if (isTaken(wanted)) throw forbidden("failed to set up container networking: Address already in use");
    return { address: wanted, prefix: subnet.prefix };
  }
  const isGiven = (address: string) => isTaken(address) || isClaimed(view, network, address);
  const address = lowest(rangeOf(network, subnet), subnet, isGiven);
  if (!address)
    throw systemError(
      "failed to set up container networking: no available IPv4 addresses on this network's address pools: " +
        `${network.name} (${network.networkId})`,
    );
  return { address, prefix: subnet.prefix };
}

/** Whether an endpoint, the gateway or an auxiliary address has it. */
function takenIn(view: View, network: NetworkRow): (address: string) => boolean {
  const reserved = new Set([network.gateway]);
  for (const config of ipamConfigs(network))
    for (const address of Object.values(config.AuxiliaryAddresses ?? {})) reserved.add(address);
  const endpoints = view.table("endpoints");
  if (network.scope === "swarm")
    // all machines' endpoints are on it
    return (address) => reserved.has(address) || endpoints.count("address", `${network.networkId}/${address}`) > 0;
  for (const endpoint of endpoints.by("network", network.networkId)) reserved.add(endpoint.address);
  return (address) => reserved.has(address);
}

function rangeOf(network: NetworkRow, subnet: Cidr): Cidr {
  const range = ipamConfigs(network)[0]?.IPRange;
  return (range ? parseCidr(range) : undefined) ?? subnet;
}

function lowest(range: Cidr, subnet: Cidr, isGiven: (address: string) => boolean): string | undefined {
  const last = subnet.base + sizeOf(subnet.prefix) - 1;
  for (let value = range.base; value < range.base + sizeOf(range.prefix); value++) {
    if (value === subnet.base || value === last) continue;
    const address = formatIp(value);
    if (!isGiven(address)) return address;
  }
  return undefined;
}

/** Whether the swarm has given it to a service or a task. */
const isClaimed = (view: View, network: NetworkRow, address: string): boolean =>
  network.scope === "swarm" && view.table("addresses").has(`${network.networkId}/${address}`);

/** What is wrong with an address a user asked for on a network; nothing when it is fine (moby `daemon/network.go`). */
export function addressFaults(network: NetworkRow, wanted: string): string[] {
  if (wanted === "") return [];
  const faults: string[] = [];
  if (network.name === "bridge") faults.push("user specified IP address is supported on user defined networks only");
  const value = parseIp(wanted);
  const subnet = parseCidr(network.subnet);
  if (!hasUserSubnet(network))
    faults.push("user specified IP address is supported only when connecting to networks with user configured subnets");
  else if (value === undefined) faults.push(`invalid IPv4 address: ${wanted}`);
  else if (!subnet || !contains(subnet, value))
    faults.push(`no configured subnet or ip-range contain the IP address ${wanted}`);
  return faults;
}

export { formatCidr };
