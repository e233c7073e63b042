/** Process rows of containers and execs: what the host shall run, with the environment Docker gives it. */

import { hostnameOf } from "../machine/etc";
import type { ProcessRow } from "../machine/tables";
import type { Tx } from "../room";
import type { View } from "../store/store";
import { DEFAULT_PATH, type User } from "./executable";
import type { ContainerRow } from "./tables";

/** The first process id handed out on a machine: what runs before is the system's own. */
const FIRST_PID = 2001;

export interface Launch {
  readonly owner: ProcessRow["owner"];
  readonly argv: readonly string[];
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: User;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly size: readonly [number, number]; // rows, columns
}

/** Puts the row; the host starts it. */
export function launch(tx: Tx, container: ContainerRow, start: Launch): ProcessRow {
  const pid = nextPid(tx, container.machine);
  return tx.table("processes").put({
    id: `${start.owner.id}:${pid}`,
    machine: container.machine,
    owner: start.owner,
    root: { kind: "container", id: container.id },
    argv: start.argv,
    executable: start.executable,
    env: start.env,
    cwd: start.cwd,
    user: start.user.uid === 0 && start.user.gid === 0 ? "" : `${start.user.uid}:${start.user.gid}`,
    hostname: hostnameOf(container),
    tty: start.tty,
    openStdin: start.openStdin,
    rows: start.size[0],
    columns: start.size[1],
    memoryLimit: container.hostConfig.Memory ?? 0,
    pid,
    state: "wanted",
    startedAt: tx.now,
    signals: [],
    signalsSeen: 0,
    listening: [],
    paused: false,
  });
}

function nextPid(tx: Tx, machine: string): number {
  const id = `pid:${machine}`;
  let pid = tx.table("meta").get(id)?.value ?? FIRST_PID;
  while (tx.table("processes").count("pid", `${machine}/${pid}`) > 0) pid++;
  tx.table("meta").put({ id, value: pid + 1 + tx.random("engine.pids").below(40) });
  return pid;
}

/** PATH, HOSTNAME, TERM below what the container's configuration says, HOME when nobody set it. */
export function environment(
  container: ContainerRow,
  tty: boolean,
  user: User,
  { linked = [], more = [] }: { readonly linked?: readonly string[]; readonly more?: readonly string[] } = {},
): Record<string, string> {
  const env: Record<string, string> = {
    PATH: DEFAULT_PATH,
    HOSTNAME: hostnameOf(container),
    ...(tty ? { TERM: "xterm" } : {}),
  };
  for (const line of [...linked, ...(container.config.Env ?? []), ...more]) {
    const cut = line.indexOf("=");
    if (cut > 0) env[line.slice(0, cut)] = line.slice(cut + 1);
    else if (cut < 0) delete env[line];
  }
  if (env.HOME === undefined) env.HOME = user.home;
  return env;
}

/** All processes that run in a container: its own and those of execs. */
export const processesIn = (tx: View, container: ContainerRow): ProcessRow[] => {
  const owners = [
    container.id,
    ...tx
      .table("execs")
      .by("container", container.id)
      .map((exec) => exec.id),
  ];
  return owners.flatMap((owner) => tx.table("processes").by("owner", owner));
};

/** The container's own process. */
export const mainProcess = (tx: View, container: ContainerRow): ProcessRow | undefined =>
  tx.table("processes").by("owner", container.id)[0];

/** Sends a signal to one process. */
export function signalProcess(tx: Tx, process: ProcessRow, signal: string): void {
  const number = Math.max(process.signalsSeen, process.signals.at(-1)?.number ?? 0) + 1;
  tx.table("processes").patch(process.id, { signals: [...process.signals, { number, signal }] });
}
