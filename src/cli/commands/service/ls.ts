/** `docker service ls`, `ps` and `rm`. */
import type { Service, Task } from "../../api";
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { encodeFilters, filtersQuery } from "../../filters";
import { serviceLs, servicePs, serviceRm } from "../../options/service";
import { forEachArg } from "../each";
import { nodeReference } from "../node/ls";
import { printTasks } from "../task/list";
import { printServices } from "./formatter";

export const ls: Command = {
  ...serviceLs,
  run: async (ctx) => {
    const filters = filtersQuery(ctx.flags.list("filter"));
    const status = ctx.flags.bool("quiet") ? undefined : "true";
    await printServices(ctx, (await ctx.client.get<Service[] | null>("/services", { filters, status })) ?? []);
  },
};

export const ps: Command = {
  ...servicePs,
  completes: ["service"],
  run: async (ctx) => {
    const { ids, missing } = await findServices(ctx, ctx.args);
    if (ids.length === 0) throw new CliError(missing.join("\n"));
    const filters = filtersQuery([...(await ownFilters(ctx)), ...ids.map((id) => `service=${id}`)]);
    await printTasks(ctx, (await ctx.client.get<Task[] | null>("/tasks", { filters })) ?? []);
    if (missing.length > 0) throw new CliError(missing.join("\n"));
  },
};

/** `--filter node=self` means the node that answers. */
async function ownFilters(ctx: Context): Promise<string[]> {
  const result: string[] = [];
  for (const filter of ctx.flags.list("filter")) {
    result.push(filter === "node=self" ? `node=${await nodeReference(ctx, "self")}` : filter);
  }
  return result;
}

/** By whole id, by name, by the start of an id, in this order. */
async function findServices(ctx: Context, names: readonly string[]): Promise<{ ids: string[]; missing: string[] }> {
  const wanted = Object.fromEntries(names.map((name) => [name, true]));
  const list = async (kind: string) =>
    (await ctx.client.get<Service[] | null>("/services", { filters: encodeFilters({ [kind]: wanted }) })) ?? [];
  const byId = await list("id");
  const byName = await list("name");
  const ids: string[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const exact = byId.find((service) => service.ID === name) ?? byName.find((service) => service.Spec.Name === name);
    const started = exact ? [exact] : byId.filter((service) => service.ID.startsWith(name));
    if (started.length > 1) throw new CliError(`multiple services found with provided prefix: ${name}`);
    if (started[0]) ids.push(started[0].ID);
    else missing.push(`no such service: ${name}`);
  }
  return { ids, missing };
}

export const rm: Command = {
  ...serviceRm,
  completes: ["service"],
  run: (ctx) =>
    forEachArg(ctx, async (name) => {
      await ctx.client.delete(`/services/${segment(name)}`);
    }),
};
