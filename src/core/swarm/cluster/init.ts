/** `docker swarm init`: a new swarm of one manager. */
import { swarmId } from "../../chance/ids";
import { conflict, DockerError, unavailable } from "../../errors";
import type { Tx } from "../../room";
import type { Executor } from "../agent/executor";
import { createRootCa, joinSecret, unlockKey } from "../manager/ca";
import { completeClusterSpec } from "../manager/control-api/cluster";
import { DEFAULT_DATA_PATH_PORT, DEFAULT_SUBNET_SIZE } from "../manager/defaults";
import { created, managersOf, nextIndex, written } from "../manager/raft";
import { certificateFor } from "../manager/rotation";
import type { SwarmRow } from "../manager/tables";
import type { ClusterSpec } from "../spec";
import {
  advertisedAddress,
  checkAddressPool,
  checkAvailability,
  checkDataPathAddress,
  checkDataPathPort,
  checkListenAddress,
} from "./address";
import type { InitArgs } from "./commands";

export const ALREADY_IN_SWARM =
  'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.';

export function initSwarm(tx: Tx, args: InitArgs, executor: Executor): string {
  const member = tx.table("swarmNodes").get(args.machine);
  if (args.forceNewCluster) return forceNewCluster(tx, args.machine);
  if (member) throw unavailable(ALREADY_IN_SWARM);
  const availability = checkAvailability(args.availability);
  checkListenAddress(args.listenAddr ?? "");
  const address = advertisedAddress(tx, args.machine, args.advertiseAddr);
  checkDataPathAddress(args.dataPathAddr ?? "");
  checkAddressPool(args.addressPool, args.subnetSize || DEFAULT_SUBNET_SIZE);
  checkDataPathPort(args.dataPathPort);
  const swarm = createSwarm(tx, args);
  const node = addNode(tx, swarm, args.machine, "manager", availability, address);
  tx.table("swarms").patch(swarm.id, { leader: node });
  createIngress(tx, swarm);
  tx.table("swarmNodes").put({
    id: args.machine,
    state: "active",
    error: "",
    nodeId: node,
    swarm: swarm.id,
    role: "manager",
    address,
    managers: [{ nodeId: node, address: `${address}:2377`, machine: args.machine }],
    session: "",
    networks: [],
  });
  executor.ensureGateway(tx, args.machine);
  return node;
}

/** The manager is there before it is told its settings: what it refuses of them leaves a swarm with the defaults. */
function askedSpec(tx: Tx, asked: Partial<ClusterSpec>): ClusterSpec {
  try {
    return completeClusterSpec(asked);
  } catch (error) {
    if (!(error instanceof DockerError) || !error.message.startsWith("rpc error")) throw error;
    tx.failAfterCommit(new DockerError(error.kind, `error updating cluster settings: ${error.message}`));
    return completeClusterSpec({ Name: "" });
  }
}

function createSwarm(tx: Tx, args: InitArgs): SwarmRow {
  const spec = askedSpec(tx, { ...args.spec, Name: args.spec.Name ?? "" });
  const locked = args.autoLock || spec.EncryptionConfig.AutoLockManagers;
  const id = swarmId(tx.random("swarm.id"));
  return tx.table("swarms").put({
    id,
    ...created(tx, id, nextIndex(tx, id)),
    spec: { ...spec, EncryptionConfig: { AutoLockManagers: locked } },
    tokens: { worker: joinSecret(tx), manager: joinSecret(tx) },
    ...createRootCa(tx.random("swarm.ca"), tx.now),
    unlockKey: locked ? unlockKey(tx) : "",
    addressPool: args.addressPool?.length ? args.addressPool : null,
    subnetSize: args.subnetSize || DEFAULT_SUBNET_SIZE,
    dataPathPort: args.dataPathPort || DEFAULT_DATA_PATH_PORT,
    leader: "",
  });
}

/** The node object that a certificate stands for. */
export function addNode(
  tx: Tx,
  swarm: SwarmRow,
  machine: string,
  role: "worker" | "manager",
  availability: "active" | "pause" | "drain",
  address: string,
): string {
  const id = swarmId(tx.random("swarm.node"));
  tx.table("nodes").put({
    id,
    ...created(tx, swarm.id, nextIndex(tx, swarm.id)),
    machine,
    spec: { Labels: {}, Role: role, Availability: availability },
    role,
    status: { state: "unknown", message: "", addr: address },
    ...(role === "manager" && { manager: { reachability: "reachable" as const, addr: `${address}:2377` } }),
    session: "",
    ...(certificateFor(swarm) && { tls: certificateFor(swarm) }),
    rank: tx.random("swarm.rank").word(),
    addresses: {},
  });
  return id;
}

function createIngress(tx: Tx, swarm: SwarmRow): void {
  tx.table("swarmNetworks").put({
    id: swarmId(tx.random("swarm.network")),
    ...created(tx, swarm.id, nextIndex(tx, swarm.id)),
    spec: { Name: "ingress", Ingress: true, Labels: {} },
    subnet: "",
    gateway: "",
    vxlan: 0,
  });
}

/** `--force-new-cluster`: this manager goes on alone with the swarm's state. */
function forceNewCluster(tx: Tx, machine: string): string {
  const member = tx.table("swarmNodes").get(machine);
  if (member?.role !== "manager" || !tx.table("swarms").has(member.swarm))
    throw unavailable("This node is not part of a swarm");
  if (member.state === "locked") throw conflict("swarm is locked");
  for (const node of managersOf(tx, member.swarm)) {
    if (node.id === member.nodeId) continue;
    const { manager: _manager, ...rest } = node;
    const index = nextIndex(tx, member.swarm);
    tx.table("nodes").put({ ...rest, role: "worker", spec: { ...node.spec, Role: "worker" }, ...written(tx, index) });
  }
  tx.cancel("swarm.elect", member.swarm);
  tx.table("swarms").patch(member.swarm, { leader: "" });
  tx.table("swarms").patch(member.swarm, { leader: member.nodeId });
  return member.nodeId;
}
