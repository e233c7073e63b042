/** What is wrong with the subnets that a network is asked for with (moby `api/types/network`, ValidateIPAM): the same for every driver. */
import { invalidParameter } from "../errors";
import { contains, formatCidr, parseCidr, parseIp } from "./ip";

export interface IpamConfig {
  readonly Subnet?: string;
  readonly IPRange?: string;
  readonly Gateway?: string;
}

/** Throws all faults in one message. IPv6 is not looked at. */
export function checkIpamConfigs(configs: readonly IpamConfig[]): void {
  const faults = configs.filter(({ Subnet = "" }) => !Subnet.includes(":")).flatMap(faultsOf);
  if (faults.length > 0) throw invalidParameter(`invalid network config:\n${faults.join("\n")}`);
}

function faultsOf({ Subnet = "", IPRange = "", Gateway = "" }: IpamConfig): string[] {
  if (Subnet === "") return [];
  const faults: string[] = [];
  const subnet = parseCidr(Subnet);
  if (!subnet) faults.push(`invalid subnet ${Subnet}: invalid CIDR block notation`);
  else if (formatCidr(subnet) !== Subnet) faults.push(`invalid subnet ${Subnet}: it should be ${formatCidr(subnet)}`);
  const gateway = Gateway ? parseIp(Gateway) : undefined;
  if (Gateway && gateway === undefined) faults.push(`invalid gateway ${Gateway}: invalid address`);
  else if (subnet && gateway !== undefined && !contains(subnet, gateway))
    faults.push(`invalid gateway ${Gateway}: parent subnet ${formatCidr(subnet)} doesn't contain this address`);
  const range = IPRange ? parseCidr(IPRange) : undefined;
  if (IPRange && (!range || (subnet && !contains(subnet, range.base))))
    faults.push(`invalid ip-range ${IPRange}: invalid CIDR block notation`);
  return faults;
}
