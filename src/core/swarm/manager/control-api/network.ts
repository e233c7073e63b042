/** Overlay networks (swarmkit `manager/controlapi/network.go`, moby `daemon/cluster/networks.go`). */
import { swarmId } from "../../../chance/ids";
import { sha256 } from "../../../digest";
import { conflict, forbidden } from "../../../errors";
import { checkIpamConfigs } from "../../../net/ipam-config";
import type { ArgsOf, Tx } from "../../../room";
import { findSwarmNetwork, managedSwarm, rpc } from "../../access";
import { rank } from "../../protocol";
import { usesIngress } from "../allocator/allocator";
import { created, nextIndex } from "../raft";

export function createNetwork(tx: Tx, { machine, spec }: ArgsOf<"swarmNetwork.create">): { id: string } {
  const swarm = managedSwarm(tx, machine);
  if (["bridge", "host", "none", "docker_gwbridge"].includes(spec.Name))
    throw forbidden(`operation is not permitted on predefined ${spec.Name} network `);
  if (!/^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9])*$/.test(spec.Name))
    throw rpc("InvalidArgument", "name must be valid as a DNS name component");
  checkIpamConfigs(spec.IPAM?.Config ?? []);
  const taken = tx
    .table("swarmNetworks")
    .by("name", `${swarm.id}/${spec.Name.toLowerCase()}`)
    .some((row) => row.spec.Name === spec.Name);
  if (taken) throw conflict(`network with name ${spec.Name} already exists`);
  if (spec.Ingress) {
    const present = tx
      .table("swarmNetworks")
      .by("swarm", swarm.id)
      .find((row) => row.spec.Ingress);
    if (present) throw rpc("AlreadyExists", `ingress network (${present.id}) is already present`);
  }
  const id = swarmId(tx.random("swarm.network"));
  tx.table("swarmNetworks").put({
    id,
    ...created(tx, swarm.id, nextIndex(tx, swarm.id)),
    spec,
    subnet: "",
    gateway: "",
    vxlan: 0,
  });
  return { id };
}

/** Containers that were attached by hand and run. */
const attachedContainers = (tx: Tx, network: string): string[] =>
  tx
    .table("addresses")
    .by("network", network)
    .flatMap(({ owner }) => (owner.startsWith("container:") ? [owner.slice("container:".length)] : []));

/** The name of the task by which swarmkit keeps such an attachment; nothing else of it can be seen. */
const attachmentTask = (container: string, network: string): string =>
  BigInt(`0x${sha256(`${container}/${network}`)}`)
    .toString(36)
    .slice(1, 26);

export function removeNetwork(tx: Tx, { machine, ref }: ArgsOf<"swarmNetwork.remove">): void {
  const swarm = managedSwarm(tx, machine);
  const network = findSwarmNetwork(tx, swarm.id, ref);
  for (const service of tx.table("services").by("swarm", swarm.id)) {
    if (network.spec.Ingress && usesIngress(service.spec))
      throw rpc("FailedPrecondition", `ingress network cannot be removed because service ${service.id} depends on it`);
    const networks = service.spec.TaskTemplate.Networks ?? service.spec.Networks ?? [];
    if (networks.some((each) => each.Target === network.id))
      throw rpc("FailedPrecondition", `network ${network.id} is in use by service ${service.id}`);
  }
  for (const task of tx.table("tasks").by("swarm", swarm.id)) {
    const live = rank(task.desiredState) <= rank("running") && rank(task.status.state) <= rank("running");
    if (live && task.attachments.some((attachment) => attachment.network.id === network.id))
      throw rpc("FailedPrecondition", `network ${network.id} is in use by task ${task.id}`);
  }
  const [attached] = attachedContainers(tx, network.id);
  if (attached)
    throw rpc("FailedPrecondition", `network ${network.id} is in use by task ${attachmentTask(attached, network.id)}`);
  tx.table("swarmNetworks").delete(network.id);
}
