/** Published ports of services: which are taken, and the dynamic ones (swarmkit `manager/allocator/portallocator.go`). */
import type { Tx } from "../../../room";
import type { View } from "../../../store/store";
import type { PortConfig } from "../../spec";
import type { ServiceRow } from "../tables";

const DYNAMIC_FIRST = 30000;
const DYNAMIC_LAST = 32767;

const protocolOf = (port: PortConfig) => port.Protocol || "tcp";
const isIngress = (port: PortConfig) => (port.PublishMode || "ingress") === "ingress";

/** Asked-for ports with the numbers they got: a port that a service has already is kept. */
export function allocatePorts(tx: Tx, service: ServiceRow): PortConfig[] {
  const before = [...(service.endpoint?.ports ?? [])];
  return (service.spec.EndpointSpec?.Ports ?? []).map((port) => {
    if (!isIngress(port) || port.PublishedPort) return port;
    const at = before.findIndex(
      (old) =>
        isIngress(old) &&
        old.TargetPort === port.TargetPort &&
        protocolOf(old) === protocolOf(port) &&
        (old.Name ?? "") === (port.Name ?? ""),
    );
    const [kept] = at < 0 ? [] : before.splice(at, 1);
    return { ...port, PublishedPort: kept?.PublishedPort ?? dynamicPort(tx, service, protocolOf(port)) };
  });
}

function dynamicPort(tx: Tx, service: ServiceRow, protocol: string): number {
  const cursor = `${service.swarm}/${protocol}`;
  const taken = takenPorts(tx, service.swarm, service.id);
  const last = tx.table("allocatorCursors").get(cursor)?.last ?? DYNAMIC_LAST;
  const count = DYNAMIC_LAST - DYNAMIC_FIRST + 1;
  for (let step = 1; step <= count; step++) {
    const port = DYNAMIC_FIRST + ((last - DYNAMIC_FIRST + step) % count);
    if (taken.has(`${protocol}/${port}`)) continue;
    tx.table("allocatorCursors").put({ id: cursor, last: port });
    return port;
  }
  return 0;
}

export interface TakenPort {
  readonly service: ServiceRow;
  readonly ingress: boolean;
}

/** Ports of all services but one, by `PROTOCOL/PORT`: those asked for and those given. */
export function takenPorts(view: View, swarm: string, except: string): Map<string, TakenPort> {
  const taken = new Map<string, TakenPort>();
  for (const service of view.table("services").by("swarm", swarm)) {
    if (service.id === except) continue;
    for (const port of [...(service.spec.EndpointSpec?.Ports ?? []), ...(service.endpoint?.ports ?? [])]) {
      if (!port.PublishedPort) continue;
      const key = `${protocolOf(port)}/${port.PublishedPort}`;
      const ingress = isIngress(port);
      if (ingress || !taken.has(key)) taken.set(key, { service, ingress });
    }
  }
  return taken;
}
