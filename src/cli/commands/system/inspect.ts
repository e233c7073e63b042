/** `docker inspect`: asks for one kind of object after the other until something has that name. */
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError, isNotFound } from "../../errors";
import { inspectAll } from "../../format/inspect";
import { systemInspect } from "../../options/system";

interface Kind {
  readonly type: string;
  readonly path: (name: string) => string;
  readonly query?: Record<string, string>;
  readonly swarm?: boolean;
}

const KINDS: readonly Kind[] = [
  { type: "container", path: (name) => `/containers/${name}/json` },
  { type: "image", path: (name) => `/images/${name}/json` },
  { type: "network", path: (name) => `/networks/${name}` },
  { type: "volume", path: (name) => `/volumes/${name}` },
  { type: "service", path: (name) => `/services/${name}`, query: { insertDefaults: "true" }, swarm: true },
  { type: "task", path: (name) => `/tasks/${name}`, swarm: true },
  { type: "node", path: (name) => `/nodes/${name}`, swarm: true },
  { type: "plugin", path: (name) => `/plugins/${name}/json` },
  { type: "secret", path: (name) => `/secrets/${name}`, swarm: true },
  { type: "config", path: (name) => `/configs/${name}`, swarm: true },
];

export const inspect: Command = {
  ...systemInspect,
  completes: ["container", "image", "network", "volume"],
  run: (ctx) => {
    const type = ctx.flags.string("type");
    const known = KINDS.map((kind) => kind.type).sort();
    if (ctx.flags.changed("type") && !known.includes(type)) {
      const names = known.map((name) => JSON.stringify(name)).join(", ");
      throw new CliError(
        type === ""
          ? `type is empty: must be one of ${names}`
          : `unknown type: ${JSON.stringify(type)}: must be one of ${names}`,
      );
    }
    let manager: Promise<boolean> | undefined;
    const isManager = () => {
      manager ??= asksManager(ctx);
      return manager;
    };
    return inspectAll(ctx, ctx.args, (name) => find(ctx, name, type, isManager));
  },
};

async function asksManager(ctx: Context): Promise<boolean> {
  const info = await ctx.client.get<{ Swarm?: { ControlAvailable?: boolean } }>("/info");
  return info.Swarm?.ControlAvailable === true;
}

async function find(ctx: Context, name: string, type: string, isManager: () => Promise<boolean>): Promise<unknown> {
  for (const kind of KINDS) {
    if (type !== "" && kind.type !== type) continue;
    if (type === "" && kind.swarm && !(await isManager())) continue;
    const sized = ctx.flags.bool("size") && kind.type === "container" ? { size: true } : {};
    try {
      return await ctx.client.get(kind.path(segment(name)), { ...kind.query, ...sized });
    } catch (error) {
      if (type === "" && (isNotFound(error) || (kind.type === "plugin" && error instanceof CliError))) continue;
      throw error;
    }
  }
  throw new CliError(`Error: No such object: ${name}`);
}
