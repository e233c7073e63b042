/** A service's ports in their short form: `8000-8001:80`, one entry for each published port. */
import { parsePortSpec, parseRange } from "../parse/ports";
import type { PortConfig } from "./types";
import type { YamlValue } from "./yaml-scalars";

/** Throws docker's messages; an address to listen on is ignored with a warning. */
export function parsePorts(value: YamlValue, warn: (message: string) => void): PortConfig[] {
  if (typeof value === "number") throw new Error("invalid type float64 for port");
  const specs = parsePortSpec(String(value)).sort((a, b) => (a.port < b.port ? -1 : a.port > b.port ? 1 : 0));
  return specs.flatMap(({ port, binding }) => {
    const [target = "", protocol = "tcp"] = port.split("/");
    warnOfAddress(binding.HostIp, binding.HostPort, port, warn);
    const range = binding.HostPort === "" ? { start: 0, end: 0 } : parseRange(binding.HostPort, "hostPort");
    return Array.from({ length: range.end - range.start + 1 }, (_, offset) => ({
      mode: "ingress",
      target: Number(target),
      published: range.start + offset,
      protocol,
    }));
  });
}

function warnOfAddress(address: string, hostPort: string, port: string, warn: (message: string) => void): void {
  if (address === "" || /^[0:.]+$/.test(address)) return;
  const host = address.includes(":") ? `[${address}]` : address;
  warn(`ignoring IP-address (${host}:${hostPort}:${port}) service will listen on '0.0.0.0'`);
}
