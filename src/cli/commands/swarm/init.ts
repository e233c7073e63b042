/** `docker swarm init`, `join` and `leave`. */
import type { Info } from "../../api";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { swarmInit, swarmJoin, swarmLeave } from "../../options/swarm";
import { printJoinCommand } from "./join-token";
import { applyFlags, checkExternalCa, emptySpec, unlockKeyOf, unlockText } from "./spec";

const PORT = "2377";

export const init: Command = {
  ...swarmInit,
  checks: { "default-addr-pool": checkPool, "external-ca": checkExternalCa, "listen-addr": withPort },
  run: async (ctx) => {
    const { flags } = ctx;
    const spec = emptySpec();
    applyFlags(ctx, spec);
    const autolock = flags.bool("autolock");
    const body = {
      ListenAddr: flags.string("listen-addr") || `0.0.0.0:${PORT}`,
      AdvertiseAddr: flags.string("advertise-addr"),
      DataPathAddr: flags.string("data-path-addr"),
      DataPathPort: flags.int("data-path-port"),
      ForceNewCluster: flags.bool("force-new-cluster"),
      Spec: spec,
      AutoLockManagers: autolock,
      Availability: availability(ctx),
      DefaultAddrPool: flags.list("default-addr-pool"),
      SubnetSize: flags.changed("default-addr-pool-mask-length") ? flags.int("default-addr-pool-mask-length") : 24,
    };
    const id = await initialize(ctx, body);
    await ctx.out(`Swarm initialized: current node (${id}) is now a manager.\n\n`);
    await printJoinCommand(ctx, id, "worker");
    await ctx.out(
      "To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.\n",
    );
    if (autolock) await ctx.out(unlockText(await unlockKeyOf(ctx)));
  },
};

function checkPool(value: string): string {
  for (const pool of value.split(","))
    if (!/^[\d.]+\/\d{1,2}$|^[\da-f:.]+\/\d{1,3}$/i.test(pool.trim()))
      throw new Error(`invalid string being converted to CIDR: ${pool}`);
  return value;
}

async function initialize(ctx: Context, body: object): Promise<string> {
  try {
    return await ctx.client.post<string>("/swarm/init", { json: body });
  } catch (error) {
    if (
      error instanceof CliError &&
      /could not (choose an IP address|find the system's IP address)/.test(error.message)
    )
      throw new CliError(`${error.message} - specify one with --advertise-addr`);
    throw error;
  }
}

function availability(ctx: Context): string {
  if (!ctx.flags.changed("availability")) return "";
  const value = ctx.flags.string("availability");
  if (!["active", "pause", "drain"].includes(value.toLowerCase()))
    throw new CliError(`invalid availability "${value}", only active, pause and drain are supported`);
  return value.toLowerCase();
}

/** The address with the swarm's port when it has none. */
function withPort(value: string): string {
  if (/^\[.*\]$/.test(value) || !value.includes(":")) return `${value}:${PORT}`;
  return value.endsWith(":") ? `${value}${PORT}` : value.startsWith(":") ? `0.0.0.0${value}` : value;
}

export const join: Command = {
  ...swarmJoin,
  checks: { "listen-addr": withPort },
  run: async (ctx) => {
    const { flags } = ctx;
    await ctx.client.post("/swarm/join", {
      json: {
        ListenAddr: flags.string("listen-addr") || `0.0.0.0:${PORT}`,
        AdvertiseAddr: flags.string("advertise-addr"),
        DataPathAddr: flags.string("data-path-addr"),
        RemoteAddrs: [ctx.args[0]],
        JoinToken: flags.string("token"),
        Availability: availability(ctx),
      },
    });
    const info = await ctx.client.get<Info>("/info");
    await ctx.out(`This node joined a swarm as a ${info.Swarm?.ControlAvailable ? "manager" : "worker"}.\n`);
  },
};

export const leave: Command = {
  ...swarmLeave,
  run: async (ctx) => {
    await ctx.client.post("/swarm/leave", { query: { force: ctx.flags.bool("force") } });
    await ctx.out("Node left the swarm.\n");
  },
};
