/** What the values of `run` and `create` must look like; the messages are docker's (`opts`, `go-units` ulimit). */
import { isAddress } from "../../parse/address";
import { parseMount } from "../../parse/mount";
import { ramInBytes } from "../../parse/size";

const asIs = (check: (value: string) => unknown) => (value: string) => {
  check(value);
  return value;
};

const ULIMITS = "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split(
  " ",
);

/** `NAME=SOFT[:HARD]` as the API wants it. Throws docker's messages. */
export function parseUlimit(value: string): { Name: string; Hard: number; Soft: number } {
  const at = value.indexOf("=");
  const name = value.slice(0, at);
  if (at < 0) throw new Error(`invalid ulimit argument: ${value}`);
  if (!ULIMITS.includes(name)) throw new Error(`invalid ulimit type: ${name}`);
  const parts = value.slice(at + 1).split(":");
  if (parts.length > 2)
    throw new Error(
      `too many limit value arguments - ${value.slice(at + 1)}, can only have up to two, \`soft[:hard]\``,
    );
  const [soft = 0, hard = soft] = parts.map((part) => {
    if (!/^[+-]?\d+$/.test(part)) throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(part)}: invalid syntax`);
    return Number(part);
  });
  if (hard !== -1 && (soft === -1 || soft > hard))
    throw new Error(
      soft === -1
        ? `ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: ${hard}`
        : `ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`,
    );
  return { Name: name, Hard: hard, Soft: soft };
}

/** `PATH:RATE`; `size` reads the rate as bytes. */
export function parseThrottle(value: string, size: boolean): { Path: string; Rate: number } {
  const [path, rate, ...more] = value.split(":");
  if (rate === undefined || more.length > 0) throw new Error(`bad format: ${value}`);
  if (!path?.startsWith("/dev/")) throw new Error(`bad format for device path: ${value}`);
  const form = size
    ? "<device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb"
    : "<device-path>:<number>. Number must be a positive integer";
  const fault = new Error(`invalid rate for device: ${value}. The correct format is ${form}`);
  if (!size && !/^\d+$/.test(rate)) throw fault;
  try {
    return { Path: path, Rate: size ? ramInBytes(rate) : Number(rate) };
  } catch {
    throw fault;
  }
}

export function parseWeight(value: string): { Path: string; Weight: number } {
  const [path, weight, ...more] = value.split(":");
  if (weight === undefined || more.length > 0) throw new Error(`bad format: ${value}`);
  if (!path?.startsWith("/dev/")) throw new Error(`bad format for device path: ${value}`);
  const number = Number(weight);
  if (!/^\d+$/.test(weight) || (number > 0 && (number < 10 || number > 1000)))
    throw new Error(`invalid weight for device: ${value}`);
  return { Path: path, Weight: number };
}

const throttle = (size: boolean) => asIs((value) => parseThrottle(value, size));

function checkLabel(value: string): void {
  if (value === "" || value.startsWith("=")) throw new Error(`invalid label '${value}': empty name`);
}

function checkHost(value: string): void {
  const [, name, address = ""] = /^([^:=]+)[:=](.+)$/.exec(value) ?? [];
  if (name === undefined) throw new Error(`bad format for add-host: ${JSON.stringify(value)}`);
  if (address !== "host-gateway" && !isAddress(address.replace(/^\[(.*)\]$/, "$1")))
    throw new Error(`invalid IP address in add-host: ${JSON.stringify(address)}`);
}

/** Checks of flag values that `run` and `create` share. */
export const CREATE_CHECKS = {
  mount: asIs(parseMount),
  "memory-swap": asIs((value) => value === "-1" || ramInBytes(value)),
  env: asIs((value) => {
    if (value === "" || value.startsWith("=")) throw new Error(`invalid environment variable: ${value}`);
  }),
  attach: asIs((value) => {
    if (!/^(stdin|stdout|stderr)$/i.test(value)) throw new Error("valid streams are STDIN, STDOUT and STDERR");
  }),
  label: asIs(checkLabel),
  "add-host": asIs(checkHost),
  link: asIs((value) => {
    if (value === "" || value.split(":").length > 2) throw new Error(`bad format for links: ${value}`);
  }),
  dns: asIs((value) => {
    if (!isAddress(value.trim())) throw new Error(`IP address is not correctly formatted: ${value}`);
  }),
  ulimit: asIs(parseUlimit),
  sysctl: asIs((value) => {
    if (!value.includes("=")) throw new Error(`sysctl '${value}' is not allowed`);
  }),
  gpus: asIs((value) => {
    if (!/^(all|-?\d+|.*=.*)$/.test(value))
      throw new Error(`invalid count (${value}): value must be either "all" or an integer: invalid syntax`);
  }),
  "blkio-weight-device": asIs(parseWeight),
  "device-read-bps": throttle(true),
  "device-write-bps": throttle(true),
  "device-read-iops": throttle(false),
  "device-write-iops": throttle(false),
};
