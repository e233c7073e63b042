/** Tools about the computer: its kernel, memory, disks. Every figure is the kernel's (`sys.kernel`). */
import type { MountInfo, Program, Sys } from "../../api/process";
import { absolute } from "../paths";
import { complain, here, nameOf, options, type ToolTable } from "./common";
import { isBusybox, kernelOf } from "./processes";

const uname: Program = async (sys) => {
  const opt = options(sys);
  const parts: string[] = [];
  const add = (letter: string, long: string, text: string) => {
    if (opt.has("a", "all", letter, long)) parts.push(text);
  };
  add("s", "kernel-name", "Linux");
  add("n", "nodename", sys.hostname);
  add("r", "kernel-release", kernelOf(sys).release);
  add("v", "kernel-version", "#1 SMP PREEMPT_DYNAMIC");
  add("m", "machine", "x86_64");
  if (opt.has("p")) parts.push("unknown");
  if (opt.has("a", "all", "o", "operating-system")) parts.push(isBusybox(sys) ? "Linux" : "GNU/Linux");
  await sys.stdout.write(`${parts.length > 0 ? parts.join(" ") : "Linux"}\n`);
  return 0;
};

/** `1.9G`, `412M`, `0` as coreutils round: up. */
function rounded(bytes: number, base = 1024): string {
  const units = ["", "K", "M", "G", "T"];
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  if (unit === 0) return String(bytes);
  const tenths = Math.ceil(value * 10) / 10;
  return `${tenths < 10 ? tenths.toFixed(1) : Math.ceil(value)}${units[unit]}`;
}

/** The same as busybox writes it: one digit after the point, rounded to the nearest. */
function busyboxRounded(bytes: number): string {
  if (bytes === 0) return "0";
  const units = ["", "K", "M", "G", "T"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)}${units[unit]}`;
}

const free: Program = async (sys) => {
  const opt = options(sys);
  const kernel = kernelOf(sys);
  const { used, cached } = kernel.memoryUse();
  const unit = opt.has("b") ? 1 : opt.has("m") ? 1024 ** 2 : opt.has("g") ? 1024 ** 3 : 1024;
  const show = (bytes: number) =>
    !opt.has("h")
      ? String(Math.floor(bytes / unit))
      : isBusybox(sys)
        ? busyboxRounded(bytes)
        : `${rounded(bytes)}${bytes < 1024 ? "B" : "i"}`;
  const row = (label: string, figures: readonly number[], widths: readonly number[]) =>
    `${label}${figures.map((bytes, i) => show(bytes).padStart(widths[i] ?? 12)).join("")}\n`;
  const figures = [kernel.memory, used, kernel.memory - used - cached, 0, cached, kernel.memory - used];
  const widths = [12, 12, 12, 12, 12, 12];
  const head = isBusybox(sys)
    ? "              total        used        free      shared  buff/cache   available\n"
    : "               total        used        free      shared  buff/cache   available\n";
  const label = isBusybox(sys) ? "Mem:   " : "Mem:    ";
  const swap = isBusybox(sys) ? "Swap:  " : "Swap:   ";
  await sys.stdout.write(head + row(label, figures, widths) + row(swap, [0, 0, 0], widths));
  return 0;
};

type Sized = MountInfo & { readonly size: number; readonly used: number; readonly available: number };

/** The file system that holds a path: that of the longest mount point above it. */
function mountAt(mounts: readonly Sized[], path: string): Sized | undefined {
  return mounts
    .filter(({ target }) => target === "/" || path === target || path.startsWith(`${target}/`))
    .sort((a, b) => b.target.length - a.target.length)[0];
}

const df: Program = async (sys) => {
  const opt = options(sys, "tB");
  const busybox = isBusybox(sys);
  const all = kernelOf(sys)
    .mounts()
    .filter((mount): mount is Sized => mount.size !== undefined);
  let status = 0;
  let rows: Sized[] = [];
  for (const name of opt.rest) {
    const found = sys.files.exists(here(sys, name)) ? mountAt(all, absolute("/", here(sys, name))) : undefined;
    if (found) rows.push(found);
    else
      status = await complain(sys, busybox ? `${name}: can't find mount point` : `${name}: No such file or directory`);
  }
  if (opt.rest.length === 0) rows = [...all];
  else if (rows.length === 0) return status;
  const type = opt.value("t");
  if (type !== undefined) rows = rows.filter((mount) => mount.type === type);
  const unit = opt.has("m") ? 1024 ** 2 : opt.has("B") && opt.value("B") === "1" ? 1 : 1024;
  const size = (bytes: number) =>
    opt.has("h") ? (busybox ? busyboxRounded(bytes) : rounded(bytes)) : String(Math.ceil(bytes / unit));
  const percent = ({ used, available }: Sized) => `${Math.ceil((100 * used) / Math.max(1, used + available))}%`;
  const typed = opt.has("T");
  const head = [
    "Filesystem",
    ...(typed ? ["Type"] : []),
    opt.has("h") ? "Size" : unit === 1024 ? "1K-blocks" : unit === 1 ? "1B-blocks" : "1M-blocks",
    "Used",
    opt.has("h") && !busybox ? "Avail" : "Available",
    "Use%",
    "Mounted on",
  ];
  const cells = rows.map((row) => [
    row.source,
    ...(typed ? [row.type] : []),
    size(row.size),
    size(row.used),
    size(row.available),
    percent(row),
    row.target,
  ]);
  await sys.stdout.write(busybox ? busyboxTable([head, ...cells], typed) : gnuTable([head, ...cells], typed));
  return status;
};

const fixed = (widths: readonly number[]) => (row: readonly string[]) =>
  `${row
    .map((cell, i) => ((widths[i] ?? 0) < 0 ? cell.padEnd(-(widths[i] ?? 0)) : cell.padStart(widths[i] ?? 0)))
    .join(" ")
    .trimEnd()}\n`;

/** coreutils: each column as wide as its widest cell. */
function gnuTable(rows: readonly (readonly string[])[], typed: boolean): string {
  const left = typed ? 2 : 1;
  const widest = (i: number) =>
    Math.max(i === 0 ? 14 : i >= left && i < left + 3 ? 5 : 4, ...rows.map((row) => row[i]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, i, head) => (i < left || i === head.length - 1 ? -widest(i) : widest(i)));
  return rows.map(fixed(widths)).join("");
}

const busyboxTable = (rows: readonly (readonly string[])[], typed: boolean): string =>
  rows.map(fixed([-20, ...(typed ? [-10] : []), typed ? 9 : 10, 9, 9, 4, -1])).join("");

const nproc: Program = async (sys) => {
  await sys.stdout.write(`${kernelOf(sys).cpus}\n`);
  return 0;
};

const mount: Program = async (sys) => {
  const rest = options(sys, "to").rest;
  if (rest.length > 0) {
    if (isBusybox(sys)) return complain(sys, "permission denied (are you root?)");
    return complain(sys, `${rest.at(-1)}: permission denied.`, 32);
  }
  for (const { source, target, type, options: how } of kernelOf(sys).mounts())
    await sys.stdout.write(`${source} on ${target} type ${type} (${how})\n`);
  return 0;
};

/** netstat and ss: only what listens; connections here live no longer than their exchange. */
const sockets: Program = async (sys) => {
  const opt = options(sys);
  const ss = nameOf(sys) === "ss";
  const listening = opt.has("l", "a") && !(opt.has("u") && !opt.has("t")) ? listeners(sys) : [];
  const shown = opt.has("p");
  if (ss) {
    const proto = (opt.has("t") && opt.has("u")) || !opt.has("t");
    const lead = proto ? "Netid " : "";
    await sys.stdout.write(
      `${lead}State  Recv-Q Send-Q Local Address:Port  Peer Address:Port${shown ? "Process" : ""}\n`,
    );
    for (const { address, port, pid, name } of listening)
      await sys.stdout.write(
        `${proto ? "tcp   " : ""}LISTEN 0      4096   ${`${address}:${port}`.padStart(18)}       0.0.0.0:*   ${shown && name ? `users:(("${name}"${pid ? `,pid=${pid}` : ""},fd=7))` : ""}`.trimEnd() +
          "\n",
      );
    return 0;
  }
  await sys.stdout.write(
    `Active Internet connections (${opt.has("a") ? "servers and established" : opt.has("l") ? "only servers" : "w/o servers"})\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${shown ? "PID/Program name    " : ""}\n`,
  );
  for (const { address, port, pid, name } of listening)
    await sys.stdout.write(
      `tcp        0      0 ${`${address}:${port}`.padEnd(23)} ${"0.0.0.0:*".padEnd(23)} LISTEN      ${shown ? `${pid && name ? `${pid}/${name}` : "-"}`.padEnd(20) : ""}\n`,
    );
  return 0;
};

const listeners = (sys: Sys) => kernelOf(sys).listening();

export const machineTools: ToolTable = { uname, free, df, nproc, mount, netstat: sockets, ss: sockets };
