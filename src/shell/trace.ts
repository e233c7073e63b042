/** `set -x`. */
import type { Assignment } from "./ast";
import { type Fds, write } from "./control";
import type { Shell } from "./shell";

/** Prints a command as `set -x` does. */
export async function trace(
  shell: Shell,
  assigns: readonly Assignment[],
  argv: readonly string[],
  fds: Fds,
): Promise<void> {
  if (!shell.options.has("xtrace")) return;
  const quote = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  for (const assign of assigns) {
    const value = shell.vars.get(assign.name) ?? "";
    await write(fds, 2, `+ ${assign.name}=${value === "" ? "" : quote(value)}\n`);
  }
  if (argv.length > 0) await write(fds, 2, `+ ${argv.map(quote).join(" ")}\n`);
}
