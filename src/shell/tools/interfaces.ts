/** ip, ifconfig and route: what a process sees of its interfaces, in busybox's words or those of iproute2 and net-tools. */
import type { Interface, Program, Sys } from "../../api/process";
import { complain, options, type ToolTable } from "./common";
import { isBusybox } from "./processes";

const LOOPBACK: Interface = {
  name: "lo",
  index: 1,
  address: "127.0.0.1",
  prefix: 8,
  mac: "00:00:00:00:00:00",
  mtu: 65536,
};

const isLoopback = (each: Interface) => each.name === "lo";

const numberOf = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const textOf = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
const sizeOf = (prefix: number) => 2 ** (32 - prefix);
const baseOf = ({ address, prefix }: Interface) => Math.floor(numberOf(address) / sizeOf(prefix)) * sizeOf(prefix);
const broadcastOf = (each: Interface) => textOf(baseOf(each) + sizeOf(each.prefix) - 1);
const maskOf = ({ prefix }: Interface) => textOf(2 ** 32 - sizeOf(prefix));

function linkLine(each: Interface, busybox: boolean): string {
  const lo = isLoopback(each);
  const peer = each.peer === undefined ? "" : `@if${each.peer}`;
  const flags = `${lo ? "LOOPBACK" : "BROADCAST,MULTICAST"},UP,LOWER_UP${busybox && peer ? ",M-DOWN" : ""}`;
  const queue = `${busybox ? (lo ? " qlen 1000" : " ") : ` group default${lo ? " qlen 1000" : " "}`}`;
  const away = lo ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff";
  return (
    `${each.index}: ${each.name}${peer}: <${flags}> mtu ${each.mtu} qdisc noqueue state ${lo ? "UNKNOWN" : "UP"}${queue}\n` +
    `    link/${lo ? "loopback" : "ether"} ${each.mac} brd ${away}${!busybox && peer ? " link-netnsid 0" : ""}\n`
  );
}

function addressLine(each: Interface): string {
  const lo = isLoopback(each);
  const broadcast = lo ? "" : ` brd ${broadcastOf(each)}`;
  return (
    `    inet ${each.address}/${each.prefix}${broadcast} scope ${lo ? "host" : "global"} ${each.name}\n` +
    "       valid_lft forever preferred_lft forever\n"
  );
}

function routeLines(sys: Sys, busybox: boolean): string {
  const found = sys.net.addresses;
  const via = found.find((each) => each.gateway);
  const middle = busybox ? "scope link  src" : "proto kernel scope link src";
  return [
    ...(via ? [`default via ${via.gateway} dev ${via.name} \n`] : []),
    ...[...found]
      .sort((a, b) => baseOf(a) - baseOf(b))
      .map((each) => `${textOf(baseOf(each))}/${each.prefix} dev ${each.name} ${middle} ${each.address} \n`),
  ].join("");
}

const OBJECTS = ["address", "link", "route", "neigh"] as const;

const ip: Program = async (sys) => {
  const busybox = isBusybox(sys);
  const [given = "address", ...rest] = sys.argv.slice(1).filter((word) => !word.startsWith("-"));
  const object = OBJECTS.find((each) => each.startsWith(given)) ?? (given === "addr" ? "address" : undefined);
  if (!object)
    return complain(
      sys,
      busybox ? `invalid argument '${given}' to 'ip'` : `Object "${given}" is unknown, try "ip help".`,
      busybox ? 1 : 255,
    );
  if (object === "neigh") return 0;
  if (object === "route") return sys.stdout.write(routeLines(sys, busybox)).then(() => 0);
  const name = rest.filter((word) => !/^(show|list|ls|dev|up)$/.test(word))[0];
  const shown = [LOOPBACK, ...sys.net.addresses].filter((each) => name === undefined || each.name === name);
  if (shown.length === 0)
    return complain(sys, busybox ? `can't find device '${name}'` : `Device "${name}" does not exist.`, 1);
  const text = shown.map((each) => linkLine(each, busybox) + (object === "address" ? addressLine(each) : ""));
  await sys.stdout.write(text.join(""));
  return 0;
};

/** Counters stand still: packets are not counted here. */
const COUNTERS =
  "          RX packets:0 errors:0 dropped:0 overruns:0 frame:0\n          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0\n";
const BYTES = "          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)\n\n";

function block(each: Interface): string {
  const lo = isLoopback(each);
  const head = lo ? "Link encap:Local Loopback  " : `Link encap:Ethernet  HWaddr ${each.mac.toUpperCase()}  `;
  const broadcast = lo ? "" : `  Bcast:${broadcastOf(each)}`;
  return (
    `${each.name.padEnd(10)}${head}\n          inet addr:${each.address}${broadcast}  Mask:${maskOf(each)}\n` +
    `          UP ${lo ? "LOOPBACK RUNNING" : "BROADCAST RUNNING MULTICAST"}  MTU:${each.mtu}  Metric:1\n` +
    `${COUNTERS}          collisions:0 txqueuelen:${lo ? 1000 : 0} \n${BYTES}`
  );
}

const ifconfig: Program = async (sys) => {
  const [name] = options(sys).rest;
  const shown = [...sys.net.addresses, LOOPBACK].filter((each) => name === undefined || each.name === name);
  if (shown.length === 0) return complain(sys, `${name}: error fetching interface information: Device not found`);
  await sys.stdout.write(shown.map(block).join(""));
  return 0;
};

const route: Program = async (sys) => {
  const via = sys.net.addresses.find((each) => each.gateway);
  const row = (to: string, gateway: string, mask: string, flags: string, name: string) =>
    `${to.padEnd(16)}${gateway.padEnd(16)}${mask.padEnd(16)}${flags.padEnd(5)} 0      0        0 ${name}\n`;
  const numeric = options(sys).has("n");
  await sys.stdout.write(
    [
      "Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n",
      ...(via?.gateway ? [row(numeric ? "0.0.0.0" : "default", via.gateway, "0.0.0.0", "UG", via.name)] : []),
      ...[...sys.net.addresses]
        .sort((a, b) => baseOf(a) - baseOf(b))
        .map((each) => row(textOf(baseOf(each)), numeric ? "0.0.0.0" : "*", maskOf(each), "U", each.name)),
    ].join(""),
  );
  return 0;
};

export const interfaceTools: ToolTable = { ip, ifconfig, route };
