/** Containers on networks: endpoints with addresses and names, and the ports they publish on their machine (libnetwork). */
import { hexId, macAddress } from "../chance/ids";
import { conflict, forbidden, invalidParameter, systemError } from "../errors";
import type { EndpointRow, PortRow } from "../net/tables";
import type { Tx } from "../room";
import type { View } from "../store/store";
import { claimAddress, reachNetwork, refuseUnattachable, releaseAddress, unknownNetwork } from "./attachable";
import { keepEtcFiles } from "./etc-files";
import { networkEvent } from "./events";
import { isGateway, settleGateway } from "./gateway";
import { addressFaults, allocateAddress } from "./ipam";
import { isUserDefined } from "./networks";
import type { ContainerRow, NetworkRow } from "./tables";
import type { EndpointSettings } from "./types";

/** First and last port handed out when none is asked for (Linux `ip_local_port_range`). */
const EPHEMERAL = { first: 32768, last: 60999 } as const;

/** Whose network a container uses: its own, or that of `--network container:X`, followed to the end. */
export function sandboxOwner(view: View, container: ContainerRow): ContainerRow {
  let owner = container;
  for (let hops = 0; hops < 8; hops++) {
    const mode = owner.hostConfig.NetworkMode ?? "";
    if (!mode.startsWith("container:")) return owner;
    const next = view.table("containers").get(mode.slice("container:".length));
    if (!next) return owner;
    owner = next;
  }
  return owner;
}

export const usesHostNetwork = (view: View, container: ContainerRow): boolean =>
  sandboxOwner(view, container).hostConfig.NetworkMode === "host";

/** Attaches a starting container to all its networks and opens its ports; the network of its mode comes first. */
export function connectSandbox(tx: Tx, container: ContainerRow): void {
  const mode = container.hostConfig.NetworkMode ?? "bridge";
  if (mode === "host" || mode.startsWith("container:")) return;
  if (container.config.NetworkDisabled) return;
  for (const [name, settings] of Object.entries(container.networks)) {
    const byId = settings.NetworkID ? reachNetwork(tx, container.machine, settings.NetworkID) : undefined;
    const network = byId ?? reachNetwork(tx, container.machine, name);
    if (!network) throw unknownNetwork(tx, container.machine, name, "failed to set up container networking: ");
    refuseUnattachable(container, network, "failed to set up container networking: ");
    attach(tx, container, network, settings);
  }
  publishPorts(tx, container);
}

/** Gives a running container an interface on a network. */
export function attach(tx: Tx, container: ContainerRow, network: NetworkRow, settings: EndpointSettings): EndpointRow {
  const random = tx.random("engine.endpoints");
  const { address, prefix } =
    network.driver === "null" || network.driver === "host"
      ? { address: "", prefix: 0 }
      : allocateAddress(tx, network, settings.IPAMConfig?.IPv4Address ?? "");
  const endpoint = tx.table("endpoints").put({
    id: hexId(random),
    machine: container.machine,
    networkId: network.networkId,
    containerId: container.id,
    address,
    prefix,
    mac: macOf(tx, network, address, settings.MacAddress),
    names: dnsNames(container, network, settings),
    up: true,
  });
  claimAddress(tx, container, network, address);
  networkEvent(tx, network, "connect", container.id);
  settleGateway(tx, container);
  return endpoint;
}

/** Random since Engine 28, but for overlays: there it tells the address. */
function macOf(tx: Tx, network: NetworkRow, address: string, wanted: string | undefined): string {
  if (address === "") return "";
  if (wanted) return wanted;
  if (network.driver !== "overlay") return macAddress(tx.random("engine.endpoints"));
  const bytes = address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return `02:42:${bytes.join(":")}`;
}

/** What the embedded DNS answers for: nothing on the default bridge. */
export function dnsNames(container: ContainerRow, network: NetworkRow, settings: EndpointSettings): string[] {
  if (!isUserDefined(network)) return [];
  const short = container.id.slice(0, 12);
  const hostname = container.config.Hostname ?? "";
  return [...new Set([container.name, ...(settings.Aliases ?? []), short, ...(hostname ? [hostname] : [])])];
}

/** Takes a container off all its networks and closes its ports. */
export function disconnectSandbox(tx: Tx, container: ContainerRow): void {
  closePorts(tx, container);
  for (const endpoint of tx.table("endpoints").by("container", container.id)) detach(tx, endpoint);
  settleGateway(tx, container);
}

function closePorts(tx: Tx, container: ContainerRow): void {
  for (const port of portsOf(tx, container)) tx.table("ports").delete(port.id);
}

function detach(tx: Tx, endpoint: EndpointRow): void {
  const network = tx.table("networks").get(`${endpoint.machine}/${endpoint.networkId}`);
  if (network && isGateway(network)) return;
  tx.table("endpoints").delete(endpoint.id);
  releaseAddress(tx, endpoint);
  if (network) networkEvent(tx, network, "disconnect", endpoint.containerId);
}

/** `docker network connect`. */
export function connectContainer(
  tx: Tx,
  container: ContainerRow,
  network: NetworkRow,
  settings: EndpointSettings,
): void {
  const mode = container.hostConfig.NetworkMode ?? "bridge";
  if (mode.startsWith("container:"))
    throw invalidParameter(
      "container sharing network namespace with another container or host cannot be connected to any other network",
    );
  if (mode === "host" || network.driver === "host")
    throw forbidden("cannot connect container to host network - container must be created in host network mode");
  if (container.networks[network.name])
    throw forbidden(
      network.scope === "swarm"
        ? `${container.name} is already attached to network ${network.name}`
        : `endpoint with name ${container.name} already exists in network ${network.name}`,
    );
  if (mode === "none" || network.driver === "null")
    throw forbidden(
      "container cannot be connected to multiple networks with one of the networks in private (none) mode",
    );
  refuseUnattachable(container, network);
  refuseAddress(network, settings, "invalid endpoint settings:\n");
  const kept = { ...settings, Aliases: settings.Aliases ?? [] };
  const row = tx.table("containers").patch(container.id, {
    networks: { ...container.networks, [network.name]: kept },
  });
  const runs = row.state === "running" || row.state === "paused";
  if (!runs) return;
  keepEtcFiles(tx, row, () => attach(tx, row, network, kept));
  if (portsOf(tx, row).length === 0) publishPorts(tx, row);
}

/** Throws when the address asked for cannot be had on the network. */
export function refuseAddress(network: NetworkRow, settings: EndpointSettings, prefix: string): void {
  const faults = addressFaults(network, settings.IPAMConfig?.IPv4Address ?? "");
  if (faults.length === 1) throw invalidParameter(`${prefix}${faults[0]}`);
  if (faults.length > 1) throw invalidParameter(`${prefix}${faults.map((fault) => `* ${fault}`).join("\n")}`);
}

/** `docker network disconnect`. */
export function disconnectContainer(tx: Tx, container: ContainerRow, network: NetworkRow): void {
  const runs = container.state === "running" || container.state === "paused";
  if (!container.networks[network.name])
    throw systemError(
      runs
        ? `container ${container.id} is not connected to network ${network.name}`
        : `container ${container.id} is not connected to the network ${network.name}`,
    );
  if (container.hostConfig.NetworkMode === "host")
    throw conflict("container cannot be disconnected from host network or connected to host network");
  const { [network.name]: _, ...networks } = container.networks;
  const row = tx.table("containers").patch(container.id, { networks });
  const leave = () => {
    for (const endpoint of tx.table("endpoints").by("container", container.id))
      if (endpoint.networkId === network.networkId) detach(tx, endpoint);
    settleGateway(tx, row);
  };
  if (runs) keepEtcFiles(tx, row, leave);
  else leave();
  if (tx.table("endpoints").count("container", container.id) === 0) closePorts(tx, container);
}

export const portsOf = (view: View, container: ContainerRow): PortRow[] =>
  view
    .table("ports")
    .by("machine", container.machine)
    .filter((port) => port.target.kind === "container" && port.target.containerId === container.id);

interface Publication {
  readonly containerPort: number;
  readonly protocol: PortRow["protocol"];
  readonly hostIp: string;
  readonly first: number; // 0 = any
  readonly last: number;
}

function publishPorts(tx: Tx, container: ContainerRow): void {
  const [endpoint] = tx
    .table("endpoints")
    .by("container", container.id)
    .filter((each) => each.address !== "");
  if (!endpoint) return;
  for (const publication of publications(container)) {
    const port = choosePort(tx, container, endpoint, publication);
    const { protocol, hostIp, containerPort } = publication;
    if (!isOwnAddress(tx, container.machine, hostIp))
      throw systemError(
        `failed to set up container networking: driver failed programming external connectivity on endpoint ${container.name} (${endpoint.id}): failed to bind host port for ${hostIp}:${port}:${endpoint.address}:${containerPort}/${protocol}: cannot assign requested address`,
      );
    tx.table("ports").put({
      id: `${container.machine}/${protocol}/${port}/${container.id}/${containerPort}/${hostIp}`,
      machine: container.machine,
      protocol,
      port,
      hostIp,
      target: { kind: "container", containerId: container.id, port: containerPort },
    });
  }
}

/** Those with a host port first, then by container port, as go-connections sorts them. */
function publications(container: ContainerRow): Publication[] {
  const { PortBindings: bindings, PublishAllPorts: all } = container.hostConfig;
  const list: Publication[] = [];
  for (const [key, wanted] of Object.entries(bindings ?? {})) {
    const { port, protocol } = parsePort(key);
    for (const { HostIp: hostIp = "", HostPort: hostPort = "" } of wanted ?? []) {
      const [first = 0, last = first] = hostPort.split("-").map(Number);
      list.push({ containerPort: port, protocol, hostIp, first, last });
    }
  }
  if (all)
    for (const key of Object.keys(container.config.ExposedPorts ?? {})) {
      const { port, protocol } = parsePort(key);
      if (!bindings?.[key]) list.push({ containerPort: port, protocol, hostIp: "", first: 0, last: 0 });
    }
  return list.sort((a, b) => Number(a.first === 0) - Number(b.first === 0) || a.containerPort - b.containerPort);
}

export function parsePort(key: string): { port: number; protocol: PortRow["protocol"] } {
  const [port = "", protocol = "tcp"] = key.split("/");
  return { port: Number(port), protocol: protocol.toLowerCase() as PortRow["protocol"] };
}

function choosePort(tx: Tx, container: ContainerRow, endpoint: EndpointRow, wanted: Publication): number {
  const free = (port: number) => !holdsPort(tx, container.machine, wanted, port);
  const failed = `failed to set up container networking: driver failed programming external connectivity on endpoint ${container.name} (${endpoint.id}): `;
  const candidate = wanted.first === 0 ? ephemeralPort(tx, container.machine, free) : rangePort(wanted, free);
  if (candidate !== undefined) return candidate;
  const hostIp = wanted.hostIp || "0.0.0.0";
  // The engine's allocator knows its own containers' ports; of others it learns when it binds.
  const allocated = allocations(tx, container.machine, wanted, wanted.first).some(
    ({ target }) => target.kind === "container",
  );
  throw systemError(
    allocated
      ? `${failed}Bind for ${hostIp}:${wanted.first} failed: port is already allocated`
      : `${failed}failed to bind host port for ${hostIp}:${wanted.first}:${endpoint.address}:${wanted.containerPort}/${wanted.protocol}: address already in use`,
  );
}

function rangePort(wanted: Publication, free: (port: number) => boolean): number | undefined {
  for (let port = wanted.first; port <= wanted.last; port++) if (free(port)) return port;
  return undefined;
}

/** Goes on after the last one given, as libnetwork's port allocator. */
function ephemeralPort(tx: Tx, machine: string, free: (port: number) => boolean): number | undefined {
  const id = `port:${machine}`;
  const span = EPHEMERAL.last - EPHEMERAL.first + 1;
  const start = tx.table("meta").get(id)?.value ?? EPHEMERAL.first;
  for (let n = 0; n < span; n++) {
    const port = EPHEMERAL.first + ((start - EPHEMERAL.first + n) % span);
    if (!free(port)) continue;
    tx.table("meta").put({ id, value: port + 1 > EPHEMERAL.last ? EPHEMERAL.first : port + 1 });
    return port;
  }
  return undefined;
}

function isOwnAddress(view: View, machine: string, ip: string): boolean {
  if (isWildcard(ip) || ip.includes(":") || ip.startsWith("127.")) return true;
  const bridges = view.table("networks").by("machine", machine);
  return view.table("machines").get(machine)?.address === ip || bridges.some(({ gateway }) => gateway === ip);
}

const isWildcard = (ip: string) => ip === "" || ip === "0.0.0.0" || ip === "::";

const holdsPort = (view: View, machine: string, wanted: Publication, port: number): boolean =>
  allocations(view, machine, wanted, port).length > 0 ||
  (wanted.protocol === "tcp" && servesOnMachine(view, machine, port));

const allocations = (view: View, machine: string, wanted: Publication, port: number): PortRow[] =>
  view
    .table("ports")
    .by("port", `${machine}/${wanted.protocol}/${port}`)
    .filter((row) => row.hostIp === wanted.hostIp || isWildcard(row.hostIp) || isWildcard(wanted.hostIp));

/** Whether a container on the machine's own network listens there. */
const servesOnMachine = (view: View, machine: string, port: number, except?: string): boolean =>
  view
    .table("processes")
    .by("machine", machine)
    .some(({ listening, owner }) => {
      if (!listening.includes(port)) return false;
      const id = owner.kind === "exec" ? view.table("execs").get(owner.id)?.containerId : owner.id;
      const container = view.table("containers").get(id ?? "");
      return container !== undefined && container.id !== except && usesHostNetwork(view, container);
    });

/** Whether a container on the machine's own network finds the port taken: by a published one, or by another such container. */
export const machinePortTaken = (view: View, container: ContainerRow, port: number): boolean =>
  view.table("ports").by("port", `${container.machine}/tcp/${port}`).length > 0 ||
  servesOnMachine(view, container.machine, port, container.id);

/** Bindings as inspect and `docker ps` show them: a wildcard stands for both address families. */
export const shownHostIps = (hostIp: string): readonly string[] => (hostIp === "" ? ["0.0.0.0", "::"] : [hostIp]);
