/** Tools about processes: ps, top, kill and its relatives, uptime. busybox's formats where there is a busybox, else those of procps. */

import type { Kernel, ProcessInfo, Program, SignalName, Sys } from "../../api/process";
import { compileRegex } from "../regex";
import { SIGNALS, signalNameOf } from "../signals";
import { codeOf } from "../streams";
import { complain, nameOf, options, type ToolTable } from "./common";

export const isBusybox = (sys: Sys): boolean => sys.files.exists("/bin/busybox");

/** The operating system, for tools that are nothing without it. */
export function kernelOf(sys: Sys): Kernel {
  if (!sys.kernel) throw new Error("/proc is not mounted");
  return sys.kernel;
}

const p2 = (n: number) => String(n).padStart(2, "0");
const commandOf = ({ argv, name }: ProcessInfo) => argv.join(" ") || `[${name}]`;

/** `0:01`, minutes and seconds of processor time. */
const minutes = (millis: number) => `${Math.floor(millis / 60_000)}:${p2(Math.floor(millis / 1000) % 60)}`;
const hours = (millis: number) =>
  [millis / 3_600_000, (millis / 60_000) % 60, (millis / 1000) % 60].map((n) => p2(Math.floor(n))).join(":");
function elapsed(millis: number): string {
  const seconds = Math.floor(millis / 1000);
  const days = Math.floor(seconds / 86_400);
  const rest = `${p2(Math.floor(seconds / 60) % 60)}:${p2(seconds % 60)}`;
  const hour = Math.floor(seconds / 3600) % 24;
  return days > 0 ? `${days}-${p2(hour)}:${rest}` : hour > 0 ? `${p2(hour)}:${rest}` : rest;
}
const timeOfDay = (millis: number) => new Date(millis).toISOString().slice(11, 16);

interface Column {
  readonly title: string;
  readonly width: number; // negative: flush left
  value(process: ProcessInfo, sys: Sys): string;
}

const share = (part: number, whole: number) => ((100 * part) / Math.max(1, whole)).toFixed(1);
const cpuShare = (process: ProcessInfo, sys: Sys) =>
  share(process.cpuTime, Math.max(1000, process.cpuTime, sys.clock.now() - process.startedAt));
const kib = ({ memory }: ProcessInfo) => String(Math.round(memory / 1024));

const COLUMNS: Readonly<Record<string, Column>> = {
  user: { title: "USER", width: -8, value: ({ user }) => user },
  uid: { title: "UID", width: 5, value: ({ uid }) => String(uid) },
  UID: { title: "UID", width: -8, value: ({ user }) => user },
  pid: { title: "PID", width: 7, value: ({ pid }) => String(pid) },
  ppid: { title: "PPID", width: 7, value: ({ ppid }) => String(ppid) },
  c: { title: "C", width: 2, value: () => "0" },
  stime: { title: "STIME", width: 5, value: ({ startedAt }) => timeOfDay(startedAt) },
  start: { title: "START", width: 5, value: ({ startedAt }) => timeOfDay(startedAt) },
  tty: { title: "TTY", width: -8, value: ({ tty = "?" }) => tty },
  time: { title: "TIME", width: 8, value: ({ cpuTime }) => hours(cpuTime) },
  bsdtime: { title: "TIME", width: 6, value: ({ cpuTime }) => minutes(cpuTime) },
  etime: { title: "ELAPSED", width: 11, value: ({ startedAt }, sys) => elapsed(sys.clock.now() - startedAt) },
  cmd: { title: "CMD", width: -27, value: commandOf },
  args: { title: "COMMAND", width: -27, value: commandOf },
  command: { title: "COMMAND", width: -27, value: commandOf },
  comm: { title: "COMMAND", width: -15, value: ({ name }) => name.slice(0, 15) },
  ucmd: { title: "CMD", width: -15, value: ({ name }) => name.slice(0, 15) },
  stat: { title: "STAT", width: -4, value: ({ state, pid }) => `${state}${pid === 1 ? "s" : ""}` },
  "%cpu": { title: "%CPU", width: 4, value: cpuShare },
  "%mem": { title: "%MEM", width: 4, value: ({ memory }, sys) => share(memory, kernelOf(sys).memory) },
  vsz: { title: "VSZ", width: 6, value: kib },
  rss: { title: "RSS", width: 5, value: kib },
};
/** Where busybox differs. */
const BUSYBOX: Readonly<Record<string, Column>> = {
  ...COLUMNS,
  pid: { title: "PID", width: 5, value: ({ pid }) => String(pid) },
  ppid: { title: "PPID", width: 5, value: ({ ppid }) => String(ppid) },
  time: { title: "TIME", width: 5, value: ({ cpuTime }) => minutes(cpuTime) },
  comm: { title: "COMMAND", width: -16, value: ({ name }) => name.slice(0, 15) },
  tty: { title: "TT", width: -6, value: ({ tty = "?" }) => tty },
};

function table(sys: Sys, columns: readonly Column[], rows: readonly ProcessInfo[], busybox: boolean): string {
  const line = (cells: readonly string[], head: boolean) =>
    `${cells
      .map((cell, i) => {
        const width = columns[i]?.width ?? 0;
        if (i === cells.length - 1 && width < 0) return cell;
        return width < 0 || (busybox && head) ? cell.padEnd(Math.abs(width)) : cell.padStart(width);
      })
      .join(" ")}\n`;
  const head = columns.every(({ title }) => title === "")
    ? ""
    : line(
        columns.map(({ title }) => title),
        true,
      );
  return (
    head +
    rows
      .map((row) =>
        line(
          columns.map((column) => column.value(row, sys)),
          false,
        ),
      )
      .join("")
  );
}

const ps: Program = async (sys) => {
  const busybox = isBusybox(sys);
  const known = busybox ? BUSYBOX : COLUMNS;
  const words = sys.argv.slice(1);
  const all = kernelOf(sys).processes();
  const given: string[] = [];
  let pids: number[] | undefined;
  const letters: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const own = /^-?([a-zA-Z]*)o(.*)$/.exec(word);
    const format = /^--?format[= ]?/.test(word) ? word.replace(/^--?format=?/, "") : own?.[2];
    if (own || format !== undefined) {
      given.push(...(format || words[++i] || "").split(","));
      if (own?.[1]) letters.push(own[1]);
    } else if (/^-?p\d*$/.test(word)) pids = (word.replace(/^-?p/, "") || words[++i] || "").split(",").map(Number);
    else letters.push(word);
  }
  const unknown = given.find((key) => !Object.hasOwn(known, key.split("=")[0] ?? ""));
  if (unknown !== undefined)
    return busybox
      ? complain(sys, `bad -o argument '${unknown}', supported arguments: ${Object.keys(known).join(",")}`)
      : complain(sys, `error: unknown user-defined format specifier "${unknown}"`);
  const flags = letters.join(" ");
  const wide = /\b[a-z]*[aux]/.test(flags.replace(/-\w+/g, "")) || /-\w*[eAd]/.test(flags);
  const userFormat = !busybox && /(^|\s)\w*u/.test(flags);
  const full = !busybox && /-\w*f/.test(flags);
  const chosen =
    given.length > 0
      ? given
      : busybox
        ? ["pid", "user", "time", "args"]
        : userFormat
          ? "user pid %cpu %mem vsz rss tty stat start bsdtime command".split(" ")
          : full
            ? "UID pid ppid c stime tty time cmd".split(" ")
            : ["pid", "tty", "time", wide && !flags.includes("-") ? "command" : "ucmd"];
  const columns = chosen.map((key): Column => {
    const [name = "", title] = key.split("=");
    const column = known[name] as Column;
    const shown = userFormat && name === "user" ? { ...column, width: -9 } : column;
    return title === undefined ? shown : { ...shown, title };
  });
  const tty = all.find(({ pid }) => pid === sys.pid)?.tty;
  const rows = pids
    ? all.filter(({ pid }) => pids.includes(pid))
    : wide || busybox
      ? all
      : all.filter((process) => process.tty === tty && process.uid === sys.user.uid);
  await sys.stdout.write(table(sys, columns, rows, busybox));
  return pids && rows.length === 0 ? 1 : 0;
};

/** `up 2 min`, `up 1:05`, `up 3 days, 1:05`. */
function upText(millis: number): string {
  const total = Math.floor(millis / 60_000);
  const [days, hour, minute] = [Math.floor(total / 1440), Math.floor(total / 60) % 24, total % 60];
  const clock = hour > 0 ? `${String(hour).padStart(2)}:${p2(minute)}` : `${minute} min`;
  return days > 0 ? `${days} day${days === 1 ? "" : "s"}, ${clock}` : clock;
}

function uptimeLine(sys: Sys): string {
  const kernel = kernelOf(sys);
  const now = sys.clock.now();
  const users = new Set(kernel.processes().flatMap(({ tty }) => (tty ? [tty] : []))).size;
  const load = kernel.load().map((one) => one.toFixed(2));
  const who = isBusybox(sys) ? "" : `${users} user${users === 1 ? "" : "s"},  `;
  return ` ${new Date(now).toISOString().slice(11, 19)} up ${upText(now - kernel.bootedAt)},  ${who}load average: ${load.join(", ")}\n`;
}

const uptime: Program = async (sys) => {
  if (options(sys).has("p", "pretty") && !isBusybox(sys)) {
    const total = Math.floor((sys.clock.now() - kernelOf(sys).bootedAt) / 60_000);
    const parts: [number, string][] = [
      [Math.floor(total / 1440), "day"],
      [Math.floor(total / 60) % 24, "hour"],
      [total % 60, "minute"],
    ];
    const shown = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}${n === 1 ? "" : "s"}`);
    await sys.stdout.write(`up ${shown.join(", ") || "0 minutes"}\n`);
  } else await sys.stdout.write(uptimeLine(sys));
  return 0;
};

function topScreen(sys: Sys): string {
  const kernel = kernelOf(sys);
  const all = [...kernel.processes()].sort((a, b) => b.cpuTime - a.cpuTime || a.pid - b.pid);
  const { used, cached } = kernel.memoryUse();
  const free = kernel.memory - used - cached;
  const busy = Math.min(100, all.reduce((sum, one) => sum + Number(cpuShare(one, sys)), 0) / kernel.cpus);
  const rows = all.slice(0, Math.max(5, (sys.tty?.rows ?? 24) - 8));
  if (isBusybox(sys)) {
    const k = (n: number) => `${Math.floor(n / 1024)}K`;
    const head = `Mem: ${k(used + cached)} used, ${k(free)} free, 0K shrd, 0K buff, ${k(cached)} cached\nCPU:  ${Math.round(busy)}% usr   0% sys   0% nic ${100 - Math.round(busy)}% idle   0% io   0% irq   0% sirq\nLoad average: ${kernel
      .load()
      .map((n) => n.toFixed(2))
      .join(" ")} ${all.filter(({ state }) => state === "R").length}/${all.length} ${all.at(-1)?.pid ?? 1}\n`;
    return `${head}\x1b[7m  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\x1b[m\n${rows
      .map(
        (one) =>
          `${String(one.pid).padStart(5)} ${String(one.ppid).padStart(5)} ${one.user.padEnd(8)} ${one.state.padEnd(4)} ${kib(one).padStart(5)} ${String(Math.round((100 * one.memory) / kernel.memory)).padStart(3)}%   0 ${String(Math.round(Number(cpuShare(one, sys)))).padStart(3)}% ${commandOf(one)}\n`,
      )
      .join("")}`;
  }
  const count = (state: string) => all.filter((one) => one.state === state).length;
  const mib = (n: number) => (n / 1024 / 1024).toFixed(1).padStart(8);
  return `top -${uptimeLine(sys)}Tasks: ${String(all.length).padStart(3)} total, ${String(count("R")).padStart(3)} running, ${String(count("S") + count("D")).padStart(3)} sleeping, ${String(count("T")).padStart(3)} stopped,   0 zombie\n%Cpu(s): ${busy.toFixed(1).padStart(4)} us,  0.0 sy,  0.0 ni, ${(100 - busy).toFixed(1).padStart(5)} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st\nMiB Mem : ${mib(kernel.memory)} total, ${mib(free)} free, ${mib(used)} used, ${mib(cached)} buff/cache\nMiB Swap: ${mib(0)} total, ${mib(0)} free, ${mib(0)} used. ${mib(kernel.memory - used)} avail Mem\n\n\x1b[7m    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\x1b[m\n${rows
    .map(
      (one) =>
        `${String(one.pid).padStart(7)} ${one.user.padEnd(8)}  20   0 ${kib(one).padStart(7)} ${kib(one).padStart(6)}      0 ${one.state} ${cpuShare(one, sys).padStart(5)} ${share(one.memory, kernel.memory).padStart(5)} ${`${minutes(one.cpuTime)}.${p2(Math.floor(one.cpuTime / 10) % 100)}`.padStart(9)} ${one.name}\n`,
    )
    .join("")}`;
}

const top: Program = async (sys) => {
  const opt = options(sys, "ndpu");
  const plain = opt.has("b") || !sys.tty;
  const count = Number(opt.value("n") ?? (sys.tty ? Number.POSITIVE_INFINITY : 1));
  const delay = 1000 * Number(opt.value("d") ?? (isBusybox(sys) ? 5 : 3));
  const stop = new AbortController();
  sys.onSignal("SIGINT", () => stop.abort());
  sys.tty?.setRaw(true);
  if (sys.tty) void quitOnKey(sys, stop);
  for (let shown = 0; shown < count && !stop.signal.aborted; shown++) {
    if (shown > 0) await sys.clock.sleep(delay, stop.signal).catch(() => undefined);
    if (stop.signal.aborted) break;
    const screen = topScreen(sys);
    await sys.stdout.write(
      plain
        ? screen.replaceAll("\x1b[7m", "").replaceAll("\x1b[m", "")
        : `\x1b[H\x1b[2J${screen.replaceAll("\n", "\r\n")}`,
    );
  }
  sys.tty?.setRaw(false);
  return 0;
};

async function quitOnKey(sys: Sys, stop: AbortController): Promise<void> {
  for (let keys = await sys.stdin.read(); keys && !stop.signal.aborted; keys = await sys.stdin.read())
    if (keys.includes(113) || keys.includes(3)) stop.abort();
  stop.abort();
}

// --- signals ---------------------------------------------------------------------------------------------------------

/** SIGTERM of `15`, `TERM`, `SIGTERM`; "" of 0, which only asks; undefined when there is none. */
export function signalOf(text: string): SignalName | "" | undefined {
  const name = text === "0" ? "" : signalNameOf(text);
  if (name === "") return "";
  return Object.values(SIGNALS).includes(name) ? (`SIG${name}` as SignalName) : undefined;
}

/** Takes the signal out of `-9`, `-KILL`, `-s TERM`. */
function takeSignal(args: string[]): SignalName | "" | undefined {
  const at = args.findIndex((arg) => /^-(\d+|(SIG)?[A-Z]{2,}\d?|s|-signal(=.*)?)$/.test(arg));
  if (at < 0) return "SIGTERM";
  const [flag = ""] = args.splice(at, 1);
  const named = /^--signal=(.*)$/.exec(flag)?.[1];
  const text = named ?? (flag === "-s" || flag === "--signal" ? args.splice(at, 1)[0] : flag.slice(1));
  return signalOf(text ?? "");
}

/** Sends it; the text of the failure where it fails. */
export function send(sys: Sys, pid: number, signal: SignalName | ""): string | undefined {
  try {
    kernelOf(sys).signal(pid, signal || undefined);
    return undefined;
  } catch (error) {
    return codeOf(error) === "EPERM" ? "Operation not permitted" : "No such process";
  }
}

const kill: Program = async (sys) => {
  const args = sys.argv.slice(1);
  if (args[0] === "-l" || args[0] === "-L") {
    await sys.stdout.write(`${Object.values(SIGNALS).join(" ")}\n`);
    return 0;
  }
  const signal = takeSignal(args);
  if (signal === undefined) return complain(sys, isBusybox(sys) ? "bad signal name" : "unknown signal");
  const targets = args.filter((arg) => arg !== "--");
  if (targets.length === 0) return complain(sys, "you need to specify whom to kill");
  let status = 0;
  for (const target of targets) {
    if (!/^\d+$/.test(target)) {
      status = await complain(
        sys,
        isBusybox(sys) ? `invalid number '${target}'` : `failed to parse argument: '${target}'`,
      );
      continue;
    }
    const failure = send(sys, Number(target), signal);
    if (failure)
      status = await complain(sys, isBusybox(sys) ? `can't kill pid ${target}: ${failure}` : `(${target}): ${failure}`);
  }
  return status;
};

const killall: Program = async (sys) => {
  const args = sys.argv.slice(1);
  const signal = takeSignal(args);
  if (signal === undefined) return complain(sys, "unknown signal");
  let status = 0;
  for (const name of args.filter((arg) => !arg.startsWith("-"))) {
    const found = kernelOf(sys)
      .processes()
      .filter((process) => process.name === name && process.pid !== sys.pid);
    if (found.length === 0)
      status = await complain(sys, isBusybox(sys) ? `${name}: no process killed` : `${name}: no process found`);
    for (const { pid } of found) send(sys, pid, signal);
  }
  return status;
};

/** pgrep and pkill. */
const search: Program = async (sys) => {
  const args = sys.argv.slice(1);
  const killing = nameOf(sys) === "pkill";
  const signal = killing ? takeSignal(args) : "";
  if (signal === undefined) return complain(sys, "unknown signal", 2);
  const opt = options({ ...sys, argv: ["", ...args] }, "u");
  const pattern = opt.rest[0];
  if (pattern === undefined) return complain(sys, "no matching criteria specified", 2);
  const regex = compileRegex(opt.has("x") ? `^(?:${pattern})$` : pattern, { longest: true });
  let found = kernelOf(sys)
    .processes()
    .filter((process) => process.pid !== sys.pid && regex.test(opt.has("f") ? commandOf(process) : process.name));
  if (opt.has("n")) found = found.slice(-1);
  if (opt.has("o")) found = found.slice(0, 1);
  if (opt.has("c")) await sys.stdout.write(`${found.length}\n`);
  for (const process of found) {
    if (killing) send(sys, process.pid, signal);
    else if (!opt.has("c"))
      await sys.stdout.write(
        `${process.pid}${opt.has("a") ? ` ${commandOf(process)}` : opt.has("l") ? ` ${process.name}` : ""}\n`,
      );
  }
  return found.length > 0 ? 0 : 1;
};

const pidof: Program = async (sys) => {
  const names = options(sys).rest;
  const found = kernelOf(sys)
    .processes()
    .filter(({ name, argv }) => names.includes(name) || names.includes(argv[0] ?? ""))
    .map(({ pid }) => pid)
    .reverse();
  if (found.length > 0) await sys.stdout.write(`${found.join(" ")}\n`);
  return found.length > 0 ? 0 : 1;
};

/** who and w: the terminals somebody works at. */
const who: Program = async (sys) => {
  const logins = kernelOf(sys)
    .processes()
    .filter(({ tty, name }) => tty && /^-?(ba|a)?sh$/.test(name));
  const lines = logins.filter(({ tty }, i) => logins.findIndex((other) => other.tty === tty) === i);
  if (nameOf(sys) === "w") {
    await sys.stdout.write(uptimeLine(sys));
    await sys.stdout.write("USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n");
    for (const one of lines)
      await sys.stdout.write(
        `${one.user.padEnd(8)} ${(one.tty ?? "").padEnd(8)} ${"-".padEnd(16)} ${timeOfDay(one.startedAt)}    0.00s  0.00s  0.00s ${commandOf(one)}\n`,
      );
    return 0;
  }
  for (const one of lines)
    await sys.stdout.write(
      `${one.user.padEnd(8)} ${(one.tty ?? "").padEnd(12)} ${new Date(one.startedAt).toISOString().slice(0, 16).replace("T", " ")}\n`,
    );
  return 0;
};

export const processTools: ToolTable = {
  ps,
  top,
  uptime,
  kill,
  killall,
  pgrep: search,
  pkill: search,
  pidof,
  who,
  w: who,
};
