/** `/volumes` (moby `daemon/server/router/volume`). */
import { Hono } from "hono";
import { findVolume, volumePath, volumeUsers } from "../../../core/engine";
import type { VolumeRow } from "../../../core/engine/tables";
import { rfc3339 } from "../../../core/time/calendar";
import type { Backend } from "../../backend";
import { Filters, readBody } from "../swarm/request";

const volumeJson = (volume: VolumeRow) => ({
  CreatedAt: rfc3339(volume.createdAt).replace(/\.\d+Z$/, "Z"),
  Driver: volume.driver,
  Labels: Object.keys(volume.labels).length > 0 || volume.anonymous ? { ...volume.labels } : null,
  Mountpoint: volumePath(volume.name),
  Name: volume.name,
  Options: volume.options,
  Scope: "local",
});

export function volumeRoutes(backend: Backend): Hono {
  const { machine, view } = backend;
  const app = new Hono();

  app.get("/volumes", (c) => {
    const filters = Filters.parse(c.req.query("filters"), ["dangling", "driver", "label", "name"]);
    const volumes = view
      .table("volumes")
      .by("machine", machine)
      .filter(
        (volume) =>
          filters.some("name", (name) => volume.name.includes(name)) &&
          filters.some("driver", (driver) => volume.driver === driver) &&
          filters.some(
            "dangling",
            (value) => /^(1|true)$/i.test(value) === (volumeUsers(view, machine, volume.name).length === 0),
          ) &&
          filters.labels("label", volume.labels),
      );
    return c.json({ Volumes: volumes.map(volumeJson), Warnings: null });
  });

  app.get("/volumes/:name", (c) => c.json(volumeJson(findVolume(view, machine, c.req.param("name")))));

  app.post("/volumes/create", async (c) => {
    const body = await readBody<{
      Name?: string;
      Driver?: string;
      Labels?: Record<string, string>;
      DriverOpts?: Record<string, string>;
    }>(c.req.raw);
    const { name } = backend.dispatch("volume.create", {
      machine,
      name: body.Name,
      driver: body.Driver,
      labels: body.Labels,
      options: body.DriverOpts,
    });
    return c.json(volumeJson(findVolume(view, machine, name)), 201);
  });

  app.post("/volumes/prune", (c) => {
    const filters = Filters.parse(c.req.query("filters"), ["label", "label!", "all"]);
    const asked: Record<string, string[]> = {};
    for (const key of ["label", "label!", "all"])
      if (filters.values(key).length > 0) asked[key] = [...filters.values(key)];
    const { deleted, reclaimed } = backend.dispatch("volume.prune", { machine, filters: asked });
    return c.json({ VolumesDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed });
  });

  app.delete("/volumes/:name", (c) => {
    backend.dispatch("volume.remove", {
      machine,
      name: c.req.param("name"),
      force: /^(1|true)$/i.test(c.req.query("force") ?? ""),
    });
    return c.body(null, 204);
  });

  return app;
}
