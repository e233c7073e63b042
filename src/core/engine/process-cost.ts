/**
 * What a simulated program costs. It has no counters of its own: its start and what it writes take processor time, its size
 * and what it keeps take memory. `docker stats`, `docker top`, `ps`, `top` and `free` tell the same figures.
 */
import type { ProcessRow } from "../machine/tables";
import type { View } from "../store/store";
import type { Millis } from "../time/agenda";

/** Processor time that starting a program takes, and each byte it writes. */
const START_COST: Millis = 40;
const BYTE_COST: Millis = 0.002;
/** A small program, in bytes. */
export const PROGRAM_SIZE = 1.5 * 1024 * 1024;

/** Processor time since its start. */
export const cpuTimeOf = (view: View, row: ProcessRow): Millis =>
  START_COST + (view.table("outputs").get(row.id)?.bytes ?? 0) * BYTE_COST;

/** Bytes that a process occupies: the program, and what it keeps (a redis its keys). */
export function memoryOf(view: View, row: ProcessRow): number {
  let kept = 0;
  for (const state of view.table("programState").by("owner", row.owner.id))
    kept += state.id.length + (JSON.stringify(state.value)?.length ?? 0);
  return PROGRAM_SIZE + kept;
}
