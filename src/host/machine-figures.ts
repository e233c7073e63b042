/** The figures of a whole machine behind `top`, `free`, `uptime`: they follow from what runs on it. */
import type { ProcessInfo } from "../api/process";
import type { MachineRow } from "../core/machine/tables";
import type { View } from "../core/store/store";
import type { Millis } from "../core/time/agenda";

/** What the kernel and its tables occupy; what it keeps of files read at boot. Bytes. */
const KERNEL_SIZE = 140 * 1024 * 1024;
const BOOT_CACHE = 180 * 1024 * 1024;
/** Periods of the load averages. */
const PERIODS = [60_000, 300_000, 900_000] as const;

/** Memory of the whole machine: its processes and the kernel; the cache holds the layers its containers run from. */
export function memoryUse(
  view: View,
  machine: MachineRow,
  processes: readonly ProcessInfo[],
): { used: number; cached: number } {
  const used = Math.min(machine.memory, KERNEL_SIZE + processes.reduce((sum, { memory }) => sum + memory, 0));
  const layers = new Set<string>();
  for (const row of view.table("containers").by("machine", machine.id))
    if (row.state === "running" || row.state === "paused") for (const layer of row.layers ?? []) layers.add(layer);
  let cached = BOOT_CACHE;
  for (const layer of layers) cached += view.table("layers").get(layer)?.size ?? 0;
  return { used, cached: Math.min(cached, Math.round((machine.memory - used) * 0.9)) };
}

/** Load averages: each process counts with the processor time it took when it started, less the longer ago that is. */
export function loadOf(processes: readonly ProcessInfo[], now: Millis): [number, number, number] {
  const average = (period: Millis): number =>
    processes.reduce(
      (sum, { startedAt, cpuTime }) => sum + (cpuTime / period) * Math.exp(-(now - startedAt) / period),
      0,
    );
  return [average(PERIODS[0]), average(PERIODS[1]), average(PERIODS[2])];
}
