/** `dd`: copies blocks, and says how many. */
import type { Input, Sys } from "../../api/process";
import { deviceInput } from "../devices";
import { codeOf, joinBytes } from "../streams";
import { complain, errorText, here } from "./common";

/** Bytes that are copied at most: more than any file here may hold, so that a full disk shows. */
const MOST = 33 * 1024 * 1024;
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  c: 1,
  w: 2,
  b: 512,
  kB: 1000,
  k: 1024,
  K: 1024,
  KiB: 1024,
  MB: 1000 ** 2,
  M: 1024 ** 2,
  MiB: 1024 ** 2,
  GB: 1000 ** 3,
  G: 1024 ** 3,
  GiB: 1024 ** 3,
};
const OPERANDS = new Set(["if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "conv", "status", "iflag", "oflag"]);

interface Plan {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly block: number;
  readonly count: number;
  readonly skip: number;
  readonly seek: number;
  readonly truncate: boolean;
  readonly silent: boolean;
}

export async function dd(sys: Sys): Promise<number> {
  const plan = readOperands(sys.argv.slice(1));
  if (typeof plan === "string") return complain(sys, plan);
  let input: Input;
  try {
    input = plan.from === undefined ? sys.stdin : open(sys, plan.from);
  } catch (error) {
    return complain(sys, `failed to open '${plan.from}': ${errorText(error)}`);
  }
  const began = sys.clock.now();
  const wanted = plan.count * plan.block;
  const bytes = await take(input, plan.skip * plan.block, Math.min(wanted, MOST));
  let full = false;
  try {
    await put(sys, plan, bytes);
  } catch (error) {
    if (codeOf(error) !== "ENOSPC") return complain(sys, `failed to open '${plan.to}': ${errorText(error)}`);
    full = true;
    await complain(sys, `error writing '${plan.to ?? "standard output"}': ${errorText(error)}`);
  }
  if (!plan.silent) await sys.stderr.write(report(full ? 0 : bytes.length, plan.block, sys.clock.now() - began));
  return full ? 1 : 0;
}

function readOperands(args: readonly string[]): Plan | string {
  const given = new Map<string, string>();
  for (const arg of args) {
    const [name = "", value] = arg.split(/=(.*)/s);
    if (value === undefined || !OPERANDS.has(name)) return `unrecognized operand '${arg}'`;
    given.set(name, value);
  }
  const sizes: Record<string, number> = {};
  for (const name of ["bs", "ibs", "count", "skip", "seek"]) {
    const text = given.get(name);
    if (text === undefined) continue;
    const size = sizeOf(text);
    if (size === undefined || (size === 0 && name.endsWith("bs"))) return `invalid number: '${text}'`;
    sizes[name] = size;
  }
  return {
    from: given.get("if"),
    to: given.get("of"),
    block: sizes.bs ?? sizes.ibs ?? 512,
    count: sizes.count ?? Number.POSITIVE_INFINITY,
    skip: sizes.skip ?? 0,
    seek: sizes.seek ?? 0,
    truncate: !(given.get("conv") ?? "").split(",").includes("notrunc"),
    silent: given.get("status") === "none",
  };
}

/** `1M`, `512`, `2x512`; undefined when it is no size. */
function sizeOf(text: string): number | undefined {
  let product = 1;
  for (const factor of text.split("x")) {
    const [, digits, unit = ""] = /^(\d+)([A-Za-z]*)$/.exec(factor) ?? [];
    const scale = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (digits === undefined || scale === undefined) return undefined;
    product *= Number(digits) * scale;
  }
  return product;
}

function open(sys: Sys, name: string): Input {
  const path = here(sys, name);
  const device = deviceInput(sys, path);
  if (device) return device;
  let left: Uint8Array | undefined = sys.files.readFile(path);
  return {
    read: async () => {
      const bytes = left;
      left = undefined;
      return bytes;
    },
  };
}

async function take(input: Input, skip: number, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let passed = 0;
  let taken = 0;
  while (taken < most) {
    const part = await input.read();
    if (!part) break;
    const rest = part.subarray(Math.min(part.length, Math.max(0, skip - passed)));
    passed += part.length;
    const bytes = rest.subarray(0, most - taken);
    parts.push(bytes);
    taken += bytes.length;
  }
  return joinBytes(parts);
}

async function put(sys: Sys, { to, block, seek, truncate }: Plan, bytes: Uint8Array): Promise<void> {
  if (to === undefined) return sys.stdout.write(bytes);
  const path = here(sys, to);
  if (deviceInput(sys, path)) {
    if (path === "/dev/full") throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    return;
  }
  const at = seek * block;
  const old = (at > 0 || !truncate) && sys.files.exists(path) ? sys.files.readFile(path) : new Uint8Array();
  const whole = new Uint8Array(Math.max(at + bytes.length, truncate ? 0 : old.length));
  whole.set(truncate ? old.subarray(0, at) : old);
  whole.set(bytes, at);
  sys.files.writeFile(path, whole);
}

function report(bytes: number, block: number, millis: number): string {
  const blocks = `${Math.floor(bytes / block)}+${bytes % block === 0 ? 0 : 1}`;
  const seconds = Math.max(millis / 1000, 0.000_1);
  const sizes = bytes < 1000 ? "" : ` (${[decimal(bytes), ...(bytes < 1024 ? [] : [binary(bytes)])].join(", ")})`;
  const noun = bytes === 1 ? "byte" : "bytes";
  return `${blocks} records in\n${blocks} records out\n${bytes} ${noun}${sizes} copied, ${Number(seconds.toPrecision(6))} s, ${decimal(bytes / seconds)}/s\n`;
}

const decimal = (bytes: number) => scaled(bytes, 1000, ["B", "kB", "MB", "GB"]);
const binary = (bytes: number) => scaled(bytes, 1024, ["B", "KiB", "MiB", "GiB"]);

/** Two digits below ten, as GNU's `human_readable`. */
function scaled(bytes: number, base: number, units: readonly string[]): string {
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
