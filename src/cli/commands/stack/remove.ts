/** `docker stack rm`: services, secrets, configs, networks; whatever fails does not keep the rest. */
import type { FileObject, Service, Task } from "../../api";
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError, messageOf } from "../../errors";
import { stackRm } from "../../options/stack";
import { checkStackName } from "./name";
import { type StackNetwork, stackObjects, stackServices } from "./objects";

const POLL_MILLIS = 200;

export const rm: Command = {
  ...stackRm,
  completes: ["stack"],
  run: async (ctx) => {
    for (const stack of ctx.args) checkStackName(stack);
    const failures: string[] = [];
    for (const stack of ctx.args) {
      if (!(await removeStack(ctx, stack))) failures.push(`failed to remove some resources from stack: ${stack}`);
      else if (!ctx.flags.bool("detach")) await waitForTasks(ctx, stack);
    }
    if (failures.length > 0) throw new CliError(failures.join("\n"));
  },
};

/** False when something could not be removed. */
async function removeStack(ctx: Context, stack: string): Promise<boolean> {
  const services = await stackServices(ctx, stack);
  const networks = await stackObjects<StackNetwork>(ctx, "networks", stack);
  const secrets = await stackObjects<FileObject>(ctx, "secrets", stack);
  const configs = await stackObjects<FileObject>(ctx, "configs", stack);
  if (services.length + networks.length + secrets.length + configs.length === 0) {
    await ctx.err(`Nothing found in stack: ${stack}\n`);
    return true;
  }
  const nameOf = (object: FileObject) => object.Spec.Name;
  const results = [
    await removeServices(ctx, services),
    await removeAll(
      ctx,
      "secret",
      secrets.map((secret) => [nameOf(secret), secret.ID] as const),
    ),
    await removeAll(
      ctx,
      "config",
      configs.map((config) => [nameOf(config), config.ID] as const),
    ),
    await removeAll(
      ctx,
      "network",
      networks.map((network) => [network.Name, network.Id] as const),
    ),
  ];
  return results.every(Boolean);
}

/** By name. False when one could not be removed. */
export function removeServices(ctx: Context, services: readonly Service[]): Promise<boolean> {
  return removeAll(
    ctx,
    "service",
    services.map((service) => [service.Spec.Name, service.ID] as const),
  );
}

async function removeAll(
  ctx: Context,
  kind: string,
  objects: readonly (readonly [name: string, id: string])[],
): Promise<boolean> {
  let fine = true;
  for (const [name, id] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await ctx.out(`Removing ${kind} ${name}\n`);
    try {
      await ctx.client.delete(`/${kind}s/${segment(id)}`);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      await ctx.err(`Failed to remove ${kind} ${id}: ${messageOf(error)}`);
      fine = false;
    }
  }
  return fine;
}

const ENDED = new Set(["complete", "shutdown", "failed", "rejected"]);

async function waitForTasks(ctx: Context, stack: string): Promise<void> {
  for (;;) {
    const tasks = await stackObjects<Task>(ctx, "tasks", stack);
    if (tasks.every((task) => ENDED.has(task.Status.State))) return;
    await ctx.sys.clock.sleep(POLL_MILLIS);
  }
}
