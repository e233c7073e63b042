/** `/networks` (moby `daemon/server/router/network`): a machine's own, and on a manager the swarm's. */
import { Hono } from "hono";
import { findNetwork, lookUpNetwork } from "../../../core/engine";
import type { NetworkRow } from "../../../core/engine/tables";
import { DockerError } from "../../../core/errors";
import { findSwarmNetwork, managedSwarm, swarmInfo } from "../../../core/swarm";
import type { SwarmNetworkRow } from "../../../core/swarm/manager/tables";
import type { Backend } from "../../backend";
import { networkPeers, swarmNetworkJson } from "../swarm/convert";
import { Filters, readBody } from "../swarm/request";
import { type Json, networkJson } from "./convert";

const FILTERS = ["dangling", "driver", "id", "label", "name", "scope", "type"];

interface CreateBody {
  Name: string;
  Driver?: string;
  Scope?: string;
  Internal?: boolean;
  Attachable?: boolean;
  Ingress?: boolean;
  EnableIPv6?: boolean;
  IPAM?: { Driver?: string; Config?: { Subnet?: string; Gateway?: string; IPRange?: string }[] | null };
  Labels?: Record<string, string>;
  Options?: Record<string, string>;
}

export function networkRoutes(backend: Backend): Hono {
  const { machine, view } = backend;
  const app = new Hono();

  app.get("/networks", (c) => {
    const filters = Filters.parse(c.req.query("filters"), FILTERS);
    return c.json(all(backend).filter((network) => meets(filters, network)));
  });

  app.get("/networks/:ref", (c) => {
    const ref = c.req.param("ref");
    const swarm = swarmNetwork(backend, ref);
    const local = lookUpNetwork(view, machine, ref);
    if (swarm && (!local || local.scope === "swarm"))
      return c.json({
        ...swarmNetworkJson(swarm),
        Containers: local ? containersOf(backend, local) : null,
        ...peers(backend, swarm),
      });
    return c.json(networkJson(view, findNetwork(view, machine, ref), true));
  });

  app.post("/networks/create", async (c) => {
    const body = await readBody<CreateBody>(c.req.raw);
    if (body.Driver === "overlay" || body.Scope === "swarm") {
      const { id } = backend.dispatch("swarmNetwork.create", { machine, spec: body });
      return c.json({ Id: id, Warning: "" }, 201);
    }
    const { id, warning } = backend.dispatch("network.create", {
      machine,
      name: body.Name,
      driver: body.Driver,
      internal: body.Internal,
      attachable: body.Attachable,
      enableIPv6: body.EnableIPv6,
      ipam: body.IPAM,
      labels: body.Labels,
      options: body.Options,
    });
    return c.json({ Id: id, Warning: warning }, 201);
  });

  app.post("/networks/prune", (c) => {
    const filters = Filters.parse(c.req.query("filters"), ["label", "label!", "until"]);
    const asked: Record<string, string[]> = {};
    for (const key of ["label", "label!", "until"])
      if (filters.values(key).length > 0) asked[key] = [...filters.values(key)];
    const { deleted } = backend.dispatch("network.prune", { machine, filters: asked });
    return c.json({ NetworksDeleted: deleted.length > 0 ? deleted : null });
  });

  app.post("/networks/:ref/connect", async (c) => {
    const body = await readBody<{ Container: string; EndpointConfig?: Json }>(c.req.raw);
    backend.dispatch("network.connect", {
      machine,
      ref: c.req.param("ref"),
      container: body.Container,
      endpoint: body.EndpointConfig ?? {},
    });
    return c.body(null, 200);
  });

  app.post("/networks/:ref/disconnect", async (c) => {
    const body = await readBody<{ Container: string; Force?: boolean }>(c.req.raw);
    backend.dispatch("network.disconnect", {
      machine,
      ref: c.req.param("ref"),
      container: body.Container,
      force: body.Force,
    });
    return c.body(null, 200);
  });

  app.delete("/networks/:ref", (c) => {
    const ref = c.req.param("ref");
    const local = lookUpNetwork(view, machine, ref);
    if (swarmNetwork(backend, ref) && (!local || local.scope === "swarm"))
      backend.dispatch("swarmNetwork.remove", { machine, ref });
    else backend.dispatch("network.remove", { machine, ref });
    return c.body(null, 204);
  });

  return app;
}

function all(backend: Backend): Json[] {
  const { view, machine } = backend;
  const swarm = managed(backend);
  const shared = swarm ? view.table("swarmNetworks").by("swarm", swarm) : [];
  const known = new Set(shared.map((network) => network.id));
  const local = view
    .table("networks")
    .by("machine", machine)
    .filter((network) => !known.has(network.networkId));
  return [
    ...local.map((network) => networkJson(view, network, false)),
    ...shared.map((network) => swarmNetworkJson(network)),
  ];
}

/** The swarm that this machine manages, if it does. */
function managed(backend: Backend): string | undefined {
  const info = swarmInfo(backend.view, backend.machine);
  return info.controlAvailable && !info.error ? managedSwarm(backend.view, backend.machine).id : undefined;
}

function swarmNetwork(backend: Backend, ref: string): SwarmNetworkRow | undefined {
  const swarm = managed(backend);
  if (!swarm) return undefined;
  try {
    return findSwarmNetwork(backend.view, swarm, ref);
  } catch (error) {
    if (error instanceof DockerError && error.kind === "notFound") return undefined;
    throw error;
  }
}

const containersOf = (backend: Backend, local: NetworkRow): unknown =>
  networkJson(backend.view, local, true).Containers;
const peers = (backend: Backend, network: SwarmNetworkRow): Json => ({
  Peers: networkPeers(backend.view, network.swarm),
});

function meets(filters: Filters, network: Json): boolean {
  const builtin = ["bridge", "host", "none"].includes(String(network.Name));
  return (
    filters.some("name", (name) => String(network.Name).includes(name)) &&
    filters.some("id", (id) => String(network.Id).startsWith(id)) &&
    filters.some("driver", (driver) => network.Driver === driver) &&
    filters.some("scope", (scope) => network.Scope === scope) &&
    filters.some("type", (type) => (type === "builtin") === builtin) &&
    filters.labels("label", (network.Labels ?? {}) as Record<string, string>)
  );
}
