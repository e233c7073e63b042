/** `/secrets` and `/configs`: the same routes twice; only configs give their data back. */
import { Hono } from "hono";
import { findData, managedSwarm } from "../../../core/swarm";
import type { DataRow } from "../../../core/swarm/manager/tables";
import type { DataSpec } from "../../../core/swarm/spec";
import type { Backend } from "../../backend";
import { readJson } from "../../request";
import { type Json, meta } from "./convert";
import { Filters, readVersion } from "./request";

const FILTERS = ["id", "label", "name", "names"];

export function dataRoutes(backend: Backend, kind: "secret" | "config"): Hono {
  const { machine } = backend;
  const path = `/${kind}s` as const;
  const app = new Hono();

  app.get(path, (c) => {
    const filters = Filters.parse(c.req.query("filters"), FILTERS);
    const swarm = managedSwarm(backend.view, machine);
    const rows = backend.view
      .table("swarmData")
      .by("kind", `${swarm.id}/${kind}`)
      .filter((row) => matches(row, filters))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return c.json(rows.map(dataJson));
  });

  app.post(`${path}/create`, async (c) => {
    const { id } = backend.dispatch("swarmData.create", { machine, kind, spec: await readJson<DataSpec>(c.req.raw) });
    return c.json({ ID: id }, 201);
  });

  app.get(`${path}/:id`, (c) =>
    c.json(dataJson(findData(backend.view, managedSwarm(backend.view, machine).id, kind, c.req.param("id")))),
  );

  app.post(`${path}/:id/update`, async (c) => {
    const spec = await readJson<DataSpec>(c.req.raw);
    const version = readVersion(c.req.query("version"), kind, false);
    backend.dispatch("swarmData.update", { machine, kind, ref: c.req.param("id"), version, spec });
    return c.body(null, 200);
  });

  app.delete(`${path}/:id`, (c) => {
    backend.dispatch("swarmData.remove", { machine, kind, ref: c.req.param("id") });
    return c.body(null, 204);
  });

  return app;
}

function matches(row: DataRow, filters: Filters): boolean {
  const name = row.spec.Name ?? "";
  return (
    filters.some("id", (id) => row.id.startsWith(id)) &&
    filters.some("name", (wanted) => name.startsWith(wanted)) &&
    filters.some("names", (wanted) => name === wanted) &&
    filters.labels("label", row.spec.Labels)
  );
}

export const dataJson = (row: DataRow): Json => ({
  ...meta(row),
  Spec: {
    Name: row.spec.Name,
    Labels: row.spec.Labels ?? {},
    ...(row.kind === "config" && { Data: row.spec.Data }),
    ...(row.spec.Driver !== undefined && row.spec.Driver !== null && { Driver: row.spec.Driver }),
    ...(row.spec.Templating !== undefined && row.spec.Templating !== null && { Templating: row.spec.Templating }),
  },
});
