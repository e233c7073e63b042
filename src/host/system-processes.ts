/**
 * The processes of a machine that nobody typed: its init, the daemons, a shim for each container; and the containers'
 * own, under the numbers that `docker top` and `docker inspect` give.
 */
import type { ProcessInfo } from "../api/process";
import { cpuTimeOf, memoryOf } from "../core/engine/process-cost";
import type { MachineRow, ProcessRow } from "../core/machine/tables";
import type { View } from "../core/store/store";
import type { Millis } from "../core/time/agenda";

const MIB = 1024 * 1024;
export const DOCKERD = 742;
const CONTAINERD = 618;

interface Service {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly memory: number;
  readonly cpuTime: Millis;
}

const SERVICES: readonly Service[] = [
  { pid: 1, argv: ["/sbin/init"], memory: 12 * MIB, cpuTime: 900 },
  { pid: 241, argv: ["/lib/systemd/systemd-journald"], memory: 14 * MIB, cpuTime: 120 },
  { pid: 597, argv: ["sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"], memory: 8 * MIB, cpuTime: 20 },
  { pid: CONTAINERD, argv: ["/usr/bin/containerd"], memory: 45 * MIB, cpuTime: 400 },
  {
    pid: DOCKERD,
    argv: ["/usr/bin/dockerd", "-H", "fd://", "--containerd=/run/containerd/containerd.sock"],
    memory: 80 * MIB,
    cpuTime: 600,
  },
];

/** Init and the daemons that run now. */
export function serviceProcesses(machine: MachineRow): ProcessInfo[] {
  return SERVICES.filter(({ pid }) => pid !== DOCKERD || machine.daemon === "up").map(
    ({ pid, argv, memory, cpuTime }) => ({
      ...ROOT,
      pid,
      ppid: pid === 1 ? 0 : 1,
      argv,
      name: pid === 1 ? "systemd" : (argv[0]?.replace(/:.*/, "").replace(/^.*\//, "") ?? ""),
      startedAt: machine.bootedAt,
      memory,
      cpuTime,
    }),
  );
}

const ROOT = { uid: 0, user: "root", state: "S" } as const;
const SHIM_MEMORY = 12 * MIB;

/** What containers run, and the shims that look after them. */
export function containerProcesses(view: View, machine: string): ProcessInfo[] {
  const rows = view.table("processes").by("machine", machine);
  const shims = new Map<string, ProcessInfo>();
  for (const row of rows) if (row.owner.kind === "container") shims.set(row.owner.id, shimOf(row));
  return [...shims.values(), ...rows.map((row) => containerProcess(view, row, shims.get(row.root.id)?.pid ?? 1))];
}

function shimOf(row: ProcessRow): ProcessInfo {
  const argv = [
    "/usr/bin/containerd-shim-runc-v2",
    ..."-namespace moby -id".split(" "),
    row.owner.id,
    ..."-address /run/containerd/containerd.sock".split(" "),
  ];
  return {
    ...ROOT,
    pid: row.pid - 1,
    ppid: 1,
    argv,
    name: "containerd-shim",
    startedAt: row.startedAt,
    memory: SHIM_MEMORY,
    cpuTime: 30,
  };
}

function containerProcess(view: View, row: ProcessRow, ppid: number): ProcessInfo {
  const uid = Number(row.user.split(":")[0]) || 0;
  return {
    pid: row.pid,
    ppid,
    uid,
    user: uid === 0 ? "root" : String(uid),
    argv: row.argv,
    name: row.executable.slice(row.executable.lastIndexOf("/") + 1),
    state: row.paused ? "D" : "S",
    startedAt: row.startedAt,
    cpuTime: cpuTimeOf(view, row),
    memory: memoryOf(view, row),
    ...(row.tty ? { tty: "pts/0" } : {}),
  };
}
