/** IPv4 addresses and networks in CIDR notation, as numbers. */

export interface Cidr {
  readonly base: number; // unsigned, its host bits cleared
  readonly prefix: number;
}

export function parseIp(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  let value = 0;
  for (const part of match.slice(1)) {
    const octet = Number(part);
    if (octet > 255 || (part.length > 1 && part.startsWith("0"))) return undefined;
    value = value * 256 + octet;
  }
  return value;
}

export const formatIp = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

const parsed = new Map<string, Cidr | undefined>();

/** Texts remembered, before all are forgotten. */
const MOST_TEXTS = 1000;

export function parseCidr(text: string): Cidr | undefined {
  const known = parsed.get(text);
  if (known) return known;
  const cidr = parse(text);
  if (parsed.size >= MOST_TEXTS) parsed.clear();
  parsed.set(text, cidr);
  return cidr;
}

function parse(text: string): Cidr | undefined {
  const [address = "", bits = ""] = text.split("/");
  const value = parseIp(address);
  if (value === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  const prefix = Number(bits);
  return { base: value - (value % sizeOf(prefix)), prefix };
}

export const sizeOf = (prefix: number): number => 2 ** (32 - prefix);

export const formatCidr = ({ base, prefix }: Cidr): string => `${formatIp(base)}/${prefix}`;

export const contains = ({ base, prefix }: Cidr, address: number): boolean =>
  address >= base && address < base + sizeOf(prefix);

export const overlaps = (a: Cidr, b: Cidr): boolean => contains(a, b.base) || contains(b, a.base);
