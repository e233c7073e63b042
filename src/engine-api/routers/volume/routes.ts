/** `/volumes` (moby `daemon/server/router/volume`). */
import { Hono } from "hono";
import { findVolume, volumeUsers } from "../../../core/engine/volumes";
import type { Backend } from "../../backend";
import { Filters, isTrue, readOptionalJson } from "../../request";
import { check } from "../container/shape";
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

  app.get("/volumes/:name", (c) => c.json(volumeJson(findVolume(view, machine, c.req.param("name")))));

  app.post("/volumes/create", async (c) => {
    const body = (await readOptionalJson<CreateBody>(c.req.raw)) ?? {};
    check(body, CREATE_FIELDS, "CreateOptions");
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
    backend.dispatch("volume.remove", { machine, name: c.req.param("name"), force });
    return c.body(null, 204);
  });

  return app;
}
