/** Writes tar archives: deterministic, ustar with pax headers for long names. */
import { concatBytes } from "./prompt";

export interface TarEntry {
  readonly name: string;
  readonly type: "file" | "dir" | "symlink";
  readonly mode: number;
  readonly mtime: number; // milliseconds
  readonly data?: Uint8Array;
  readonly target?: string;
  readonly uid?: number;
  readonly gid?: number;
}

const BLOCK = 512;
const KINDS = { file: "0", symlink: "2", dir: "5" } as const;

/** The whole archive, with its two empty blocks at the end. */
export function writeTar(entries: readonly TarEntry[]): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = [];
  for (const entry of entries) {
    const name = entry.type === "dir" ? `${entry.name.replace(/\/$/, "")}/` : entry.name;
    const pax = paxRecords(name, entry.target ?? "");
    if (pax) blocks.push(header("PaxHeaders.0/long", "x", 0o644, 0, pax.length), padded(pax));
    const data = entry.data ?? new Uint8Array(0);
    blocks.push(
      header(name, KINDS[entry.type], entry.mode, entry.mtime, data.length, entry.target, entry.uid, entry.gid),
      padded(data),
    );
  }
  blocks.push(new Uint8Array(BLOCK * 2));
  return concatBytes(blocks);
}

function padded(data: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
  whole.set(data);
  return whole;
}

function paxRecords(name: string, target: string): Uint8Array | undefined {
  const encoder = new TextEncoder();
  const needed = [
    ["path", name],
    ["linkpath", target],
  ].filter(([, value]) => encoder.encode(value).length > 99 || /[^\x00-\x7f]/.test(value ?? ""));
  if (needed.length === 0) return undefined;
  return encoder.encode(needed.map(([key, value]) => paxRecord(`${key}=${value}\n`)).join(""));
}

/** The length in front counts itself. */
function paxRecord(body: string): string {
  const size = new TextEncoder().encode(body).length + 1;
  let total = size + String(size).length;
  total = size + String(total).length;
  return `${total} ${body}`;
}

function header(
  name: string,
  kind: string,
  mode: number,
  mtime: number,
  size: number,
  target = "",
  uid = 0,
  gid = 0,
): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number, length: number) => {
    block.set(new TextEncoder().encode(text).subarray(0, length), at);
  };
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  put(name, 0, 100);
  put(octal(mode & 0o7777, 8), 100, 8);
  put(octal(uid, 8), 108, 8);
  put(octal(gid, 8), 116, 8);
  put(octal(size, 12), 124, 12);
  put(octal(Math.max(0, Math.trunc(mtime / 1000)), 12), 136, 12);
  put("        ", 148, 8);
  put(kind, 156, 1);
  put(target, 157, 100);
  put("ustar\x0000", 257, 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148, 8);
  return block;
}
