/** Networks of a service: given by name, sent by id. */
import type { NetworkAttachment } from "../../api";
import { segment } from "../../client";
import type { Context } from "../../command";
import { parseNetwork } from "../../parse/service-options";

/** The id of a network of the swarm. */
export async function networkId(ctx: Context, name: string): Promise<string> {
  return (await ctx.client.get<{ Id: string }>(`/networks/${segment(name)}`, { scope: "swarm" })).Id;
}

/** The attachments that a flag's values ask for. */
export async function attachments(ctx: Context, values: readonly string[]): Promise<NetworkAttachment[]> {
  const result: NetworkAttachment[] = [];
  for (const value of values) {
    const { target, aliases, options } = parseNetwork(value);
    result.push({
      Target: await networkId(ctx, target),
      ...(aliases.length > 0 ? { Aliases: aliases } : {}),
      ...(Object.keys(options).length > 0 ? { DriverOpts: options } : {}),
    });
  }
  return sortByTarget(result);
}

export function sortByTarget(list: readonly NetworkAttachment[]): NetworkAttachment[] {
  return [...list].sort((a, b) => (a.Target < b.Target ? -1 : a.Target > b.Target ? 1 : 0));
}
