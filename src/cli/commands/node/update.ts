/** `docker node update`, `promote`, `demote` and `rm`. */
import type { Node, NodeSpec } from "../../api";
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { nodeDemote, nodePromote, nodeRm, nodeUpdate } from "../../options/node";
import { forEachArg, keyValues } from "../each";

/** Sends what `change` makes of the specification; undefined: nothing is sent. */
async function change(
  ctx: Context,
  name: string,
  make: (node: Node) => Promise<NodeSpec | undefined> | NodeSpec,
): Promise<boolean> {
  const node = await ctx.client.get<Node>(`/nodes/${segment(name)}`);
  const spec = await make(node);
  if (!spec) return false;
  await ctx.client.post(`/nodes/${node.ID}/update`, { query: { version: node.Version.Index }, json: spec });
  return true;
}

export const update: Command = {
  ...nodeUpdate,
  completes: ["node"],
  run: async (ctx) => {
    const [name = ""] = ctx.args;
    await change(ctx, name, (node) => merge(ctx, node.Spec));
    await ctx.out(`${name}\n`);
  },
};

function merge({ flags }: Context, spec: NodeSpec): NodeSpec {
  const labels = { ...spec.Labels, ...keyValues(flags.list("label-add")) };
  for (const key of flags.list("label-rm")) {
    if (!Object.hasOwn(spec.Labels ?? {}, key)) throw new CliError(`key ${key} doesn't exist in node's labels`);
    delete labels[key];
  }
  return {
    ...spec,
    Labels: labels,
    ...(flags.changed("role") ? { Role: flags.string("role") } : {}),
    ...(flags.changed("availability") ? { Availability: flags.string("availability") } : {}),
  };
}

async function changeRoles(ctx: Context, role: "manager" | "worker", done: (name: string) => string): Promise<void> {
  for (const name of ctx.args) {
    const changed = await change(ctx, name, async (node) => {
      if (node.Spec.Role !== role) return { ...node.Spec, Role: role };
      await ctx.out(`Node ${node.ID} is already a ${role}.\n`);
      return undefined;
    });
    if (changed) await ctx.out(`${done(name)}\n`);
  }
}

export const promote: Command = {
  ...nodePromote,
  completes: ["node"],
  run: (ctx) => changeRoles(ctx, "manager", (name) => `Node ${name} promoted to a manager in the swarm.`),
};

export const demote: Command = {
  ...nodeDemote,
  completes: ["node"],
  run: (ctx) => changeRoles(ctx, "worker", (name) => `Manager ${name} demoted in the swarm.`),
};

export const rm: Command = {
  ...nodeRm,
  completes: ["node"],
  run: (ctx) =>
    forEachArg(ctx, async (name) => {
      await ctx.client.delete(`/nodes/${segment(name)}`, { force: ctx.flags.bool("force") });
    }),
};
