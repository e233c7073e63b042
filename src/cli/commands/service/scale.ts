/** `docker service scale`: all services first, then the waiting, one after the other. */
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { serviceScale } from "../../options/service";
import { waitOnService } from "./progress";
import { getService, sendService } from "./update";

export const scale: Command = {
  ...serviceScale,
  completes: ["service"],
  run: async (ctx) => {
    const wanted = ctx.args.map((arg) => parse(ctx, arg));
    const scaled: string[] = [];
    const failures: string[] = [];
    const attempt = async (name: string, act: () => Promise<void>) => {
      try {
        await act();
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        failures.push(`${name}: ${error.message}`);
      }
    };
    for (const { name, count } of wanted) {
      await attempt(name, async () => {
        await scaleTo(ctx, name, replicas(count));
        scaled.push(name);
        await ctx.out(`${name} scaled to ${count}\n`);
      });
    }
    if (!ctx.flags.bool("detach")) {
      for (const name of scaled) await attempt(name, () => waitOnService(ctx, name, false));
    }
    if (failures.length > 0) throw new CliError(failures.join("\n"));
  },
};

function parse(ctx: Context, arg: string): { name: string; count: string } {
  const at = arg.indexOf("=");
  if (at > 0 && at < arg.length - 1) return { name: arg.slice(0, at), count: arg.slice(at + 1) };
  throw new CliError(
    `invalid scale specifier '${arg}'.\nSee '${ctx.path} --help'.\n\nUsage:  docker service ${serviceScale.use}\n\n${serviceScale.short}`,
  );
}

function replicas(text: string): number {
  const reason = !/^\d+$/.test(text) ? "invalid syntax" : BigInt(text) >= 1n << 64n ? "value out of range" : undefined;
  if (reason)
    throw new CliError(`invalid replicas value ${text}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${reason}`);
  return Number(text);
}

async function scaleTo(ctx: Context, name: string, count: number): Promise<void> {
  const service = await getService(ctx, name);
  const { Mode: mode } = service.Spec;
  if (mode.Replicated) mode.Replicated.Replicas = count;
  else if (mode.ReplicatedJob) mode.ReplicatedJob.TotalCompletions = count;
  else throw new CliError("scale can only be used with replicated or replicated-job mode");
  await sendService(ctx, service);
}
