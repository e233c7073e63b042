/** Commands that do the same to each argument: print it when it worked, collect the errors, exit 1 if there were any. */
import type { Context } from "../command";
import { CliError } from "../errors";

/** Runs `act` on every argument in order. It may return the line to print instead of the argument. */
export async function forEachArg(ctx: Context, act: (name: string) => Promise<string | void>): Promise<number> {
  const failures: string[] = [];
  for (const name of ctx.args) {
    try {
      await ctx.out(`${(await act(name)) ?? name}\n`);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      failures.push(error.message);
    }
  }
  if (failures.length > 0) throw new CliError(failures.join("\n"));
  return 0;
}

/** `a=b` pairs as an object; a word without `=` gets an empty value. */
export function keyValues(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((value) => {
      const at = value.indexOf("=");
      return at < 0 ? [value, ""] : [value.slice(0, at), value.slice(at + 1)];
    }),
  );
}
