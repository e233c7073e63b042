/**
 * Rows of the network as packets see it: who has which address, which name means what, which port leads where. Engine
 * and swarm write them; `engine/connect.ts` only reads (and turns the balancers' cursors).
 */
import type { Row, TableDefinition } from "../store/schema";
import type { Millis } from "../time/agenda";

/** A container's interface on a network. */
export interface EndpointRow extends Row {
  readonly id: string; // 64 hex
  readonly machine: string;
  readonly networkId: string; // bridge: the machine's own network; overlay: the swarm-wide id
  readonly containerId: string;
  readonly address: string; // IPv4
  readonly prefix: number;
  readonly mac: string;
  readonly names: readonly string[]; // container name, aliases, short id: what the embedded DNS answers for
  readonly up: boolean; // false while the container does not run
}

/** A name of a network that a service has given it: the service's own, its aliases, `tasks.NAME`. */
export interface NetworkNameRow extends Row {
  readonly id: string; // NETWORK/NAME/SERVICE
  readonly networkId: string;
  readonly name: string;
  readonly service: string;
  /** The virtual address it stands for; else it stands for all the service's endpoints. */
  readonly virtual?: string;
}

/** A listening port of a machine's own address: `-p` of a container, or the swarm's ingress. */
export interface PortRow extends Row {
  readonly id: string; // MACHINE/PROTOCOL/PORT/OWNER
  readonly machine: string;
  readonly protocol: "tcp" | "udp" | "sctp";
  readonly port: number;
  readonly hostIp: string; // 0.0.0.0, 127.0.0.1
  readonly target:
    | { readonly kind: "container"; readonly containerId: string; readonly port: number }
    | { readonly kind: "balancer"; readonly balancer: string; readonly port: number };
  readonly service?: string; // of the routing mesh: the service that publishes it
}

/** A virtual address; the endpoints behind it are its backends. */
export interface BalancerRow extends Row {
  readonly id: string; // NETWORK/ADDRESS, where ADDRESS is the VIP
  readonly networkId: string;
  readonly address: string;
  readonly serviceId: string;
}

/** One endpoint of a service on a network, in the order in which they were bound. Other nodes hear of it by gossip, see `gossip.ts`. */
export interface BackendRow extends Row {
  readonly id: string; // NETWORK/TASK
  readonly networkId: string;
  readonly service: string;
  readonly balancer?: string; // none where the service has no virtual address
  readonly machine: string;
  readonly containerId: string;
  readonly address: string;
  readonly taskId: string;
  readonly since: Millis;
  /** When it was taken out: it takes no new connections, and is forgotten once everybody has heard. */
  readonly until?: Millis;
}

/** Where a node's turn at a virtual address is (IPVS round robin): lazily written, because each connection moves it. */
export interface CursorRow extends Row {
  readonly id: string; // NODE/BALANCER
  readonly balancer: string;
  readonly last: string; // the backend that had the last connection
  readonly at: number; // its place then
}

/** The address by which a node's balancers speak to the endpoints of a network (`lb-NETWORK`, `ingress-sbox`). */
export interface NodeAddressRow extends Row {
  readonly id: string; // MACHINE/NETWORK
  readonly machine: string;
  readonly address: string;
}

/** When a machine's power, daemon or cables last changed: what its peers make of it depends on how long ago that is. */
export interface LinkChangeRow extends Row {
  readonly id: string; // the machine
  readonly at: Millis;
}

declare module "../store/schema" {
  interface Tables {
    endpoints: EndpointRow;
    networkNames: NetworkNameRow;
    ports: PortRow;
    balancers: BalancerRow;
    backends: BackendRow;
    cursors: CursorRow;
    nodeAddresses: NodeAddressRow;
    linkChanges: LinkChangeRow;
  }
}

export const netTables = {
  endpoints: {
    indexes: {
      container: (row) => row.containerId,
      machine: (row) => row.machine,
      network: (row) => row.networkId,
      address: (row) => `${row.networkId}/${row.address}`,
    },
  } satisfies TableDefinition<EndpointRow>,
  networkNames: {
    indexes: { network: (row) => row.networkId, service: (row) => row.service },
  } satisfies TableDefinition<NetworkNameRow>,
  ports: {
    indexes: {
      port: (row) => `${row.machine}/${row.protocol}/${row.port}`,
      machine: (row) => row.machine,
      service: (row) => row.service,
    },
  } satisfies TableDefinition<PortRow>,
  balancers: {
    indexes: { service: (row) => row.serviceId, network: (row) => row.networkId },
  } satisfies TableDefinition<BalancerRow>,
  backends: {
    indexes: {
      balancer: (row) => row.balancer,
      service: (row) => row.service,
      leaving: (row) => (row.until === undefined ? undefined : row.service),
      endpoints: (row) => `${row.networkId}/${row.service}`,
    },
  } satisfies TableDefinition<BackendRow>,
  cursors: { lazy: true, indexes: { balancer: (row) => row.balancer } } satisfies TableDefinition<CursorRow>,
  nodeAddresses: { indexes: { machine: (row) => row.machine } } satisfies TableDefinition<NodeAddressRow>,
  linkChanges: {} satisfies TableDefinition<LinkChangeRow>,
};
