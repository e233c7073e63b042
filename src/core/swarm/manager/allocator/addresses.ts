/** Addresses of swarm networks, given out serially: the search starts after the last one, so a freed address rests until the rest was used. */
import type { Tx } from "../../../room";

/** Splits `10.0.1.0/24`. */
export function parseSubnet(subnet: string): { readonly base: number; readonly size: number; readonly prefix: number } {
  const [address = "", bits = "24"] = subnet.split("/");
  const prefix = Number(bits);
  const size = 2 ** (32 - prefix);
  return { base: Math.floor(toNumber(address) / size) * size, size, prefix };
}

export const toNumber = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

export const toAddress = (value: number) =>
  [
    Math.floor(value / 16777216) % 256,
    Math.floor(value / 65536) % 256,
    Math.floor(value / 256) % 256,
    value % 256,
  ].join(".");

export const overlaps = (a: string, b: string): boolean => {
  const [x, y] = [parseSubnet(a), parseSubnet(b)];
  return x.base < y.base + y.size && y.base < x.base + x.size;
};

/** Takes the next free address of a network, as `10.0.1.3/24`; undefined when there is none. */
export function takeAddress(tx: Tx, network: { id: string; subnet: string }, owner: string): string | undefined {
  const { base, size, prefix } = parseSubnet(network.subnet);
  const table = tx.table("addresses");
  const last = tx.table("allocatorCursors").get(network.id)?.last ?? 1;
  if (table.count("network", network.id) >= size - 2) return undefined;
  for (let step = 1; step < size; step++) {
    const host = (last + step) % size;
    if (host === 0 || host === size - 1) continue;
    const address = toAddress(base + host);
    const id = `${network.id}/${address}`;
    if (table.has(id)) continue;
    table.put({ id, owner });
    tx.table("allocatorCursors").put({ id: network.id, last: host });
    return `${address}/${prefix}`;
  }
  return undefined;
}

/** Takes one particular address. */
export function claimAddress(tx: Tx, networkId: string, address: string, owner: string): void {
  tx.table("addresses").put({ id: `${networkId}/${address}`, owner });
}

/** Gives back all that an owner holds. */
export function freeAddresses(tx: Tx, owner: string): void {
  if (tx.table("addresses").count("owner", owner) === 0) return;
  for (const row of tx.table("addresses").by("owner", owner)) tx.table("addresses").delete(row.id);
}
