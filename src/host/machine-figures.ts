/**
 * What the simulated programs of a machine cost: the figures behind `ps`, `top`, `free`, `uptime`. They follow from what
 * runs: a program's start and its output take processor time, its size and what it keeps take memory.
 */
import type { ProcessInfo } from "../api/process";
import type { MachineRow, ProcessRow } from "../core/machine/tables";
import type { View } from "../core/store/store";
import type { Millis } from "../core/time/agenda";

/** Processor time that starting a program takes, and each byte it writes. */
const START_COST: Millis = 40;
const BYTE_COST: Millis = 0.002;
/** A small program, in bytes; what the kernel and its tables occupy; what it keeps of files read at boot. */
export const PROGRAM_SIZE = 1.5 * 1024 * 1024;
const KERNEL_SIZE = 140 * 1024 * 1024;
const BOOT_CACHE = 180 * 1024 * 1024;
/** Periods of the load averages. */
const PERIODS = [60_000, 300_000, 900_000] as const;

export const cpuTimeOf = (view: View, row: ProcessRow): Millis =>
  START_COST + (view.table("outputs").get(row.id)?.bytes ?? 0) * BYTE_COST;

/** What a process of a container occupies: the program, and what it keeps (a redis its keys). */
export function memoryOf(view: View, row: ProcessRow): number {
  let kept = 0;
  for (const state of view.table("programState").by("owner", row.owner.id))
    kept += state.id.length + (JSON.stringify(state.value)?.length ?? 0);
  return PROGRAM_SIZE + kept;
}

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
