/** `/volumes` (moby `daemon/server/router/volume`). */
import { Hono } from "hono";
import { findVolume, volumeUsers } from "../../../core/engine/volumes";
import { DockerError, notFound, unavailable } from "../../../core/errors";
import { leadership, managedSwarm } from "../../../core/swarm";
import type { Backend } from "../../backend";
import { Filters, isTrue, readJson, readOptionalJson } from "../../request";
import { speaks } from "../../version";
import { check } from "../container/shape";
import { readVersion } from "../swarm/request";
import { volumeJson } from "./convert";

const LIST_FILTERS = ["dangling", "driver", "label", "name"];
const PRUNE_FILTERS = ["all", "label", "label!"];

interface CreateBody extends Record<string, unknown> {
  Name?: string;
  Driver?: string;
  DriverOpts?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
}

const CREATE_FIELDS = { Name: "string", Driver: "string", DriverOpts: "map", Labels: "map" } as const;

const managesSwarm = ({ view, machine }: Backend) => leadership(view, machine) !== undefined;

/** What is no volume of the machine may be one of the swarm's (since API 1.42); no driver here makes such, so it is none there either. */
function orInSwarm<T>(backend: Backend, request: Request, name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const missing = error instanceof DockerError && error.kind === "notFound";
    if (missing && speaks(request, "1.42") && managesSwarm(backend)) throw notFound(`volume ${name} not found`);
    throw error;
  }
}

export function volumeRoutes(backend: Backend): Hono {
  const { machine, view } = backend;
  const app = new Hono();

  app.get("/volumes", (c) => {
    const filters = Filters.parse(c.req.query("filters"), LIST_FILTERS);
    const dangling = filters.boolean("dangling");
    const volumes = view
      .table("volumes")
      .by("machine", machine)
      .filter(
        (volume) =>
          filters.match("name", volume.name) &&
          filters.some("driver", (driver) => volume.driver === driver) &&
          filters.labels(volume.labels) &&
          (dangling === undefined || dangling === (volumeUsers(view, machine, volume.name).length === 0)),
      );
    return c.json({ Volumes: volumes.map(volumeJson), Warnings: null });
  });

  app.get("/volumes/:name", (c) => {
    const name = c.req.param("name");
    return c.json(volumeJson(orInSwarm(backend, c.req.raw, name, () => findVolume(view, machine, name))));
  });

  app.post("/volumes/create", async (c) => {
    const body = (await readOptionalJson<CreateBody>(c.req.raw)) ?? {};
    check(body, CREATE_FIELDS, "CreateOptions");
    // No driver here makes volumes for a cluster; who manages none is told so first.
    if (body.ClusterVolumeSpec) managedSwarm(view, machine);
    const { name } = backend.dispatch("volume.create", {
      machine,
      ...(body.Name && { name: body.Name }),
      ...(body.Driver && { driver: body.Driver }),
      ...(body.Labels && { labels: body.Labels }),
      ...(body.DriverOpts && { options: body.DriverOpts }),
    });
    return c.json(volumeJson(findVolume(view, machine, name)), 201);
  });

  app.post("/volumes/prune", (c) => {
    const filters = Filters.parse(c.req.query("filters"), PRUNE_FILTERS);
    filters.boolean("all");
    const { deleted, reclaimed } = backend.dispatch("volume.prune", { machine, filters: filters.toRecord() });
    return c.json({ VolumesDeleted: deleted, SpaceReclaimed: reclaimed });
  });

  app.delete("/volumes/:name", (c) => {
    const force = isTrue(c.req.query("force"));
    const name = c.req.param("name");
    orInSwarm(backend, c.req.raw, name, () => backend.dispatch("volume.remove", { machine, name, force }));
    return c.body(null, 204);
  });

  app.put("/volumes/:name", async (c) => {
    if (!managesSwarm(backend))
      throw unavailable("volume update only valid for cluster volumes, but swarm is unavailable");
    readVersion(c.req.query("version"), "swarm object");
    await readJson(c.req.raw);
    throw notFound(`volume ${c.req.param("name")} not found`);
  });

  return app;
}
