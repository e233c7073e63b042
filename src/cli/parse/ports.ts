/** Published ports: `-p 127.0.0.1:8000-8010:80-90/udp`, as go-connections' nat reads them. */
import { isIp } from "./cidr";

export interface PortBinding {
  HostIp: string;
  HostPort: string;
}

export interface PortSpecs {
  readonly exposed: Record<string, Record<string, never>>;
  readonly bindings: Record<string, PortBinding[]>;
}

/** All `-p` values together. Throws docker's messages. */
export function parsePortSpecs(specs: readonly string[]): PortSpecs {
  const exposed: Record<string, Record<string, never>> = {};
  const bindings: Record<string, PortBinding[]> = {};
  for (const spec of specs) {
    for (const { port, binding } of parsePortSpec(spec)) {
      exposed[port] = {};
      bindings[port] = [...(bindings[port] ?? []), binding];
    }
  }
  return { exposed, bindings };
}

/** One value: a range gives several mappings. */
export function parsePortSpec(spec: string): { port: string; binding: PortBinding }[] {
  const { ip, host, container } = split(spec);
  const [ports = "", proto = "tcp"] = container.split("/");
  if (ip !== "" && !isIp(ip)) throw new Error(`invalid IP address: ${ip}`);
  if (ports === "") throw new Error(`no port specified: ${spec}<empty>`);
  const inner = parseRange(ports, "containerPort");
  const outer = host === "" ? undefined : parseRange(host, "hostPort");
  const many = inner.end - inner.start;
  if (outer && outer.end - outer.start !== many && many !== 0) {
    throw new Error(`invalid ranges specified for container and host Ports: ${ports} and ${host}`);
  }
  if (!/^(tcp|udp|sctp)$/i.test(proto)) throw new Error(`invalid proto: ${proto}`);
  const result: { port: string; binding: PortBinding }[] = [];
  for (let offset = 0; offset <= many; offset++) {
    let hostPort = outer ? String(outer.start + offset) : "";
    if (outer && many === 0 && outer.end !== outer.start) hostPort = `${outer.start}-${outer.end}`;
    result.push({
      port: `${inner.start + offset}/${proto.toLowerCase()}`,
      binding: { HostIp: ip, HostPort: hostPort },
    });
  }
  return result;
}

function split(spec: string): { ip: string; host: string; container: string } {
  const v6 = /^\[([^\]]*)\]:?(.*)$/.exec(spec);
  const parts = (v6 ? (v6[2] ?? "") : spec).split(":");
  const container = parts.pop() ?? "";
  const host = parts.pop() ?? "";
  return { ip: v6 ? (v6[1] ?? "") : parts.join(":"), host, container };
}

/** `80` or `80-90`. `what` names the offender. */
export function parseRange(text: string, what: string): { start: number; end: number } {
  const [first = "", last = first, ...more] = text.split("-");
  const start = portNumber(first);
  const end = portNumber(last);
  if (start === undefined || end === undefined || more.length > 0 || end < start)
    throw new Error(`invalid ${what}: ${text}`);
  return { start, end };
}

function portNumber(text: string): number | undefined {
  return /^\d+$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined;
}
