/** Reads tar archives: ustar and pax, what daemons send. */
import type { TarEntry } from "./tar";

/** All entries of an archive. */
export function readTar(data: Uint8Array): TarEntry[] {
  const entries: TarEntry[] = [];
  let at = 0;
  let longName = "";
  let longTarget = "";
  while (at + 512 <= data.length) {
    const block = data.subarray(at, at + 512);
    if (block.every((byte) => byte === 0)) break;
    const size = octal(block, 124, 12);
    const body = data.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    const kind = String.fromCharCode(block[156] ?? 48);
    if (kind === "x" || kind === "g") {
      const records = paxRecords(body);
      longName = records.path ?? longName;
      longTarget = records.linkpath ?? longTarget;
      continue;
    }
    if (kind === "L") {
      longName = text(body, 0, body.length);
      continue;
    }
    const prefix = text(block, 345, 155);
    const name = longName || (prefix ? `${prefix}/${text(block, 0, 100)}` : text(block, 0, 100));
    const type = kind === "5" ? "dir" : kind === "2" ? "symlink" : "file";
    entries.push({
      name: name.replace(/\/$/, ""),
      type,
      mode: octal(block, 100, 8) & 0o7777,
      mtime: octal(block, 136, 12) * 1000,
      data: body.slice(),
      target: longTarget || text(block, 157, 100),
    });
    longName = "";
    longTarget = "";
  }
  return entries;
}

function text(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function octal(block: Uint8Array, at: number, length: number): number {
  return Number.parseInt(text(block, at, length).trim() || "0", 8);
}

function paxRecords(body: Uint8Array): Record<string, string> {
  const records: Record<string, string> = {};
  for (const match of new TextDecoder().decode(body).matchAll(/\d+ ([^=\n]+)=([^\n]*)\n/g)) {
    records[match[1] ?? ""] = match[2] ?? "";
  }
  return records;
}
