/**
 * Rows of the network as packets see it: who has which address, which name means what, which port leads where. Engine
 * and swarm write them; `connect.ts` only reads (and turns the balancers' cursors).
 */
import type { Row, TableDefinition } from "../store/schema";

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

/** A name of a network that stands for a virtual address or a set of addresses: services, `tasks.NAME`. */
export interface NetworkNameRow extends Row {
  readonly id: string; // NETWORK/NAME
  readonly networkId: string;
  readonly name: string;
  readonly addresses: readonly string[]; // a VIP, or the tasks' addresses
  readonly service?: string; // whose name it is
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

/** A virtual address (or an ingress port's backend set) and the endpoints behind it, taken in turn (IPVS round robin). */
export interface BalancerRow extends Row {
  readonly id: string; // NETWORK/ADDRESS, where ADDRESS is the VIP
  readonly networkId: string;
  readonly address: string;
  readonly serviceId: string;
  readonly backends: readonly {
    readonly machine: string;
    readonly containerId: string;
    readonly address: string;
    readonly taskId?: string;
  }[];
}

/** Where a balancer's turn is: a row of its own, lazily written, because each request moves it. */
export interface CursorRow extends Row {
  readonly id: string; // the balancer's
  readonly next: number;
}

declare module "../store/schema" {
  interface Tables {
    endpoints: EndpointRow;
    networkNames: NetworkNameRow;
    ports: PortRow;
    balancers: BalancerRow;
    cursors: CursorRow;
  }
}

export const netTables = {
  endpoints: {
    indexes: {
      container: (row) => row.containerId,
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
  cursors: { lazy: true } satisfies TableDefinition<CursorRow>,
};
