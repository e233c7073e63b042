/** Subnets as `network create` reads them. */
import { CliError } from "../errors";

/** Splits `10.0.0.0/24`. Throws Go's `invalid CIDR address: x`. */
export function parseCidr(text: string): { address: string; bits: number } {
  const [address = "", bits = ""] = text.split("/");
  const valid =
    /^\d+$/.test(bits) && (address.includes(":") ? Number(bits) <= 128 : isIpv4(address) && Number(bits) <= 32);
  if (!valid) throw new CliError(`invalid CIDR address: ${text}`);
  return { address, bits: Number(bits) };
}

/** Four numbers up to 255. */
export function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

/** An IPv4 or (loosely) an IPv6 address. */
export function isIp(text: string): boolean {
  return isIpv4(text) || (/^[0-9a-fA-F:.]+$/.test(text) && text.includes(":"));
}

/** Does the subnet hold the address? */
export function containsAddress(subnet: string, address: string): boolean {
  const { address: base, bits } = parseCidr(subnet);
  if (base.includes(":")) return address.includes(":");
  if (!isIpv4(address)) return false;
  const size = 2 ** (32 - bits);
  return Math.floor(toNumber(address) / size) === Math.floor(toNumber(base) / size);
}

function toNumber(address: string): number {
  return address.split(".").reduce((value, part) => value * 256 + Number(part), 0);
}
