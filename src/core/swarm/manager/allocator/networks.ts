/** Subnets and VXLAN ids of swarm networks (swarmkit `manager/allocator/network.go`). */
import type { Tx } from "../../../room";
import { DEFAULT_ADDRESS_POOL } from "../defaults";
import { nextIndex, written } from "../raft";
import type { SwarmNetworkRow } from "../tables";
import { claimAddress, overlaps, parseSubnet, toAddress } from "./addresses";

const FIRST_VXLAN = 4096;

/** Gives a network what it needs before anything can be attached to it; left as it is when its subnet is taken. */
export function allocateNetwork(tx: Tx, network: SwarmNetworkRow): void {
  const others = tx
    .table("swarmNetworks")
    .by("swarm", network.swarm)
    .filter((other) => other.id !== network.id && other.vxlan !== 0);
  const asked = network.spec.IPAM?.Config?.[0];
  const subnet = asked?.Subnet || freeSubnet(tx, network, others);
  if (!subnet || others.some((other) => overlaps(other.subnet, subnet))) return;
  const { base, prefix } = parseSubnet(subnet);
  const gateway = asked?.Gateway || toAddress(base + 1);
  const used = new Set(others.map((other) => other.vxlan));
  let vxlan = FIRST_VXLAN;
  while (used.has(vxlan)) vxlan++;
  claimAddress(tx, network.id, gateway, `network:${network.id}`);
  tx.table("swarmNetworks").patch(network.id, {
    subnet: `${toAddress(base)}/${prefix}`,
    gateway,
    vxlan,
    ...written(tx, nextIndex(tx, network.swarm)),
  });
}

function freeSubnet(tx: Tx, network: SwarmNetworkRow, others: readonly SwarmNetworkRow[]): string | undefined {
  const swarm = tx.table("swarms").get(network.swarm);
  const size = swarm?.subnetSize ?? 24;
  for (const pool of swarm?.addressPool ?? DEFAULT_ADDRESS_POOL) {
    const { base, size: total } = parseSubnet(pool);
    for (let at = base; at < base + total; at += 2 ** (32 - size)) {
      const subnet = `${toAddress(at)}/${size}`;
      if (!others.some((other) => overlaps(other.subnet, subnet))) return subnet;
    }
  }
  return undefined;
}
