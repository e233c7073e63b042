/** Names as seen from a machine's shell or a container: /etc/hosts, the embedded DNS, the other machines (libnetwork `resolver.go`). */
import { hostnameOf } from "../machine/etc";
import type { Origin } from "../net/connect";
import { believes } from "../net/gossip";
import { parseIp } from "../net/ip";
import type { Tx } from "../room";
import type { View } from "../store/store";
import { sandboxOwner, usesHostNetwork } from "./endpoints";
import { extraHosts, isInHosts } from "./etc-files";
import { linkedHosts } from "./links";
import { isUserDefined } from "./networks";
import type { ContainerRow } from "./tables";

const LOOPBACK = new Set(["localhost", "ip6-localhost", "ip6-loopback", "::1", "0.0.0.0", ""]);

export const isLoopback = (address: string): boolean => address.startsWith("127.") || LOOPBACK.has(address);

/** The IPv4 addresses of a name, all of them; undefined when nobody knows it. */
export function resolve(tx: Tx, from: Origin, host: string): string[] | undefined {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (isLoopback(name)) return [parseIp(name) === undefined ? "127.0.0.1" : name];
  if (parseIp(name) !== undefined) return [name];
  const container = from.containerId ? tx.table("containers").get(from.containerId) : undefined;
  if (!container || usesHostNetwork(tx, container)) {
    const own = container && extraHosts(tx, container).find(([each]) => each.toLowerCase() === name);
    return own ? [own[1]] : machineAddress(tx, name);
  }
  return fromHostsFile(tx, container, name) ?? fromEmbeddedDns(tx, container, name);
}

function machineAddress(view: View, name: string): string[] | undefined {
  for (const machine of view.table("machines").all()) if (machine.name.toLowerCase() === name) return [machine.address];
  return undefined;
}

function fromHostsFile(tx: Tx, container: ContainerRow, name: string): string[] | undefined {
  for (const [each, address] of extraHosts(tx, container)) if (each.toLowerCase() === name) return [address];
  for (const [address, names] of linkedHosts(tx, container))
    if (names.some((each) => each.toLowerCase() === name)) return [address];
  if (hostnameOf(container).toLowerCase() !== name) return undefined;
  const owner = sandboxOwner(tx, container);
  const endpoint = tx
    .table("endpoints")
    .by("container", owner.id)
    .find((each) => isInHosts(tx, each));
  return [endpoint?.address ?? "127.0.0.1"];
}

/** The networks it is on are asked in turn: services and tasks of the swarm, then containers by name and alias. */
function fromEmbeddedDns(tx: Tx, container: ContainerRow, name: string): string[] | undefined {
  const owner = sandboxOwner(tx, container);
  for (const endpoint of tx.table("endpoints").by("container", owner.id)) {
    const network = tx.table("networks").get(`${owner.machine}/${endpoint.networkId}`);
    if (!network || !isUserDefined(network)) continue;
    const plain = name.endsWith(`.${network.name.toLowerCase()}`) ? name.slice(0, -network.name.length - 1) : name;
    const addresses = namesOf(tx, owner.machine, endpoint.networkId, plain);
    if (addresses.length > 0) return shuffled(tx, addresses);
  }
  return undefined;
}

function namesOf(tx: Tx, machine: string, networkId: string, name: string): string[] {
  const addresses = new Set<string>();
  for (const row of tx.table("networkNames").by("network", networkId)) {
    if (row.name.toLowerCase() !== name) continue;
    const known = tx
      .table("backends")
      .by("endpoints", `${networkId}/${row.service}`)
      .filter((backend) => believes(tx, tx.now, machine, backend));
    if (known.length > 0 && row.virtual) addresses.add(row.virtual);
    else for (const backend of known) addresses.add(backend.address);
  }
  for (const endpoint of tx.table("endpoints").by("network", networkId))
    if (endpoint.names.some((each) => each.toLowerCase() === name)) addresses.add(endpoint.address);
  return [...addresses];
}

/** Several addresses come in an order that changes, which spreads the clients. */
function shuffled(tx: Tx, addresses: string[]): string[] {
  if (addresses.length < 2) return addresses;
  const random = tx.random("net.dns");
  for (let n = addresses.length - 1; n > 0; n--) {
    const other = random.below(n + 1);
    [addresses[n], addresses[other]] = [addresses[other] as string, addresses[n] as string];
  }
  return addresses;
}
