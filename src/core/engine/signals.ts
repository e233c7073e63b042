/** Names and numbers of signals, as `docker kill -s` takes them (moby/sys `signal`). */
import { invalidParameter } from "../errors";

const NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
};

/** `SIGTERM` of `15`, `term`, `SIGTERM`. Throws `invalid signal`. */
export function checkSignal(text: string): string {
  const name = text.toUpperCase().replace(/^SIG/, "");
  if (NUMBERS[name] !== undefined) return `SIG${name}`;
  const number = Number(text);
  const known = Object.entries(NUMBERS).find(([, value]) => value === number);
  if (/^\d+$/.test(text) && known) return `SIG${known[0]}`;
  throw invalidParameter(`invalid signal: ${text}`);
}

export const signalNumber = (signal: string): number => NUMBERS[signal.replace(/^SIG/, "")] ?? 15;
