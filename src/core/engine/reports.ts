/** The host's reports on processes, as the engine takes them: output into logs, ends into exits. */
import { removeProcess } from "../machine/processes";
import { daemonMinds } from "../net/links";
import type { ArgsOf, CommandHandlers, Tx } from "../room";
import { execExited } from "./exec";
import { containerExited } from "./exit";
import { probeExited, probeWrote } from "./health";
import { appendLog } from "./logs";

export const reportCommands: CommandHandlers = {
  "processes.started": (tx, { processes }) => {
    const table = tx.table("processes");
    for (const process of processes) if (table.has(process)) table.patch(process, { state: "running" });
  },
  "process.wrote": wrote,
  "process.listening": (tx, { process, ports }) => {
    if (tx.table("processes").has(process)) tx.table("processes").patch(process, { listening: ports });
  },
  "process.signalled": (tx, { process, number }) => {
    const row = tx.table("processes").get(process);
    if (!row || number <= row.signalsSeen) return;
    const signals = row.signals.filter((signal) => signal.number > number);
    tx.table("processes").patch(process, { signalsSeen: number, signals });
  },
  "process.exited": exited,
  "process.state": (tx, { owner, key, value }) => {
    const id = `${owner}/${key}`;
    if (value === undefined) tx.table("programState").delete(id);
    else if (ownerLives(tx, owner)) tx.table("programState").put({ id, owner, value });
  },
};

const ownerLives = (tx: Tx, owner: string) => tx.table("containers").has(owner) || tx.table("execs").has(owner);

function wrote(tx: Tx, { process, stream, bytes }: ArgsOf<"process.wrote">): void {
  const row = tx.table("processes").get(process);
  if (!row) return;
  const outputs = tx.table("outputs");
  outputs.put({ id: process, bytes: (outputs.get(process)?.bytes ?? 0) + bytes.length });
  const { owner } = row;
  if (owner.kind === "container") {
    const driver = tx.table("containers").get(owner.id)?.hostConfig.LogConfig?.Type;
    if (driver !== "none") appendLog(tx, owner.id, stream, bytes);
  } else {
    const exec = tx.table("execs").get(owner.id);
    if (exec?.probe) probeWrote(tx, exec, bytes);
  }
  tx.emit("process.output", { process, owner, stream, bytes });
}

/** While its daemon is away nobody notices an end: the daemon finds the process gone when it boots. */
function exited(tx: Tx, { process, code, oom }: ArgsOf<"process.exited">): void {
  const row = tx.table("processes").get(process);
  if (!row) return;
  removeProcess(tx, process);
  if (!daemonMinds(tx, row.machine)) return;
  if (row.owner.kind === "container") {
    containerExited(tx, row.owner.id, code, oom === true);
    return;
  }
  const exec = execExited(tx, row.owner.id, code);
  if (exec?.probe) probeExited(tx, exec, code);
}
