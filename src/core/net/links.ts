/**
 * Which machines can reach each other, and how well: whether power, cables and daemons are there, how long a packet takes
 * and how many get lost.
 */
import type { MachineRow } from "../machine/tables";
import type { Tx } from "../room";
import type { View } from "../store/store";
import type { Millis } from "../time/agenda";

/** One way, in milliseconds: within a machine and across the local network. */
const INSIDE: Millis = 1;
const ACROSS: Millis = 5;

/** A heartbeat must be answered within five seconds (swarmkit `agent/config.go`, dispatcherRPCTimeout). */
const CALL_LIMIT: Millis = 5000;
/** Where so many packets are lost, retransmissions do not bring a call home within its limit often enough. */
const LOSS_LIMIT = 0.5;
/** TCP sends again after this, then after twice as long, and so on. */
const RETRANSMISSION: Millis = 200;
const MOST_RETRANSMISSIONS = 5;

/** Whether a machine's daemon runs at all. */
export function daemonRuns(view: View, machine: string): boolean {
  const row = view.table("machines").get(machine);
  return row?.power === "on" && row.daemon === "up";
}

/** Whether a daemon still looks after its containers: one that was told to stop does until the last has ended. */
export function daemonMinds(view: View, machine: string): boolean {
  const row = view.table("machines").get(machine);
  return row?.power === "on" && row.daemon !== "crashed";
}

/** Whether packets pass from one machine to another; no daemon is needed for that. */
export function wired(view: View, from: string, to: string): boolean {
  const machines = view.table("machines");
  const [a, b] = [machines.get(from), machines.get(to)];
  if (a?.power !== "on" || b?.power !== "on") return false;
  if (from === to) return true;
  return hasCable(a) && hasCable(b) && !a.cutFrom?.includes(to) && !b.cutFrom?.includes(from);
}

const hasCable = ({ network, loss = 0 }: MachineRow) => network === "ok" && loss < 1;

/** Whether a session between the daemons of two machines holds: both run, and calls are answered in time. */
export function linked(view: View, from: string, to: string): boolean {
  if (!daemonRuns(view, from) || !daemonRuns(view, to)) return false;
  if (from === to) return true;
  return wired(view, from, to) && 2 * linkLatency(view, from, to) < CALL_LIMIT && linkLoss(view, from, to) < LOSS_LIMIT;
}

/** One way, in milliseconds, when nothing is lost. */
export function linkLatency(view: View, from: string, to: string): Millis {
  if (from === to) return INSIDE;
  const machines = view.table("machines");
  return ACROSS + (machines.get(from)?.latency ?? 0) + (machines.get(to)?.latency ?? 0);
}

/** The share of packets lost between two machines. */
export function linkLoss(view: View, from: string, to: string): number {
  if (from === to) return 0;
  const machines = view.table("machines");
  return 1 - (1 - (machines.get(from)?.loss ?? 0)) * (1 - (machines.get(to)?.loss ?? 0));
}

/** The share of messages between two machines that later ones overtake. */
export function linkReorder(view: View, from: string, to: string): number {
  const machines = view.table("machines");
  return from === to ? 0 : Math.max(machines.get(from)?.reorder ?? 0, machines.get(to)?.reorder ?? 0);
}

/** How long a message takes this time: lost packets are sent again. */
export function transit(tx: Tx, from: string, to: string): Millis {
  const loss = linkLoss(tx, from, to);
  let time = linkLatency(tx, from, to);
  for (let n = 0; loss > 0 && n < MOST_RETRANSMISSIONS; n++) {
    if (tx.random("net.loss").below(1_000_000) >= loss * 1_000_000) break;
    time += RETRANSMISSION * 2 ** n;
  }
  return time;
}

/** Whether a change of a machine's row concerns who reaches whom. */
export function linksChanged(before: MachineRow | undefined, after: MachineRow | undefined): boolean {
  if (!before || !after) return true;
  return LINK_FIELDS.some((field) => before[field] !== after[field]);
}

const LINK_FIELDS = ["power", "daemon", "network", "cutFrom", "latency", "loss"] as const;
