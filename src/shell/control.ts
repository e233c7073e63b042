/** What commands of a shell share: their streams, the jobs they belong to, and the ways in which they end early. */
import type { Child, Input, Output } from "../api/process";
import { Reader } from "./streams";

export interface Fd {
  readonly input?: Input;
  readonly output?: Output;
  readonly tty?: boolean;
}
export type Fds = ReadonlyMap<number, Fd>;

/** What runs in the foreground: Ctrl-C reaches all of it. */
export class Foreground {
  readonly children = new Set<Child>();
  readonly abort = new AbortController();
  kill(signal: "SIGINT" | "SIGTERM" | "SIGKILL" | "SIGHUP"): void {
    this.abort.abort(new Error(signal));
    for (const child of this.children) child.kill(signal);
  }
}

export interface Job {
  readonly id: number;
  readonly pid: number;
  readonly source: string;
  readonly done: Promise<number>;
  readonly foreground: Foreground;
  status: number | undefined;
  reported: boolean;
}

export class ExitError extends Error {
  readonly status: number;
  constructor(status: number) {
    super("exit");
    this.status = status;
  }
}
export class ReturnError extends ExitError {}
export class LoopError extends Error {
  left: number;
  readonly kind: "break" | "continue";
  constructor(kind: "break" | "continue", left: number) {
    super(kind);
    this.kind = kind;
    this.left = left;
  }
}
export class Interrupted extends Error {}

export async function write(fds: Fds, fd: number, text: string | Uint8Array): Promise<void> {
  await fds.get(fd)?.output?.write(text);
}

export function readerOf(fds: Fds, fd = 0): Reader | undefined {
  const input = fds.get(fd)?.input;
  return input && Reader.of(input);
}
