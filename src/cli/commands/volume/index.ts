/** The `docker volume` commands. */
import { segment } from "../../client";
import type { Command, Context, Group } from "../../command";
import { CliError } from "../../errors";
import { inspectAll } from "../../format/inspect";
import { volumeCreate, volumeInspect, volumePrune, volumeRm, volumeUpdate } from "../../options/volume";
import { forEachArg, keyValues } from "../each";
import { agreed, type Pruned, printPruned, pruneFilters, SURE } from "../prune";
import { ls } from "./ls";

const create: Command = {
  ...volumeCreate,
  run: async (ctx) => {
    const [positional] = ctx.args;
    const named = ctx.flags.string("name");
    if (positional !== undefined && named) {
      throw new CliError(
        "conflicting options: cannot specify a volume-name through both --name and as a positional arg",
      );
    }
    const answer = await ctx.client.post<{ Name: string }>("/volumes/create", {
      json: {
        Name: positional ?? (named || undefined),
        Driver: ctx.flags.string("driver") || "local",
        DriverOpts: keyValues(ctx.flags.list("opt")),
        Labels: keyValues(ctx.flags.list("label")),
        ...clusterSpec(ctx),
      },
    });
    await ctx.out(`${answer.Name}\n`);
  },
};

/** The flags that make it a volume of the cluster; nothing without them. */
function clusterSpec({ flags }: Context): object {
  const names = ["availability", "group", "limit-bytes", "required-bytes", "scope", "secret", "sharing", "type"];
  if (![...names, "topology-preferred", "topology-required"].some((name) => flags.changed(name))) return {};
  return {
    ClusterVolumeSpec: {
      Group: flags.string("group"),
      AccessMode: {
        Scope: flags.string("scope") || "single",
        Sharing: flags.string("sharing") || "none",
        ...(flags.string("type") === "mount" ? { MountVolume: {} } : { BlockVolume: {} }),
      },
      Availability: flags.string("availability") || "active",
    },
  };
}

const inspect: Command = {
  ...volumeInspect,
  completes: ["volume"],
  run: (ctx) => inspectAll(ctx, ctx.args, (name) => ctx.client.get(`/volumes/${segment(name)}`)),
};

const rm: Command = {
  ...volumeRm,
  completes: ["volume"],
  run: (ctx) =>
    forEachArg(ctx, (name) => ctx.client.delete(`/volumes/${segment(name)}`, { force: ctx.flags.bool("force") })),
};

/** Removes unused volumes: the anonymous ones, or all of them. */
export async function pruneVolumes(ctx: Context, all: boolean): Promise<Pruned> {
  const answer = await ctx.client.post<{ VolumesDeleted?: string[] | null; SpaceReclaimed?: number }>(
    "/volumes/prune",
    {
      query: { filters: pruneFilters(ctx, all ? ["all=true"] : []) },
    },
  );
  return { lines: answer.VolumesDeleted ?? [], space: answer.SpaceReclaimed ?? 0 };
}

const prune: Command = {
  ...volumePrune,
  run: async (ctx) => {
    const all = ctx.flags.bool("all");
    const kind = all ? "all local volumes" : "anonymous local volumes";
    if (!(await agreed(ctx, `This will remove ${kind} not used by at least one container.${SURE}`))) return;
    await printPruned(ctx, "Deleted Volumes:", await pruneVolumes(ctx, all));
  },
};

interface ClusterVolume {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: Record<string, unknown>;
}

const update: Command = {
  ...volumeUpdate,
  completes: ["volume"],
  run: async (ctx) => {
    const found = await ctx.client.get<{ ClusterVolume?: ClusterVolume }>(`/volumes/${segment(ctx.args[0] ?? "")}`);
    if (!found.ClusterVolume) throw new CliError("can only update cluster volumes");
    const { ID, Version, Spec } = found.ClusterVolume;
    const availability = ctx.flags.changed("availability") ? { Availability: ctx.flags.string("availability") } : {};
    await ctx.client.request("PUT", `/volumes/${ID}`, {
      query: { version: Version.Index },
      json: { Spec: { ...Spec, ...availability } },
    });
  },
};

export const volume: Group = {
  name: "volume",
  short: "Manage volumes",
  commands: [create, inspect, ls, prune, rm, update],
  shows: (name, swarm) => name !== "update" || swarm === "" || swarm === "active/manager",
};
