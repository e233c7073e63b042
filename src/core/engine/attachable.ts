/** Overlay networks of the swarm for containers that no task stands for: known when first asked for, addresses claimed from the swarm's (moby `daemon/cluster/networks.go`). */
import { type DockerError, notFound, systemError } from "../errors";
import type { EndpointRow } from "../net/tables";
import type { Tx } from "../room";
import type { View } from "../store/store";
import { ensureSwarmNetwork, lookUpNetwork } from "./networks";
import type { ContainerRow, NetworkRow } from "./tables";

/** A network of the machine, or one of its swarm that becomes known here by being asked for. */
export function reachNetwork(tx: Tx, machine: string, ref: string): NetworkRow | undefined {
  const local = lookUpNetwork(tx, machine, ref);
  const member = tx.table("swarmNodes").get(machine);
  if (local || member?.state !== "active") return local;
  const row = tx
    .table("swarmNetworks")
    .by("swarm", member.swarm)
    .find((each) => each.id === ref || each.spec.Name === ref);
  if (!row || row.subnet === "") return undefined;
  return ensureSwarmNetwork(tx, machine, {
    networkId: row.id,
    name: row.spec.Name,
    ingress: row.spec.Ingress === true,
    attachable: row.spec.Attachable === true,
    internal: row.spec.Internal === true,
    subnet: row.subnet,
    gateway: row.gateway,
    createdAt: row.createdAt,
    labels: row.spec.Labels ?? {},
    options: { ...row.spec.Options, "com.docker.network.driver.overlay.vxlanid_list": String(row.vxlan) },
  });
}

/** The refusal of a name that no network has: a node of a swarm has asked its manager. */
export function unknownNetwork(view: View, machine: string, ref: string, prefix = ""): DockerError {
  const asked = view.table("swarmNodes").get(machine)?.state === "active";
  return notFound(
    asked
      ? `${prefix}Could not attach to network ${ref}: rpc error: code = NotFound desc = network ${ref} not found`
      : `${prefix}network ${ref} not found`,
  );
}

/** Throws when a container may not be attached by hand. */
export function refuseUnattachable(container: ContainerRow, network: NetworkRow, prefix = ""): void {
  if (network.scope !== "swarm" || network.attachable || container.taskId) return;
  throw systemError(
    `${prefix}Could not attach to network ${network.name}: rpc error: code = PermissionDenied desc = network ${network.name} not manually attachable`,
  );
}

/** Keeps the swarm's allocator from giving the address to a task. */
export function claimAddress(tx: Tx, container: ContainerRow, network: NetworkRow, address: string): void {
  if (network.scope !== "swarm" || container.taskId) return;
  tx.table("addresses").put({ id: `${network.networkId}/${address}`, owner: `container:${container.id}` });
}

export function releaseAddress(tx: Tx, endpoint: EndpointRow): void {
  const id = `${endpoint.networkId}/${endpoint.address}`;
  if (tx.table("addresses").get(id)?.owner === `container:${endpoint.containerId}`) tx.table("addresses").delete(id);
}
