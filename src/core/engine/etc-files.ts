/** What a container's /etc/hosts and /etc/resolv.conf are made from, noted at its start (`machine/etc.ts` words them). */
import { etcTrees, hostnameOf } from "../machine/etc";
import { deleteTree } from "../machine/file-ops";
import type { EndpointRow } from "../net/tables";
import type { Tx } from "../room";
import type { View } from "../store/store";
import { sandboxOwner, usesHostNetwork } from "./endpoints";
import { isGateway } from "./gateway";
import { linkedHosts } from "./links";
import { isUserDefined } from "./networks";
import type { ContainerRow } from "./tables";

/** Writes them for a container that is about to run; its endpoints are there. */
export function writeEtcFiles(tx: Tx, container: ContainerRow): void {
  removeEtcFiles(tx, container.id);
  tx.table("containers").patch(container.id, {
    etc: { at: tx.now, hosts: hosts(tx, container), embedded: usesEmbeddedDns(tx, container) },
  });
}

/** Lets a change of a running container's networks show in them; what somebody has edited lies above and stays as it is. */
export function keepEtcFiles(tx: Tx, container: ContainerRow, change: () => void): void {
  change();
  const { etc } = tx.table("containers").get(container.id) ?? container;
  if (!etc) return;
  const after = { hosts: hosts(tx, container), embedded: usesEmbeddedDns(tx, container) };
  tx.table("containers").patch(container.id, {
    etc: {
      ...etc,
      ...after,
      ...(after.hosts !== etc.hosts && { hostsAt: tx.now }),
      ...(after.embedded !== etc.embedded && { resolverAt: tx.now }),
    },
  });
}

/** Takes away what was written to them. */
export function removeEtcFiles(tx: Tx, containerId: string): void {
  for (const tree of etcTrees(containerId)) deleteTree(tx, tree);
}

/** The lines that are not the same in every container. */
function hosts(tx: Tx, container: ContainerRow): string {
  const lines: string[] = [];
  if (usesHostNetwork(tx, container)) lines.push(`127.0.1.1\t${container.machine}`);
  for (const [name, address] of extraHosts(tx, container)) lines.push(`${address}\t${name}`);
  for (const [address, names] of linkedHosts(tx, container)) lines.push(`${address}\t${names.join(" ")}`);
  const owner = sandboxOwner(tx, container);
  for (const endpoint of tx.table("endpoints").by("container", owner.id))
    if (isInHosts(tx, endpoint)) lines.push(`${endpoint.address}\t${ownNames(container)}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** Whether an address is in /etc/hosts: neither the routing mesh's nor the gateway's is. */
export function isInHosts(view: View, { machine, networkId, address }: EndpointRow): boolean {
  const network = view.table("networks").get(`${machine}/${networkId}`);
  return address !== "" && network !== undefined && !network.ingress && !isGateway(network);
}

/** The whole name first, then its first part (libnetwork `resolvconf`, moby `daemon/container_operations.go`). */
function ownNames(container: ContainerRow): string {
  const { Domainname: domain } = container.config;
  const hostname = hostnameOf(container);
  const whole = domain ? `${hostname}.${domain}` : hostname;
  const [first = ""] = whole.split(".");
  return first === whole ? whole : `${whole} ${first}`;
}

/** `--add-host`; `host-gateway` stands for the machine as seen from the default bridge. */
export function extraHosts(tx: Pick<Tx, "table">, container: ContainerRow): [string, string][] {
  if (!container.hostConfig.ExtraHosts?.length) return [];
  const bridge = tx
    .table("networks")
    .by("machine", container.machine)
    .find((network) => network.name === "bridge");
  return container.hostConfig.ExtraHosts.map((line) => {
    const cut = line.search(/[:=]/);
    const address = line.slice(cut + 1);
    return [line.slice(0, cut), address === "host-gateway" ? (bridge?.gateway ?? "") : address];
  });
}

/** Whether it asks the embedded resolver: on any network of a user's. */
function usesEmbeddedDns(view: View, container: ContainerRow): boolean {
  const owner = sandboxOwner(view, container);
  return view
    .table("endpoints")
    .by("container", owner.id)
    .some((endpoint) => {
      const network = view.table("networks").get(`${owner.machine}/${endpoint.networkId}`);
      return network !== undefined && isUserDefined(network);
    });
}
