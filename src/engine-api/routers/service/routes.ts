/** `/services` (moby `daemon/server/router/swarm`). */
import { Hono } from "hono";
import { findService, managedSwarm } from "../../../core/swarm";
import { modeOf } from "../../../core/swarm/manager/defaults";
import type { ServiceRow } from "../../../core/swarm/manager/tables";
import type { ServiceSpec } from "../../../core/swarm/spec";
import type { Backend } from "../../backend";
import { readJson } from "../../request";
import { Filters, isTrue, readVersion } from "../swarm/request";
import { serviceJson } from "./convert";
import { taskLogs } from "./logs";

const FILTERS = ["id", "label", "mode", "name", "runtime"];

export function serviceRoutes(backend: Backend): Hono {
  const { machine } = backend;
  const app = new Hono();

  app.get("/services", (c) => {
    const filters = Filters.parse(c.req.query("filters"), FILTERS);
    const swarm = managedSwarm(backend.view, machine);
    const status = isTrue(c.req.query("status")) ? { status: backend.view } : {};
    const services = backend.view
      .table("services")
      .by("swarm", swarm.id)
      .filter((service) => matches(service, filters))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return c.json(services.map((service) => serviceJson(service, status)));
  });

  app.post("/services/create", async (c) => {
    const spec = await readJson<ServiceSpec>(c.req.raw);
    const { id, warnings } = backend.dispatch("service.create", { machine, spec: complete(spec) });
    return c.json({ ID: id, Warnings: warnings }, 201);
  });

  app.get("/services/:id", (c) => {
    const service = findService(backend.view, managedSwarm(backend.view, machine).id, c.req.param("id"));
    return c.json(serviceJson(service, { insertDefaults: isTrue(c.req.query("insertDefaults")) }));
  });

  app.post("/services/:id/update", async (c) => {
    const spec = await readJson<ServiceSpec>(c.req.raw);
    const version = readVersion(c.req.query("version"), "service");
    const rollback = c.req.query("rollback");
    const authFrom = c.req.header("X-Registry-Auth") ? undefined : c.req.query("registryAuthFrom");
    const { warnings } = backend.dispatch("service.update", {
      machine,
      ref: c.req.param("id"),
      version,
      spec: complete(spec),
      ...(rollback && { rollback }),
      ...(authFrom && { registryAuthFrom: authFrom }),
    });
    return c.json({ Warnings: warnings });
  });

  app.delete("/services/:id", (c) => {
    backend.dispatch("service.remove", { machine, ref: c.req.param("id") });
    return c.body(null, 200);
  });

  app.get("/services/:id/logs", (c) => {
    const service = findService(backend.view, managedSwarm(backend.view, machine).id, c.req.param("id"));
    return taskLogs(backend, c.req, { service: service.id });
  });

  return app;
}

const complete = (spec: ServiceSpec): ServiceSpec => ({
  ...spec,
  TaskTemplate: spec.TaskTemplate ?? {},
  Mode: spec.Mode ?? {},
});

function matches(service: ServiceRow, filters: Filters): boolean {
  return (
    filters.some("id", (id) => service.id.startsWith(id)) &&
    filters.some("name", (name) => (service.spec.Name ?? "").startsWith(name)) &&
    filters.some("mode", (mode) => modeOf(service.spec) === mode) &&
    filters.some("runtime", (runtime) => (service.spec.TaskTemplate.Runtime ?? "container") === runtime) &&
    filters.labels("label", service.spec.Labels)
  );
}
