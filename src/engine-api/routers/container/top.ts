/** `GET /containers/NAME/top`: a container's processes as `ps` on the machine would list them (moby `daemon/top_unix.go`). */
import { processesIn } from "../../../core/engine/processes";
import type { ContainerRow } from "../../../core/engine/tables";
import { conflict, systemError } from "../../../core/errors";
import type { ProcessRow } from "../../../core/machine/tables";
import { rfc3339 } from "../../../core/time/calendar";
import type { Backend } from "../../backend";
import type { Json } from "./network-settings";

interface Column {
  readonly title: string;
  value(process: ProcessRow): string;
}

const user = ({ user: name }: ProcessRow) => name.split(":")[0] || "root";
const clock = ({ startedAt }: ProcessRow) => rfc3339(startedAt).slice(11, 16);
const command = ({ argv }: ProcessRow) => argv.join(" ");
const terminal = ({ tty }: ProcessRow) => (tty ? "pts/0" : "?");

/** The keys of `ps -o`. */
const COLUMNS: Readonly<Record<string, Column>> = {
  user: { title: "USER", value: user },
  uid: { title: "UID", value: user },
  pid: { title: "PID", value: ({ pid }) => String(pid) },
  // The shim that started it has the number before.
  ppid: { title: "PPID", value: ({ pid }) => String(pid - 1) },
  c: { title: "C", value: () => "0" },
  stime: { title: "STIME", value: clock },
  start: { title: "START", value: clock },
  tty: { title: "TTY", value: terminal },
  time: { title: "TIME", value: () => "00:00:00" },
  bsdtime: { title: "TIME", value: () => "0:00" },
  cmd: { title: "CMD", value: command },
  args: { title: "COMMAND", value: command },
  command: { title: "COMMAND", value: command },
  comm: { title: "COMMAND", value: ({ executable }) => executable.slice(executable.lastIndexOf("/") + 1) },
  stat: { title: "STAT", value: ({ paused }) => (paused ? "D" : "Ss") },
  "%cpu": { title: "%CPU", value: () => "0.0" },
  "%mem": { title: "%MEM", value: () => "0.0" },
  vsz: { title: "VSZ", value: () => "1536" },
  rss: { title: "RSS", value: () => "1536" },
};
const FULL = "uid pid ppid c stime tty time cmd";
const USER_ORIENTED = "user pid %cpu %mem vsz rss tty stat start bsdtime command";
const SHORT = "pid tty time cmd";

export function topJson(backend: Backend, row: ContainerRow, psArgs: string): Json {
  if (row.state === "restarting")
    throw conflict(`Container ${row.id} is restarting, wait until the container is running`);
  if (row.state !== "running" && row.state !== "paused") throw conflict(`container ${row.id} is not running`);
  const columns = columnsOf(psArgs || "-ef");
  if (!columns.some(({ title }) => title === "PID")) throw systemError("Couldn't find PID field in ps output");
  return {
    Processes: processesIn(backend.view, row).map((process) => columns.map((column) => column.value(process))),
    Titles: columns.map(({ title }) => title),
  };
}

function columnsOf(psArgs: string): Column[] {
  const own = /(?:^|\s)-?o\s*(\S+)/.exec(psArgs)?.[1];
  if (own) return own.split(",").map(columnOf);
  const words = psArgs.trim().split(/\s+/);
  const chosen = words.some((word) => !word.startsWith("-") && word.includes("u"))
    ? USER_ORIENTED
    : words.some((word) => word.startsWith("-") && word.includes("f"))
      ? FULL
      : SHORT;
  return chosen.split(" ").map(columnOf);
}

function columnOf(key: string): Column {
  const [name = "", title] = key.split("=");
  const column = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
  if (!column) throw systemError(`ps: error: unknown user-defined format specifier "${name}"`);
  return title === undefined ? column : { ...column, title };
}
