/** Addresses that a machine advertises (moby `daemon/cluster/listen_addr.go`). */
import { invalidParameter } from "../../errors";
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

export function checkAvailability(availability: string): "active" | "pause" | "drain" {
  const given = availability || "active";
  if (given === "active" || given === "pause" || given === "drain") return given;
  throw invalidParameter(`invalid Availability: "${availability}"`);
}
