/**
 * Where a connection leads (`net.connect`): published ports and the routing mesh on machines, containers on shared
 * networks, virtual addresses. What Linux would do with the packets, without the packets.
 */
import type { Origin, Route } from "../net/connect";
import { believes, deathOf, gossipOf } from "../net/gossip";
import { contains, parseCidr, parseIp } from "../net/ip";
import { linkLatency, wired } from "../net/links";
import type { BackendRow, BalancerRow, PortRow } from "../net/tables";
import type { Room, Tx } from "../room";
import type { View } from "../store/store";
import type { Millis } from "../time/agenda";
import { sandboxOwner, usesHostNetwork } from "./endpoints";
import { isGateway, leadsOut } from "./gateway";
import { processesIn } from "./processes";
import { isLoopback, resolve } from "./resolve";
import type { ContainerRow, NetworkRow } from "./tables";

/** How long Linux looks for a neighbour that does not answer, before "No route to host". */
const NO_NEIGHBOUR: Millis = 3_000;
/** A SYN without an answer is sent again after this, then after twice as long, and so on. */
const FIRST_RETRY: Millis = 1_000;

export const netRoom: Room = {
  commands: {
    "net.connect": (tx, { from, host, port }) => connect(tx, from, host, port),
    "net.resolve": (tx, { from, host }) => resolve(tx, from, host) ?? [],
  },
};

function connect(tx: Tx, from: Origin, host: string, port: number): Route {
  const container = from.containerId ? tx.table("containers").get(from.containerId) : undefined;
  const addresses = resolve(tx, from, host);
  const address = addresses?.[0];
  if (address === undefined) return { kind: "unknownName" };
  if (container && !usesHostNetwork(tx, container)) return fromContainer(tx, container, address, port);
  return fromMachine(tx, from.machine, address, port);
}

const refused = (address: string, latency: Millis = 1): Route => ({ kind: "refused", address, latency });
const unreachable = (address: string, after: Millis = NO_NEIGHBOUR): Route => ({ kind: "unreachable", address, after });

function fromMachine(tx: Tx, machine: string, address: string, port: number): Route {
  const own = tx.table("machines").get(machine);
  if (isLoopback(address) || address === own?.address) return toMachine(tx, machine, machine, address, port);
  const other = machineAt(tx, address);
  if (other) return wired(tx, machine, other) ? toMachine(tx, machine, other, address, port) : unreachable(address);
  for (const network of bridgesOf(tx, machine)) {
    if (network.gateway === address) return toMachine(tx, machine, machine, address, port);
    if (within(network, address)) return toNeighbour(tx, machine, network, address, port, network.gateway);
  }
  return { kind: "timeout", address };
}

function fromContainer(tx: Tx, container: ContainerRow, address: string, port: number): Route {
  const owner = sandboxOwner(tx, container);
  const { machine } = owner;
  const endpoints = tx
    .table("endpoints")
    .by("container", owner.id)
    .filter((each) => each.address !== "");
  const own = isLoopback(address) || endpoints.some((each) => each.address === address);
  if (own) return toSandbox(tx, owner, port, address, address) ?? refused(address);
  let routed = false;
  for (const endpoint of endpoints) {
    const network = tx.table("networks").get(`${machine}/${endpoint.networkId}`);
    if (!network) continue;
    const balancer = tx.table("balancers").get(`${network.networkId}/${address}`);
    if (balancer) return toBalancer(tx, machine, balancer, port, address, endpoint.address);
    if (within(network, address) && address !== network.gateway)
      return isGateway(network)
        ? { kind: "timeout", address } // `enable_icc` is false: containers do not reach each other there
        : toNeighbour(tx, machine, network, address, port, endpoint.address);
    routed ||= !network.internal && leadsOut(network);
  }
  if (!routed) return unreachable(address, 0);
  return beyond(tx, machine, address, port);
}

/** Past the gateway: the machine itself, the other machines; other bridges are walled off. */
function beyond(tx: Tx, machine: string, address: string, port: number): Route {
  if (bridgesOf(tx, machine).some((network) => network.gateway === address))
    return toMachine(tx, machine, machine, address, port);
  const target = machineAt(tx, address);
  if (!target) return { kind: "timeout", address };
  return wired(tx, machine, target) ? toMachine(tx, machine, target, address, port) : unreachable(address);
}

const machineAt = (view: View, address: string): string | undefined => {
  for (const machine of view.table("machines").all()) if (machine.address === address) return machine.id;
  return undefined;
};

const bridgesOf = (view: View, machine: string): NetworkRow[] =>
  view
    .table("networks")
    .by("machine", machine)
    .filter((network) => network.scope === "local" && network.subnet !== "");

function within(network: NetworkRow, address: string): boolean {
  const subnet = parseCidr(network.subnet);
  const value = parseIp(address);
  return subnet !== undefined && value !== undefined && contains(subnet, value);
}

/** A port of a machine's own address: published by a container, by the mesh, or served by a host-mode container. */
function toMachine(tx: Tx, from: string, machine: string, address: string, port: number): Route {
  const latency = linkLatency(tx, from, machine);
  const published = tx
    .table("ports")
    .by("port", `${machine}/tcp/${port}`)
    .find((row) => answersAt(row, address));
  if (published) return toPublished(tx, from, machine, address, published);
  for (const container of tx.table("containers").by("machine", machine)) {
    if (container.state !== "running" || !usesHostNetwork(tx, container)) continue;
    const client = from === machine ? "127.0.0.1" : addressOf(tx, from);
    if (listens(tx, container, port)) return reached(container, port, client, address, latency);
  }
  return refused(address, latency);
}

const addressOf = (view: View, machine: string) => view.table("machines").get(machine)?.address ?? "";

function answersAt({ hostIp }: PortRow, address: string): boolean {
  if (hostIp === "" || hostIp === "0.0.0.0") return true;
  if (hostIp === "::") return address.includes(":");
  return hostIp === address || (isLoopback(hostIp) && isLoopback(address));
}

function toPublished(tx: Tx, from: string, machine: string, address: string, row: PortRow): Route {
  const latency = linkLatency(tx, from, machine);
  if (row.target.kind === "balancer") {
    const balancer = tx.table("balancers").get(row.target.balancer);
    if (!balancer) return refused(address, latency);
    const route = toBalancer(tx, machine, balancer, row.target.port, address, addressOf(tx, machine));
    return "latency" in route && from !== machine ? { ...route, latency: route.latency + latency } : route;
  }
  const container = tx.table("containers").get(row.target.containerId);
  if (!container) return refused(address, latency);
  const network = tx
    .table("endpoints")
    .by("container", container.id)
    .flatMap(({ networkId }) => tx.table("networks").get(`${machine}/${networkId}`) ?? [])
    .find(leadsOut);
  const client = from === machine ? (network?.gateway ?? "127.0.0.1") : addressOf(tx, from);
  const route = toSandbox(tx, container, row.target.port, client, address, latency);
  if (route) return route;
  // Over loopback docker-proxy has accepted already when it finds nobody behind; elsewhere the kernel passes the refusal on.
  return isLoopback(address) ? { kind: "reset", address, latency } : refused(address, latency);
}

/** A container by its address on a network. */
function toNeighbour(tx: Tx, from: string, network: NetworkRow, address: string, port: number, client: string): Route {
  const [endpoint] = tx.table("endpoints").by("address", `${network.networkId}/${address}`);
  const container = endpoint && tx.table("containers").get(endpoint.containerId);
  if (!endpoint || !container || !wired(tx, from, endpoint.machine)) return unreachable(address);
  const latency = linkLatency(tx, from, endpoint.machine);
  return toSandbox(tx, container, port, client, address, latency) ?? refused(address, latency);
}

/** The next backend in turn that the node `from` knows of. */
function toBalancer(tx: Tx, from: string, balancer: BalancerRow, port: number, address: string, client: string): Route {
  const backend = nextBackend(tx, from, balancer);
  if (!backend) return refused(address);
  if (!wired(tx, from, backend.machine)) return again(tx, from, backend, address);
  const container = tx.table("containers").get(backend.containerId);
  if (tx.table("processes").count("owner", backend.containerId) === 0) return again(tx, from, backend, address);
  const latency = linkLatency(tx, from, backend.machine);
  const source = tx.table("nodeAddresses").get(`${from}/${balancer.networkId}`)?.address ?? client;
  const route = container && toSandbox(tx, container, port, source, address, latency);
  if (!route) return refused(address, latency);
  return { ...route, serviceId: balancer.serviceId, taskId: backend.taskId };
}

/** Round robin over the backends in the order they were bound; each node has a turn of its own. */
function nextBackend(tx: Tx, from: string, balancer: BalancerRow): BackendRow | undefined {
  const known = tx
    .table("backends")
    .by("balancer", balancer.id)
    .filter((backend) => believes(tx, tx.now, from, backend));
  const id = `${from}/${balancer.id}`;
  const cursor = tx.table("cursors").get(id);
  const last = known.findIndex((backend) => backend.id === cursor?.last);
  const at = (last >= 0 ? last + 1 : (cursor?.at ?? 0)) % known.length;
  const backend = known[at];
  if (backend) tx.table("cursors").put({ id, balancer: balancer.id, last: backend.id, at });
  return backend;
}

/**
 * SYN packets that nobody answers are sent again after 1, 3, 7, 15 ... s. As soon as the node has dropped the silent
 * backend, the next of them starts over with another one (`net.ipv4.vs.expire_nodest_conn`).
 */
function again(tx: Tx, from: string, backend: BackendRow, address: string): Route {
  const dropped =
    (backend.until === undefined ? deathOf(tx, from, backend.machine) : backend.until + gossipOf(tx)) ?? tx.now;
  let after = FIRST_RETRY;
  for (let wait = 2 * FIRST_RETRY; tx.now + after < dropped; wait *= 2) after += wait;
  return { kind: "again", address, after };
}

type Reached = Extract<Route, { kind: "container" }>;

/** Whoever listens on the port in the network sandbox of a container; undefined when nobody does. */
function toSandbox(
  tx: Tx,
  container: ContainerRow,
  port: number,
  client: string,
  address: string,
  latency: Millis = 1,
): Reached | undefined {
  if (listens(tx, container, port)) return reached(container, port, client, address, latency);
  const guest = tx
    .table("containers")
    .by("machine", container.machine)
    .find(
      (other) =>
        other.hostConfig.NetworkMode?.startsWith("container:") &&
        sandboxOwner(tx, other).id === container.id &&
        listens(tx, other, port),
    );
  return guest && reached(guest, port, client, address, latency);
}

const listens = (tx: Tx, container: ContainerRow, port: number): boolean =>
  processesIn(tx, container).some((process) => process.listening.includes(port));

const reached = (
  container: ContainerRow,
  port: number,
  clientAddress: string,
  address: string,
  latency: Millis,
): Reached => ({
  kind: "container",
  machine: container.machine,
  containerId: container.id,
  port,
  clientAddress,
  address,
  ...(container.taskId ? { taskId: container.taskId } : {}),
  latency,
});
