/** What every builtin is given, and how it answers. */
import type { Assignment } from "../ast";
import { type Fds, write } from "../control";
import type { Shell } from "../shell";

export interface Call {
  readonly shell: Shell;
  readonly argv: readonly string[];
  readonly args: readonly string[];
  /** Assignments among the arguments of a declaring builtin. */
  readonly declared: readonly Assignment[];
  readonly fds: Fds;
}

export type Builtin = (call: Call) => Promise<number>;

export const out = (call: Call, text: string) => write(call.fds, 1, text);

export async function printed(call: Call, text: string): Promise<number> {
  await out(call, text);
  return 0;
}

export async function fail(call: Call, message: string, status = 1): Promise<number> {
  await call.shell.complain(call.fds, message, call.argv[0]);
  return status;
}

export const numeric = (text: string | undefined) => text !== undefined && /^[-+]?\d+$/.test(text);

export const single = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

export const double = (text: string) => `"${text.replace(/["\\$`]/g, "\\$&")}"`;
