/** `docker stack ls`, `ps` and `services`: found by the label of a stack's services. */
import type { Service, Task } from "../../api";
import type { Command, Context } from "../../command";
import { STACK_LABEL } from "../../compose/namespace";
import { CliError } from "../../errors";
import { encodeFilters, filtersQuery } from "../../filters";
import { type ListFormat, renderList } from "../../format/list";
import { naturalCompare } from "../../format/text";
import { stackLs, stackPs, stackServices } from "../../options/stack";
import { printServices } from "../service/formatter";
import { printTasks } from "../task/list";
import { checkStackName } from "./name";

interface Stack {
  readonly name: string;
  readonly services: number;
}

const STACK_FORMAT: ListFormat<Stack> = {
  goType: "*formatter.stackContext",
  headers: { Name: "NAME", Services: "SERVICES" },
  table: "table {{.Name}}\\t{{.Services}}",
  fields: (stack) => ({ Name: () => stack.name, Services: () => String(stack.services) }),
};

export const ls: Command = {
  ...stackLs,
  run: async (ctx) => {
    const filters = encodeFilters({ label: { [STACK_LABEL]: true } });
    const services = (await ctx.client.get<Service[] | null>("/services", { filters })) ?? [];
    const counts = new Map<string, number>();
    for (const service of services) {
      const name = service.Spec.Labels?.[STACK_LABEL];
      if (name === undefined) throw new CliError(`cannot get label ${STACK_LABEL} for service ${service.ID}`);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const rows = [...counts]
      .map(([name, count]) => ({ name, services: count }))
      .sort((a, b) => naturalCompare(a.name, b.name));
    await ctx.out(renderList(STACK_FORMAT, rows, { format: ctx.flags.string("format") }));
  },
};

/** The user's filters and the stack's own. */
function filtersOf(ctx: Context, stack: string): string | undefined {
  return filtersQuery([...ctx.flags.list("filter"), `label=${STACK_LABEL}=${stack}`]);
}

export const ps: Command = {
  ...stackPs,
  completes: ["stack"],
  run: async (ctx) => {
    const [stack = ""] = ctx.args;
    checkStackName(stack);
    const tasks = (await ctx.client.get<Task[] | null>("/tasks", { filters: filtersOf(ctx, stack) })) ?? [];
    if (tasks.length === 0) throw new CliError(`nothing found in stack: ${stack}`);
    await printTasks(ctx, tasks);
  },
};

export const services: Command = {
  ...stackServices,
  completes: ["stack"],
  run: async (ctx) => {
    const [stack = ""] = ctx.args;
    checkStackName(stack);
    const query = { filters: filtersOf(ctx, stack), status: "true" };
    const found = (await ctx.client.get<Service[] | null>("/services", query)) ?? [];
    if (found.length === 0) {
      await ctx.err(`Nothing found in stack: ${stack}\n`);
      return;
    }
    await printServices(ctx, found);
  },
};
