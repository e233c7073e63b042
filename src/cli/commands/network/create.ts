/** `docker network create`: subnets, gateways and ranges become one IPAM configuration per subnet. */
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { networkCreate } from "../../options/network";
import { containsAddress, parseCidr } from "../../parse/cidr";
import { keyValues } from "../each";

interface IpamConfig {
  Subnet: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

export const create: Command = {
  ...networkCreate,
  run: async (ctx) => {
    const { flags } = ctx;
    const optional = (name: string) => (flags.changed(name) ? flags.bool(name) : undefined);
    const from = flags.string("config-from");
    const answer = await ctx.client.post<{ Id: string; Warning?: string }>("/networks/create", {
      json: {
        Name: ctx.args[0],
        Driver: flags.string("driver") || "bridge",
        Scope: flags.string("scope"),
        EnableIPv4: optional("ipv4"),
        EnableIPv6: optional("ipv6"),
        IPAM: {
          Driver: flags.string("ipam-driver") || "default",
          Options: keyValues(flags.list("ipam-opt")),
          Config: ipamConfigs(ctx),
        },
        Internal: flags.bool("internal"),
        Attachable: flags.bool("attachable"),
        Ingress: flags.bool("ingress"),
        ConfigOnly: flags.bool("config-only"),
        ConfigFrom: from ? { Network: from } : null,
        Options: keyValues(flags.list("opt")),
        Labels: keyValues(flags.list("label")),
      },
    });
    if (answer.Warning) await ctx.err(`WARNING: ${answer.Warning}\n`);
    await ctx.out(`${answer.Id}\n`);
  },
};

function ipamConfigs(ctx: Context): IpamConfig[] {
  const subnets = ctx.flags.list("subnet");
  const ranges = ctx.flags.list("ip-range");
  const gateways = ctx.flags.list("gateway");
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    throw new CliError("every ip-range or gateway must have a corresponding subnet");
  }
  const configs: IpamConfig[] = subnets.map((subnet) => ({ Subnet: subnet }));
  // One subnet by itself is the daemon's to judge; more are compared here.
  if (subnets.length > 1) for (const subnet of subnets) parseCidr(subnet);
  for (const range of ranges) place(configs, parseCidr(range).address, "IPRange", range, "ip-range");
  for (const gateway of gateways) place(configs, gateway, "Gateway", gateway, "gateway");
  for (const [name, address] of Object.entries(keyValues(ctx.flags.list("aux-address")))) {
    const config = configs.find((candidate) => containsAddress(candidate.Subnet, address));
    if (!config) throw new CliError(`no matching subnet for aux-address ${address}`);
    config.AuxiliaryAddresses = { ...config.AuxiliaryAddresses, [name]: address };
  }
  return configs;
}

function place(configs: IpamConfig[], address: string, key: "IPRange" | "Gateway", value: string, word: string): void {
  const config = configs.find((candidate) => containsAddress(candidate.Subnet, address));
  if (!config) throw new CliError(`no matching subnet for ${word === "ip-range" ? "range" : word} ${value}`);
  if (config[key])
    throw new CliError(
      `cannot configure multiple ${word === "ip-range" ? "ranges" : "gateways"} (${value}, ${config[key]}) on the same subnet (${config.Subnet})`,
    );
  config[key] = value;
}
