/** `/networks` (moby `daemon/server/router/network`): a machine's own, and on a manager the swarm's. */
import { Hono } from "hono";
import { lookUpNetwork, pruneFilter } from "../../../core/engine";
import { conflict, DockerError, forbidden, invalidParameter, notFound, systemError } from "../../../core/errors";
import { findSwarmNetwork, managedSwarm, swarmInfo } from "../../../core/swarm";
import type { SwarmNetworkRow } from "../../../core/swarm/manager/tables";
import type { Backend } from "../../backend";
import { Filters, readJson } from "../../request";
import { check } from "../container/shape";
import { swarmNetworkJson } from "../swarm/convert";
import { inspectedNetwork, type Json, networkJson } from "./convert";

const FILTERS = ["dangling", "driver", "id", "label", "name", "scope", "type"];

/** What every node has of its own. */
const NODE_NETWORKS = ["bridge", "host"];

const managesSwarm = (backend: Backend): boolean => swarmInfo(backend.view, backend.machine).controlAvailable;

interface CreateBody extends Record<string, unknown> {
  Name: string;
  Driver?: string;
  Scope?: string;
  Internal?: boolean;
  Attachable?: boolean;
  Ingress?: boolean;
  EnableIPv6?: boolean;
  IPAM?: {
    Driver?: string;
    Config?: { Subnet?: string; Gateway?: string; IPRange?: string }[] | null;
    Options?: Record<string, string> | null;
  } | null;
  Labels?: Record<string, string> | null;
  Options?: Record<string, string> | null;
  ConfigFrom?: { Network?: string } | null;
}

const CREATE_FIELDS = {
  Name: "string",
  Driver: "string",
  Scope: "string",
  Internal: "bool",
  Attachable: "bool",
  Ingress: "bool",
  EnableIPv6: "bool",
  IPAM: "map",
  Labels: "map",
  Options: "map",
  ConfigFrom: "map",
} as const;

/** What a machine's own network cannot be: a swarm's entrance, or made from a configuration, which nobody can make here. */
function refuseForeign({ Ingress, ConfigFrom }: CreateBody): void {
  if (Ingress === true) throw forbidden("Ingress network can only be global scope network");
  if (ConfigFrom?.Network) throw notFound(`configuration network "${ConfigFrom.Network}" does not exist`);
}

interface ConnectBody extends Record<string, unknown> {
  Container?: string;
  EndpointConfig?: Json | null;
  Force?: boolean;
}

export function networkRoutes(backend: Backend): Hono {
  const { machine, view } = backend;
  const app = new Hono();

  app.get("/networks", (c) => {
    const filters = Filters.parse(c.req.query("filters"), FILTERS);
    checkFilters(filters);
    return c.json(all(backend).filter((network) => meets(filters, network)));
  });

  app.get("/networks/:ref", (c) => {
    const ref = c.req.param("ref");
    const swarm = swarmNetwork(backend, ref);
    const scope = c.req.query("scope") ?? "";
    const found = lookUpNetwork(view, machine, ref);
    const local = found && scope !== "" && found.scope !== scope ? undefined : found;
    // What the machine has itself it knows better than the swarm's managers do.
    if (swarm && scope !== "local" && !local) return c.json(swarmNetworkJson(swarm));
    // Every node has these two: a swarm knows them as its own, for services that ask for one by name.
    if (!local && found && scope === "swarm" && NODE_NETWORKS.includes(found.name) && managesSwarm(backend))
      return c.json({ ...networkJson(view, found, true), Scope: "swarm" });
    if (!local) throw notFound(`network ${ref} not found`);
    return c.json(inspectedNetwork(view, local, ["1", "true"].includes(c.req.query("verbose") ?? "")));
  });

  app.post("/networks/create", async (c) => {
    const body = await readJson<CreateBody>(c.req.raw);
    check(body, CREATE_FIELDS, "CreateRequest");
    if (NODE_NETWORKS.includes(body.Name) && managesSwarm(backend))
      throw conflict(`network with name ${body.Name} already exists`);
    if (body.Driver === "overlay" || (body.Scope === "swarm" && managesSwarm(backend))) {
      const { id } = backend.dispatch("swarmNetwork.create", { machine, spec: withoutNulls(body) });
      return c.json({ Id: id, Warning: "" }, 201);
    }
    refuseForeign(body);
    const { id, warning } = backend.dispatch("network.create", {
      machine,
      name: body.Name ?? "",
      ...(body.Driver && { driver: body.Driver }),
      ...(body.Scope && { scope: body.Scope }),
      internal: body.Internal === true,
      attachable: body.Attachable === true,
      enableIPv6: body.EnableIPv6 === true,
      ...(body.IPAM && { ipam: body.IPAM }),
      ...(body.Labels && { labels: body.Labels }),
      ...(body.Options && { options: body.Options }),
    });
    return c.json({ Id: id, Warning: warning }, 201);
  });

  app.post("/networks/prune", (c) => {
    const filters = Filters.parse(c.req.query("filters"), ["label", "label!", "until"]);
    const shared = pruneShared(backend, filters.toRecord());
    const local = backend.dispatch("network.prune", { machine, filters: filters.toRecord() }).deleted;
    const deleted = [...shared, ...local];
    return c.json({ NetworksDeleted: deleted.length > 0 ? deleted : null });
  });

  app.post("/networks/:ref/connect", async (c) => {
    const { container, body } = await connection(c.req.raw);
    backend.dispatch("network.connect", {
      machine,
      ref: c.req.param("ref"),
      container,
      endpoint: body.EndpointConfig ?? {},
    });
    return c.body(null, 200);
  });

  app.post("/networks/:ref/disconnect", async (c) => {
    const { container, body } = await connection(c.req.raw);
    backend.dispatch("network.disconnect", { machine, ref: c.req.param("ref"), container, force: body.Force === true });
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

const withoutNulls = (body: CreateBody) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as { Name: string };

async function connection(request: Request): Promise<{ container: string; body: ConnectBody }> {
  const body = await readJson<ConnectBody>(request);
  check(body, { Container: "string", EndpointConfig: "map", Force: "bool" }, "ConnectOptions");
  if (!body.Container) throw invalidParameter('invalid name or ID supplied: ""');
  return { container: body.Container, body };
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

/** The swarm's networks that nothing uses, before the machine's own; what is in use is passed over (moby `daemon/prune.go`). */
function pruneShared(backend: Backend, filters: Record<string, string[]>): string[] {
  const { view, machine } = backend;
  const swarm = managed(backend);
  const matches = pruneFilter(backend.now(), filters);
  const found = swarm ? view.table("swarmNetworks").by("swarm", swarm) : [];
  return found.flatMap(({ id, spec, createdAt }) => {
    if (spec.Ingress || !matches(spec.Labels, createdAt)) return [];
    try {
      backend.dispatch("swarmNetwork.remove", { machine, ref: id });
      return [spec.Name];
    } catch (error) {
      if (error instanceof DockerError && /network \w+ is in use/.test(error.message)) return [];
      throw error;
    }
  });
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

/** Values that mean nothing are refused, also where no network is there to be asked. */
function checkFilters(filters: Filters): void {
  for (const type of filters.values("type"))
    if (type !== "builtin" && type !== "custom") throw systemError(`invalid filter: 'type'='${type}'`);
  for (const value of filters.values("dangling"))
    if (!["true", "1", "false", "0"].includes(value))
      throw invalidParameter(`invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`);
}

/** In a list nobody looks who is attached: every network of a user's counts as dangling there, as in moby. */
function meets(filters: Filters, network: Json): boolean {
  const builtin = ["bridge", "host", "none"].includes(String(network.Name));
  const dangling = filters.boolean("dangling");
  return (
    filters.match("name", String(network.Name)) &&
    filters.match("id", String(network.Id)) &&
    filters.some("driver", (driver) => network.Driver === driver) &&
    filters.some("scope", (scope) => network.Scope === scope) &&
    filters.some("type", (type) => (type === "builtin") === builtin) &&
    (dangling === undefined || dangling === !builtin) &&
    filters.labels((network.Labels ?? {}) as Record<string, string>)
  );
}
