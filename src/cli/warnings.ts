/** Remarks of the command line itself, in the form of its logger. */
import type { Context } from "./command";

/** One line for each on stderr. */
export async function logWarnings(ctx: Pick<Context, "sys" | "err">, messages: readonly string[]): Promise<void> {
  const time = new Date(ctx.sys.clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  for (const message of messages) {
    const line = ctx.sys.tty
      ? `\x1b[33mWARN\x1b[0m[0000] ${message} \n`
      : `time="${time}" level=warning msg=${JSON.stringify(message)}\n`;
    await ctx.err(line);
  }
}
