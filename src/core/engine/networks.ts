/** Networks of one engine: creation, look-up, removal, and what the swarm makes known on a machine (moby `daemon/network.go`). */
import { hexId } from "../chance/ids";
import { conflict, forbidden, invalidParameter, notFound, systemError } from "../errors";
import { MAX_NETWORKS } from "../limits";
import { type Cidr, formatCidr, parseCidr } from "../net/ip";
import { checkIpamConfigs } from "../net/ipam-config";
import type { Tx } from "../room";
import type { View } from "../store/store";
import type { Millis } from "../time/agenda";
import { networkEvent } from "./events";
import { endpointName } from "./gateway";
import { claimSubnet, firstAddress, freePool, ipamConfigs } from "./ipam";
import type { NetworkRow } from "./tables";

export interface NetworkCreateRequest {
  readonly Name: string;
  readonly Driver?: string;
  readonly Scope?: string;
  readonly Internal?: boolean;
  readonly Attachable?: boolean;
  readonly Ingress?: boolean;
  readonly EnableIPv6?: boolean | null;
  readonly IPAM?: { Driver?: string; Options?: object | null; Config?: object[] | null } | null;
  readonly Options?: Record<string, string> | null;
  readonly Labels?: Record<string, string> | null;
}

const PREDEFINED = ["bridge", "host", "none"];
const LOCAL_DRIVERS = ["bridge", "macvlan", "ipvlan"];

export const isPredefined = (network: { readonly name: string }): boolean => PREDEFINED.includes(network.name);

/** Networks whose names the embedded DNS knows. */
export const isUserDefined = (network: NetworkRow): boolean =>
  !isPredefined(network) && network.driver !== "host" && network.driver !== "null";

export function createNetwork(tx: Tx, machine: string, request: NetworkCreateRequest): NetworkRow {
  const name = request.Name;
  const driver = request.Driver || "bridge";
  if (typeof name !== "string" || name.trim() === "") throw invalidParameter("invalid name: name is empty");
  if (PREDEFINED.includes(name)) throw forbidden(`operation is not permitted on predefined ${name} network `);
  if (request.Scope === "swarm") throw forbidden("cannot create a swarm scoped network when swarm is not active");
  const existing = tx.table("networks").by("machine", machine);
  if (existing.some((row) => row.name === name)) throw conflict(`network with name ${name} already exists`);
  if (driver === "host" || driver === "null") throw forbidden(`only one instance of "${driver}" network is allowed`);
  if (!LOCAL_DRIVERS.includes(driver)) throw notFound(`plugin "${driver}" not found`);
  const ipam = request.IPAM?.Driver ?? "";
  if (ipam !== "" && ipam !== "default") throw notFound(`plugin "${ipam}" not found`);
  if (existing.length >= MAX_NETWORKS) throw systemError("all predefined address pools have been fully subnetted");
  if (driver === "bridge") checkBridge(request);
  const { subnet, gateway } = chooseSubnet(tx, machine, request);
  const networkId = hexId(tx.random("engine.networks"));
  const row = tx.table("networks").put({
    id: `${machine}/${networkId}`,
    networkId,
    machine,
    name,
    driver,
    scope: "local",
    createdAt: tx.now,
    internal: request.Internal === true,
    attachable: request.Attachable === true,
    ingress: false,
    enableIPv6: request.EnableIPv6 === true,
    labels: request.Labels ?? {},
    options: request.Options ?? {},
    subnet: formatCidr(subnet),
    gateway,
    ipam: request.IPAM ?? null,
  });
  networkEvent(tx, row, "create");
  return row;
}

/** Longest name of an interface (Linux `IFNAMSIZ`, without its end). */
const INTERFACE_NAME = 15;

const SWITCHES = ["enable_icc", "enable_ip_masquerade"].map((name) => `com.docker.network.bridge.${name}`);

/** Numbers and switches that the bridge driver reads (moby `libnetwork/drivers/bridge`). */
function checkOption(option: string, value: string): void {
  const fault = (reader: string) =>
    invalidParameter(
      `failed to parse ${option} value: ${value} (strconv.${reader}: parsing ${JSON.stringify(value)}: invalid syntax)`,
    );
  if (option === "com.docker.network.driver.mtu" && !/^[+-]?\d+$/.test(value)) throw fault("Atoi");
  if (SWITCHES.includes(option) && !/^(1|0|t|f|true|false)$/i.test(value)) throw fault("ParseBool");
}

function checkBridge({ IPAM, Options }: NetworkCreateRequest): void {
  const subnets = ipamConfigs({ ipam: IPAM ?? null }).filter(({ Subnet = "" }) => !Subnet.includes(":"));
  if (subnets.length > 1) throw forbidden("bridge driver doesn't support multiple subnets");
  const name = Options?.["com.docker.network.bridge.name"] ?? "";
  if (name.length > INTERFACE_NAME) throw systemError("numerical result out of range");
  for (const [option, value] of Object.entries(Options ?? {})) checkOption(option, value);
}

function chooseSubnet(tx: Tx, machine: string, request: NetworkCreateRequest): { subnet: Cidr; gateway: string } {
  const [config] = ipamConfigs({ ipam: request.IPAM ?? null });
  if (!config?.Subnet) {
    const subnet = freePool(tx, machine);
    return { subnet, gateway: firstAddress(subnet) };
  }
  checkIpamConfigs([config]);
  const subnet = parseCidr(config.Subnet);
  if (!subnet) throw invalidParameter(`invalid network config:\ninvalid subnet ${config.Subnet}`);
  claimSubnet(tx, machine, subnet);
  return { subnet, gateway: config.Gateway || firstAddress(subnet) };
}

/** Full id, then name, then a prefix of the id. */
export function lookUpNetwork(view: View, machine: string, ref: string): NetworkRow | undefined {
  const rows = view.table("networks").by("machine", machine);
  const exact = rows.find((row) => row.networkId === ref) ?? rows.find((row) => row.name === ref);
  if (exact || ref === "") return exact;
  const matches = rows.filter((row) => row.networkId.startsWith(ref));
  if (matches.length > 1)
    throw invalidParameter(`network ${ref} is ambiguous (${matches.length} matches found based on ID prefix)`);
  return matches[0];
}

export function findNetwork(view: View, machine: string, ref: string): NetworkRow {
  const row = lookUpNetwork(view, machine, ref);
  if (!row) throw notFound(`network ${ref} not found`);
  return row;
}

export function removeNetwork(tx: Tx, machine: string, ref: string): void {
  const network = findNetwork(tx, machine, ref);
  if (isPredefined(network)) throw forbidden(`${network.name} is a pre-defined network and cannot be removed`);
  const users = tx
    .table("endpoints")
    .by("network", network.networkId)
    .filter((endpoint) => endpoint.machine === machine)
    .map((endpoint) => `name:"${endpointName(tx, network, endpoint)}" id:"${endpoint.id.slice(0, 12)}"`);
  if (users.length > 0)
    throw forbidden(`error while removing network: network ${network.name} has active endpoints (${users.join(", ")})`);
  tx.table("networks").delete(network.id);
  networkEvent(tx, network, "destroy");
}

/** Networks that no container of the machine uses or is configured for. */
export const isUnused = (view: View, network: NetworkRow): boolean =>
  !view
    .table("endpoints")
    .by("network", network.networkId)
    .some((endpoint) => endpoint.machine === network.machine);

/** bridge, host and none of a new machine. */
export function createPredefinedNetworks(tx: Tx, machine: string): void {
  const random = tx.random("engine.networks");
  const common = {
    machine,
    scope: "local" as const,
    createdAt: tx.now,
    internal: false,
    attachable: false,
    ingress: false,
    enableIPv6: false,
    labels: {},
    ipam: null,
  };
  const put = (name: string, driver: string, more: Pick<NetworkRow, "options" | "subnet" | "gateway">) => {
    const networkId = hexId(random);
    tx.table("networks").put({ ...common, ...more, id: `${machine}/${networkId}`, networkId, name, driver });
  };
  put("bridge", "bridge", { options: DEFAULT_BRIDGE, subnet: "172.17.0.0/16", gateway: "172.17.0.1" });
  put("host", "host", { options: {}, subnet: "", gateway: "" });
  put("none", "null", { options: {}, subnet: "", gateway: "" });
}

const DEFAULT_BRIDGE = {
  "com.docker.network.bridge.default_bridge": "true",
  "com.docker.network.bridge.enable_icc": "true",
  "com.docker.network.bridge.enable_ip_masquerade": "true",
  "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
  "com.docker.network.bridge.name": "docker0",
  "com.docker.network.driver.mtu": "1500",
};

/** An overlay network of the swarm as a machine must know it before containers attach. */
export interface SwarmNetwork {
  readonly networkId: string;
  readonly name: string;
  readonly ingress: boolean;
  readonly attachable: boolean;
  readonly internal: boolean;
  readonly subnet: string;
  readonly gateway: string;
  readonly createdAt: Millis;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

/** Makes it known; nothing happens when it is already. */
export function ensureSwarmNetwork(tx: Tx, machine: string, network: SwarmNetwork): NetworkRow {
  const id = `${machine}/${network.networkId}`;
  const known = tx.table("networks").get(id);
  if (known) return known;
  const row = tx.table("networks").put({
    ...network,
    id,
    machine,
    driver: "overlay",
    scope: "swarm",
    enableIPv6: false,
    ipam: { Driver: "default", Options: null, Config: [{ Subnet: network.subnet, Gateway: network.gateway }] },
  });
  networkEvent(tx, row, "create");
  return row;
}

/** Forgets it; containers still attached lose their endpoints. */
export function removeSwarmNetwork(tx: Tx, machine: string, networkId: string): void {
  const network = tx.table("networks").get(`${machine}/${networkId}`);
  tx.table("networks").delete(`${machine}/${networkId}`);
  for (const endpoint of tx.table("endpoints").by("network", networkId))
    if (endpoint.machine === machine) tx.table("endpoints").delete(endpoint.id);
  if (network) networkEvent(tx, network, "destroy");
}
