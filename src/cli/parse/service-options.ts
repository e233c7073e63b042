/** Flag values of `service create` and `service update`: ports, networks, secrets, configs, placement preferences. */

import type { GenericResource, PortSpec, UlimitSpec } from "../api";
import type { NamedFile } from "../commands/service/references";
import { parsePorts } from "../compose/ports";

/** `8080:80`, `published=8080,target=80,mode=host`. Throws docker's messages. */
export function parsePublish(value: string): PortSpec[] {
  if (/\w+=\w+(,\w+=\w+)*/.test(value)) return [parseLongPort(value)];
  const ports = parsePorts(value, () => {
    throw new Error("hostip is not supported");
  });
  return ports.map((port) => ({
    Protocol: port.protocol ?? "tcp",
    TargetPort: port.target ?? 0,
    ...(port.published ? { PublishedPort: port.published } : {}),
    PublishMode: "ingress",
  }));
}

function parseLongPort(value: string): PortSpec {
  const port: PortSpec = {};
  for (const field of value.toLowerCase().split(",")) {
    const [key, content] = keyValue(field);
    if (content === undefined || key === "") throw new Error(`invalid field: ${field}`);
    switch (key) {
      case "protocol":
        if (!["tcp", "udp", "sctp"].includes(content)) throw new Error(`invalid protocol value '${content}'`);
        port.Protocol = content;
        break;
      case "mode":
        if (content !== "ingress" && content !== "host")
          throw new Error(`invalid publish mode value (${content}): must be either 'ingress' or 'host'`);
        port.PublishMode = content;
        break;
      case "target":
        port.TargetPort = portNumber("target", content);
        break;
      case "published":
        port.PublishedPort = portNumber("published", content);
        break;
      default:
        throw new Error(`invalid field key: ${key}`);
    }
  }
  if (!port.TargetPort) throw new Error("missing mandatory field 'target'");
  return { Protocol: "tcp", PublishMode: "ingress", ...port };
}

function portNumber(name: string, text: string): number {
  const reason = !/^\d+$/.test(text) ? "invalid syntax" : Number(text) > 65535 ? "value out of range" : undefined;
  if (reason) throw new Error(`invalid ${name} port (${text}): value must be an integer: ${reason}`);
  return Number(text);
}

function keyValue(field: string): [string, string | undefined] {
  const at = field.indexOf("=");
  return at < 0 ? [field, undefined] : [field.slice(0, at), field.slice(at + 1)];
}

/** `sec`, `source=sec,target=/etc/sec,mode=0400`. `kind` is for the messages. */
export function parseFileReference(kind: "secret" | "config", value: string): NamedFile {
  const file = { Name: "", UID: "0", GID: "0", Mode: 0o444 };
  if (!/[,=]/.test(value)) return { name: value, file: { ...file, Name: value } };
  let name = "";
  for (const field of value.split(",")) {
    const [key, content] = keyValue(field);
    if (content === undefined || key === "") throw new Error(`invalid field '${field}' must be a key=value pair`);
    switch (key.toLowerCase()) {
      case "source":
      case "src":
        name = content;
        break;
      case "target":
        file.Name = content;
        break;
      case "uid":
        file.UID = content;
        break;
      case "gid":
        file.GID = content;
        break;
      case "mode":
        file.Mode = fileMode(content);
        break;
      default:
        throw new Error(`invalid field in ${kind} request: ${key}`);
    }
  }
  if (name === "") throw new Error("source is required");
  return { name, file: { ...file, Name: file.Name || name } };
}

function fileMode(text: string): number {
  const digits = text.replace(/^0(?=[0-7])/, "0o");
  if (!/^(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[0-9]+)$/.test(digits))
    throw new Error(`invalid mode specified: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(digits);
}

export interface NetworkOption {
  readonly target: string;
  readonly aliases: string[];
  readonly options: Record<string, string>;
}

/** `mynet`, `name=mynet,alias=db`. */
export function parseNetwork(value: string): NetworkOption {
  const result = { target: value, aliases: [] as string[], options: {} as Record<string, string> };
  if (!/\w+=\w+(,\w+=\w+)*/.test(value)) return result;
  result.target = "";
  for (const field of value.split(",")) {
    const [key, content] = keyValue(field);
    if (content === undefined || key === "") throw new Error(`invalid key=value: ${field}`);
    const name = key.trim().toLowerCase();
    if (name === "name") result.target = content.trim();
    else if (name === "alias") result.aliases.push(content.trim());
    else if (name === "driver-opt") {
      const [option, set] = keyValue(content);
      if (set === undefined) throw new Error("invalid key value pair format in driver options");
      result.options[option.trim()] = set.trim();
    } else throw new Error(`invalid field key ${name}`);
  }
  if (result.target === "") throw new Error("network name/id is not specified");
  return result;
}

/** `spread=node.labels.zone`. */
export function parsePreference(value: string): { Spread: { SpreadDescriptor: string } } {
  const [strategy, descriptor] = keyValue(value);
  if (descriptor === undefined || strategy === "")
    throw new Error('placement preference must be of the format "<strategy>=<arg>"');
  if (strategy !== "spread") throw new Error(`unsupported placement preference ${strategy} (only spread is supported)`);
  return { Spread: { SpreadDescriptor: descriptor } };
}

/** `nofile=1024:2048`. */
export function parseUlimit(value: string): UlimitSpec {
  const [name, limits] = keyValue(value);
  if (limits === undefined) throw new Error(`invalid ulimit argument: ${value}`);
  const [soft = "", hard = soft] = limits.split(":");
  for (const text of [soft, hard]) {
    if (!/^-?\d+$/.test(text)) throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  if (Number(hard) !== -1 && Number(soft) > Number(hard))
    throw new Error(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
  return { Name: name, Hard: Number(hard), Soft: Number(soft) };
}

/** `gpu=2` is counted, `gpu=UUID` is named. */
export function parseGenericResource(value: string): GenericResource {
  const [kind, content] = keyValue(value);
  if (content === undefined) throw new Error(`invalid generic-resource format \`${value}\` expected \`name=value\``);
  if (/^\d+$/.test(content)) return { DiscreteResourceSpec: { Kind: kind, Value: Number(content) } };
  return { NamedResourceSpec: { Kind: kind, Value: content } };
}

/** `host:ip` as `ip host`. */
export function swarmHost(value: string): string {
  const [host, address] = /^([^:=]+)[:=](.*)$/.exec(value)?.slice(1) ?? [];
  if (!host || !address) throw new Error(`bad format for add-host: ${JSON.stringify(value)}`);
  return `${address} ${host}`;
}
