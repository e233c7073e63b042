/** `docker swarm join-token`: what to type on the machine that is to join. */
import type { Info, Node } from "../../api";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { swarmJoinToken } from "../../options/swarm";
import { type Swarm, updateSwarm } from "./spec";

type Role = "worker" | "manager";

/** The command line for a role, with the address of the manager `nodeId`. */
export async function printJoinCommand(ctx: Context, nodeId: string, role: Role): Promise<void> {
  const node = await ctx.client.get<Node>(`/nodes/${nodeId}`);
  const swarm = await ctx.client.get<Swarm>("/swarm");
  if (!node.ManagerStatus) return;
  const command = `docker swarm join --token ${tokenOf(swarm, role)} ${node.ManagerStatus.Addr}`;
  await ctx.out(`To add a ${role} to this swarm, run the following command:\n\n    ${command}\n\n`);
}

const tokenOf = (swarm: Swarm, role: Role) => swarm.JoinTokens[role === "worker" ? "Worker" : "Manager"];

export const joinToken: Command = {
  ...swarmJoinToken,
  run: async (ctx) => {
    const [role = ""] = ctx.args;
    if (role !== "worker" && role !== "manager") throw new CliError(`unknown role ${role}`);
    const quiet = ctx.flags.bool("quiet");
    if (ctx.flags.bool("rotate")) {
      await updateSwarm(ctx, await ctx.client.get<Swarm>("/swarm"), { [role]: true });
      if (!quiet) await ctx.out(`Successfully rotated ${role} join token.\n\n`);
    }
    const swarm = await ctx.client.get<Swarm>("/swarm");
    if (quiet) {
      await ctx.out(`${tokenOf(swarm, role)}\n`);
      return;
    }
    const info = await ctx.client.get<Info>("/info");
    await printJoinCommand(ctx, info.Swarm?.NodeID ?? "", role);
  },
};
