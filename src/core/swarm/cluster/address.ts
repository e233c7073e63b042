/** Addresses that a machine advertises (moby `daemon/cluster/listen_addr.go`). */
import { invalidParameter, systemError } from "../../errors";
import { parseCidr } from "../../net/ip";
import type { Tx } from "../../room";

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;

/** The address without port: the machine's own when nothing is asked; any IP or an interface of the machine. */
export function advertisedAddress(tx: Tx, machine: string, asked: string): string {
  const own = tx.table("machines").get(machine)?.address ?? "";
  const host = asked.replace(/:\d+$/, "");
  if (host === "" || host === "eth0") return own;
  if (IPV4.test(host) && host !== "0.0.0.0") return host;
  throw invalidParameter(
    "advertise address must be a non-zero IP address or network interface (with optional port number)",
  );
}

/** Where to listen: anywhere, an IP, or an interface of the machine. */
export function checkListenAddress(asked: string): void {
  const host = asked.replace(/:\d+$/, "");
  if (host === "" || host === "eth0" || IPV4.test(host)) return;
  throw invalidParameter("listen address must be an IP address or network interface (with optional port number)");
}

export function checkDataPathAddress(asked: string): void {
  if (asked === "" || asked === "eth0" || (IPV4.test(asked) && asked !== "0.0.0.0")) return;
  throw invalidParameter(
    "data path address must be a non-zero IP address or network interface (without a port number)",
  );
}

/** Bounds of VXLAN's port. */
const DATA_PATH_PORTS = { least: 1024, most: 49_151 } as const;

export function checkDataPathPort(port: number): void {
  if (port !== 0 && (port < DATA_PATH_PORTS.least || port > DATA_PATH_PORTS.most))
    throw systemError(`Datapath port number is not in valid range (1024-49151) : ${port}`);
}

/** Networks from which overlays get their subnets of `size` bits each. */
export function checkAddressPool(pool: readonly string[] | null, size: number): void {
  if (!pool) return;
  if (size > 32) throw systemError(`subnet size is out of range: ${size}`);
  for (const each of pool) {
    const cidr = parseCidr(each);
    if (!cidr) throw systemError(`invalid base pool ${each}: invalid CIDR address: ${each}`);
    if (size < cidr.prefix)
      throw systemError(`invalid CIDR: ${JSON.stringify(each)}. Subnet size is too small for pool: ${size}`);
  }
}

export function checkAvailability(availability: string): "active" | "pause" | "drain" {
  const given = availability || "active";
  if (given === "active" || given === "pause" || given === "drain") return given;
  throw invalidParameter(`invalid Availability: "${availability}"`);
}
