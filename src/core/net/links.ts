/** Which machines can reach each other: both are on, their daemons run, and no cable is pulled between them. */
import type { View } from "../store/store";
import type { Millis } from "../time/agenda";

/** Whether a machine's daemon runs at all. */
export function daemonRuns(view: View, machine: string): boolean {
  const row = view.table("machines").get(machine);
  return row?.power === "on" && row.daemon === "up";
}

/** Whether packets of the daemon on one machine arrive at the daemon of the other. */
export function linked(view: View, from: string, to: string): boolean {
  if (!daemonRuns(view, from) || !daemonRuns(view, to)) return false;
  if (from === to) return true;
  const machines = view.table("machines");
  return machines.get(from)?.network === "ok" && machines.get(to)?.network === "ok";
}

/** One way, in milliseconds: within a machine and across the local network. */
export const linkLatency = (from: string, to: string): Millis => (from === to ? 1 : 5);
