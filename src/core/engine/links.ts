/** `--link` on the default bridge: hosts, and what the environment tells of the other (moby `daemon/links`). */
import type { Tx } from "../room";
import { parsePort } from "./endpoints";
import { lookUpContainer } from "./names";
import type { ContainerRow } from "./tables";

interface Link {
  readonly target: ContainerRow;
  readonly alias: string;
  readonly address: string;
}

function linksOf(tx: Pick<Tx, "table">, container: ContainerRow): Link[] {
  return (container.hostConfig.Links ?? []).flatMap((link): Link[] => {
    const [ref = "", alias = ref] = link.split(":");
    const target = lookUpContainer(tx, container.machine, ref);
    const endpoint = target && tx.table("endpoints").by("container", target.id)[0];
    return target && endpoint ? [{ target, alias: alias.replace(/^.*\//, ""), address: endpoint.address }] : [];
  });
}

/** Addresses with the alias, the container's short id and its name. */
export const linkedHosts = (tx: Pick<Tx, "table">, container: ContainerRow): [string, string[]][] =>
  linksOf(tx, container).map(({ target, alias, address }) => [
    address,
    [...new Set([alias, target.id.slice(0, 12), target.name])],
  ]);

/** NAME=value lines for each link: its ports, its name, its own environment. */
export const linkedEnvironment = (tx: Pick<Tx, "table">, container: ContainerRow): string[] =>
  linksOf(tx, container).flatMap((link) => {
    const prefix = link.alias.toUpperCase().replaceAll("-", "_");
    return [
      ...portLines(prefix, link),
      `${prefix}_NAME=/${container.name}/${link.alias}`,
      ...(link.target.config.Env ?? [])
        .filter((line) => line.includes("=") && !/^(HOME|PATH)=/.test(line))
        .map((line) => `${prefix}_ENV_${line}`),
    ];
  });

interface Port {
  readonly port: number;
  readonly protocol: string;
}

function portLines(prefix: string, { target, address }: Link): string[] {
  const ports = Object.keys(target.config.ExposedPorts ?? {})
    .map(parsePort)
    .sort((a, b) => a.port - b.port || Number(b.protocol === "tcp") - Number(a.protocol === "tcp"));
  const [first] = ports;
  if (!first) return [];
  const url = ({ port, protocol }: Port) => `${protocol}://${address}:${port}`;
  const name = ({ port, protocol }: Port) => `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
  const lines = [`${prefix}_PORT=${url(first)}`];
  let [start, end] = [first, first];
  const closeRange = () => {
    if (start === end) return;
    lines.push(`${name(start)}_START=${url(start)}`, `${name(start)}_PORT_START=${start.port}`);
    lines.push(`${name(start)}_END=${url(end)}`, `${name(start)}_PORT_END=${end.port}`);
  };
  ports.forEach((each, at) => {
    lines.push(`${name(each)}=${url(each)}`, `${name(each)}_ADDR=${address}`);
    lines.push(`${name(each)}_PORT=${each.port}`, `${name(each)}_PROTO=${each.protocol}`);
    const goesOn = each.port === end.port + 1 && each.protocol === start.protocol;
    if (goesOn) end = each;
    if (goesOn && at < ports.length - 1) return;
    closeRange();
    [start, end] = [each, each];
  });
  return lines;
}
