/** Ports and networks of `service update`. */
import type { NetworkAttachment, PortSpec, ServiceSpec } from "../../api";
import type { Context } from "../../command";
import { CliError } from "../../errors";
import type { Flags } from "../../flags";
import { parseNetwork, parsePublish } from "../../parse/service-options";
import { attachments, networkId, sortByTarget } from "./networks";

const protocolOf = (port: PortSpec) => port.Protocol ?? "tcp";
const modeOf = (port: PortSpec) => port.PublishMode ?? "ingress";
const textOf = (port: PortSpec) =>
  `${port.PublishedPort ?? 0}:${port.TargetPort ?? 0}/${protocolOf(port)}/${modeOf(port)}`;

/** A removed port is named by its target. */
export function updatePorts(flags: Flags, spec: ServiceSpec): void {
  if (!flags.changed("publish-add") && !flags.changed("publish-rm")) return;
  const removed = flags.list("publish-rm").flatMap(parsePublish);
  const current = new Map((spec.EndpointSpec?.Ports ?? []).map((port) => [textOf(port), port]));
  const kept = [...current.values()].filter(
    (port) =>
      !removed.some(
        (gone) =>
          protocolOf(gone) === protocolOf(port) && gone.TargetPort === port.TargetPort && modeOf(gone) === modeOf(port),
      ),
  );
  const added = flags
    .list("publish-add")
    .flatMap(parsePublish)
    .filter((port) => !current.has(textOf(port)));
  const ports = [...kept, ...added].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  const { Ports: _, ...endpoint } = spec.EndpointSpec ?? {};
  spec.EndpointSpec = ports.length > 0 ? { ...endpoint, Ports: ports } : endpoint;
}

export async function updateNetworks(ctx: Context, spec: ServiceSpec): Promise<void> {
  const { flags } = ctx;
  if (!flags.changed("network-add") && !flags.changed("network-rm")) return;
  const task = spec.TaskTemplate;
  const current: readonly NetworkAttachment[] = task.Networks?.length ? task.Networks : (spec.Networks ?? []);
  delete spec.Networks;
  const removed = new Set<string>();
  for (const name of flags.list("network-rm")) removed.add(await networkId(ctx, name));
  const result = current.filter((network) => !removed.has(network.Target));
  for (const value of flags.list("network-add")) {
    const [added] = await attachments(ctx, [value]);
    if (!added) continue;
    if (result.some((network) => network.Target === added.Target))
      throw new CliError(`service is already attached to network ${parseNetwork(value).target}`);
    result.push(added);
  }
  if (result.length > 0) task.Networks = sortByTarget(result);
  else delete task.Networks;
}
