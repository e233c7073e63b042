/**
 * The kernel's own file systems: `/proc` and the control group under `/sys/fs/cgroup`. Nothing of it is stored; each look
 * computes it. Laid over the files of a process, because `/proc/self` is another one for each.
 */
import type { FileStat, Files, Kernel, MountInfo, ProcessInfo } from "../api/process";

const encoder = new TextEncoder();
const KIB = 1024;
/** Clock ticks per second, as `getconf CLK_TCK` says. */
const TICKS = 100;

type Node = { readonly text: () => string } | { readonly names: () => string[] } | { readonly target: string };

/** `files` with the kernel's file systems in place, as process `pid` sees them. */
export function procFiles(files: Files, kernel: Kernel, pid: number, now: () => number): Files {
  const find = (path: string): Node | undefined => (isKernels(path) ? nodeAt(path, kernel, pid, now) : undefined);
  const followed = (path: string): Node => {
    const node = find(path) ?? refuse("ENOENT", path);
    return "target" in node ? (find(`/proc/${node.target}`) ?? node) : node;
  };
  const readOnly =
    <A extends unknown[], R>(work: (path: string, ...rest: A) => R) =>
    (path: string, ...rest: A): R =>
      isKernels(path) ? refuse("EACCES", path) : work(path, ...rest);
  return {
    ...files,
    stat: (path) => (isKernels(path) ? statOf(followed(path), now()) : files.stat(path)),
    lstat: (path) => (isKernels(path) ? statOf(find(path) ?? refuse("ENOENT", path), now()) : files.lstat(path)),
    exists: (path) => (isKernels(path) ? find(path) !== undefined : files.exists(path)),
    readFile: (path) => (isKernels(path) ? encoder.encode(textOf(followed(path), path)) : files.readFile(path)),
    readdir: (path) => (isKernels(path) ? namesOf(followed(path), path) : files.readdir(path)),
    readlink: (path) => (isKernels(path) ? targetOf(find(path), path) : files.readlink(path)),
    realpath: (path) =>
      isKernels(path) ? path.replace(/^\/proc\/self(?=\/|$)/, `/proc/${pid}`) : files.realpath(path),
    writeFile: readOnly(files.writeFile),
    appendFile: readOnly(files.appendFile),
    mkdir: (path, options) =>
      isKernels(path) && options?.recursive && find(path) ? undefined : readOnly(files.mkdir)(path, options),
    rm: readOnly(files.rm),
    rename: (from, to) => (isKernels(from) || isKernels(to) ? refuse("EACCES", from) : files.rename(from, to)),
    chmod: readOnly(files.chmod),
    chown: readOnly(files.chown),
    utimes: readOnly(files.utimes),
  };
}

const isKernels = (path: string) => /^\/(proc|sys\/fs\/cgroup)(\/|$)/.test(path);

function refuse(code: string, path: string): never {
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}

const statOf = (node: Node, now: number): FileStat => ({
  type: "target" in node ? "symlink" : "names" in node ? "dir" : "file",
  mode: "target" in node ? 0o777 : "names" in node ? 0o555 : 0o444,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: now,
});
const textOf = (node: Node, path: string): string => ("text" in node ? node.text() : refuse("EISDIR", path));
const namesOf = (node: Node, path: string): string[] => ("names" in node ? node.names() : refuse("ENOTDIR", path));
const targetOf = (node: Node | undefined, path: string): string =>
  node && "target" in node ? node.target : refuse(node ? "EINVAL" : "ENOENT", path);

function nodeAt(path: string, kernel: Kernel, pid: number, now: () => number): Node | undefined {
  const [, root, ...rest] = path.split("/");
  if (root === "sys") return cgroupNode(rest.slice(2), kernel);
  const [first, ...below] = rest;
  if (first === undefined || first === "")
    return {
      names: () => [...kernel.processes().map((process) => String(process.pid)), ...Object.keys(FILES), "self"].sort(),
    };
  if (first === "self") return below.length === 0 ? { target: String(pid) } : processNode(pid, below, kernel);
  if (/^\d+$/.test(first)) return processNode(Number(first), below, kernel);
  const file = below.length === 0 && Object.hasOwn(FILES, first) ? FILES[first] : undefined;
  return file && { text: () => file(kernel, now()) };
}

function leaf(rest: readonly string[], files: Readonly<Record<string, () => string>>): Node | undefined {
  if (rest.length === 0) return { names: () => Object.keys(files).sort() };
  const name = rest[0] ?? "";
  const text = rest.length === 1 && Object.hasOwn(files, name) ? files[name] : undefined;
  return text && { text };
}

// --- /proc -----------------------------------------------------------------------------------------------------------

const FILES: Readonly<Record<string, (kernel: Kernel, now: number) => string>> = {
  cpuinfo: (kernel) => Array.from({ length: kernel.cpus }, (_, n) => cpuText(n, kernel.cpus)).join(""),
  filesystems: () => "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\n\text4\nnodev\toverlay\n",
  loadavg: loadText,
  meminfo: meminfoText,
  mounts: (kernel) => kernel.mounts().map(mountText).join(""),
  stat: statText,
  uptime: (kernel, now) => {
    const seconds = (now - kernel.bootedAt) / 1000;
    const idle = seconds * kernel.cpus - kernel.processes().reduce((sum, { cpuTime }) => sum + cpuTime, 0) / 1000;
    return `${seconds.toFixed(2)} ${Math.max(0, idle).toFixed(2)}\n`;
  },
  version: (kernel) => `Linux version ${kernel.release} (slipway@simulation) #1 SMP PREEMPT_DYNAMIC\n`,
};

const cpuText = (n: number, cpus: number) =>
  [
    `processor\t: ${n}`,
    "vendor_id\t: Slipway",
    "model name\t: Simulated x86-64 processor",
    `physical id\t: 0`,
    `siblings\t: ${cpus}`,
    `core id\t\t: ${n}`,
    `cpu cores\t: ${cpus}`,
    "flags\t\t: fpu tsc cx8 cmov mmx sse sse2 lm\n\n",
  ].join("\n");

function loadText(kernel: Kernel): string {
  const processes = kernel.processes();
  const running = Math.max(1, processes.filter(({ state }) => state === "R").length);
  const averages = kernel.load().map((load) => load.toFixed(2));
  return `${averages.join(" ")} ${running}/${processes.length} ${processes.at(-1)?.pid ?? 1}\n`;
}

function meminfoText(kernel: Kernel): string {
  const { used, cached } = kernel.memoryUse();
  const rows: [string, number][] = [
    ["MemTotal", kernel.memory],
    ["MemFree", kernel.memory - used - cached],
    ["MemAvailable", kernel.memory - used],
    ["Buffers", 0],
    ["Cached", cached],
    ["SwapCached", 0],
    ["SwapTotal", 0],
    ["SwapFree", 0],
    ["Shmem", 0],
  ];
  return rows
    .map(([name, bytes]) => `${`${name}:`.padEnd(15)} ${String(Math.floor(bytes / KIB)).padStart(8)} kB\n`)
    .join("");
}

const mountText = ({ source, target, type, options }: MountInfo) => `${source} ${target} ${type} ${options} 0 0\n`;

function statText(kernel: Kernel, now: number): string {
  const spent = kernel.processes().reduce((sum, { cpuTime }) => sum + cpuTime, 0) / 1000;
  const idle = Math.max(0, ((now - kernel.bootedAt) / 1000) * kernel.cpus - spent);
  const jiffies = (seconds: number) => Math.round(seconds * TICKS);
  return `cpu  ${jiffies(spent)} 0 0 ${jiffies(idle)} 0 0 0 0 0 0\nbtime ${Math.floor(kernel.bootedAt / 1000)}\nprocesses ${kernel.processes().length}\n`;
}

function processNode(pid: number, rest: readonly string[], kernel: Kernel): Node | undefined {
  const process = kernel.processes().find((each) => each.pid === pid);
  if (!process) return undefined;
  return leaf(rest, {
    cmdline: () => process.argv.map((word) => `${word}\0`).join(""),
    comm: () => `${process.name.slice(0, 15)}\n`,
    stat: () => statLine(process, kernel),
    status: () => statusText(process),
    mounts: () => kernel.mounts().map(mountText).join(""),
    cgroup: () => "0::/\n",
  });
}

const STATES = { R: "running", S: "sleeping", T: "stopped", D: "disk sleep" };

function statusText({ name, state, pid, ppid, uid, memory }: ProcessInfo): string {
  const kib = String(Math.round(memory / KIB)).padStart(8);
  return [
    `Name:\t${name.slice(0, 15)}`,
    `State:\t${state} (${STATES[state]})`,
    `Tgid:\t${pid}`,
    `Pid:\t${pid}`,
    `PPid:\t${ppid}`,
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    `VmSize:\t${kib} kB`,
    `VmRSS:\t${kib} kB`,
    "Threads:\t1\n",
  ].join("\n");
}

function statLine({ pid, ppid, name, state, cpuTime, startedAt, memory }: ProcessInfo, kernel: Kernel): string {
  const ticks = (millis: number) => Math.round((millis / 1000) * TICKS);
  const fields = [
    pid,
    `(${name.slice(0, 15)})`,
    state,
    ppid,
    pid,
    pid,
    0,
    -1,
    0,
    0,
    0,
    0,
    0,
    ticks(cpuTime),
    0,
    0,
    0,
    20,
    0,
    1,
    0,
  ];
  return `${[...fields, ticks(startedAt - kernel.bootedAt), memory, Math.round(memory / 4096)].join(" ")}\n`;
}

// --- /sys/fs/cgroup --------------------------------------------------------------------------------------------------

const CPU_PERIOD = 100_000;

function cgroupNode(rest: readonly string[], kernel: Kernel): Node | undefined {
  const { memory, nanoCpus, pids } = kernel.limits;
  const most = (limit: number) => `${limit > 0 ? limit : "max"}\n`;
  const processes = () => kernel.processes();
  return leaf(rest, {
    "cgroup.controllers": () => "cpuset cpu io memory pids\n",
    "cgroup.procs": () =>
      processes()
        .map(({ pid }) => `${pid}\n`)
        .join(""),
    "cpu.max": () => `${nanoCpus > 0 ? Math.round((nanoCpus / 1e9) * CPU_PERIOD) : "max"} ${CPU_PERIOD}\n`,
    "memory.current": () => `${processes().reduce((sum, process) => sum + process.memory, 0)}\n`,
    "memory.max": () => most(memory),
    "pids.current": () => `${processes().length}\n`,
    "pids.max": () => most(pids),
  });
}
