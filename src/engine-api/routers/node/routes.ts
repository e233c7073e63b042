/** `/nodes` (moby `daemon/server/router/swarm`). */
import { Hono } from "hono";
import { systemError } from "../../../core/errors";
import { findNode, managedSwarm } from "../../../core/swarm";
import type { NodeRow } from "../../../core/swarm/manager/tables";
import type { NodeSpec } from "../../../core/swarm/spec";
import type { Backend } from "../../backend";
import { readJson } from "../../request";
import { nodeJson } from "../swarm/convert";
import { Filters, isTrue, readVersion } from "../swarm/request";

const FILTERS = ["id", "label", "membership", "name", "node.label", "role"];

export function nodeRoutes(backend: Backend): Hono {
  const { machine } = backend;
  const app = new Hono();

  app.get("/nodes", (c) => {
    const filters = Filters.parse(c.req.query("filters"), FILTERS);
    const swarm = managedSwarm(backend.view, machine);
    checkFilter(filters, "role", ["worker", "manager"]);
    checkFilter(filters, "membership", ["accepted", "pending"]);
    const nodes = backend.view
      .table("nodes")
      .by("swarm", swarm.id)
      .filter((node) => matches(node, filters))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return c.json(nodes.map((node) => nodeJson(backend.view, node)));
  });

  app.get("/nodes/:id", (c) =>
    c.json(nodeJson(backend.view, findNode(backend.view, managedSwarm(backend.view, machine).id, c.req.param("id")))),
  );

  app.post("/nodes/:id/update", async (c) => {
    const spec = await readJson<NodeSpec>(c.req.raw);
    const version = readVersion(c.req.query("version"), "node");
    backend.dispatch("node.update", { machine, ref: c.req.param("id"), version, spec });
    return c.body(null, 200);
  });

  app.delete("/nodes/:id", (c) => {
    backend.dispatch("node.remove", { machine, ref: c.req.param("id"), force: isTrue(c.req.query("force")) });
    return c.body(null, 200);
  });

  return app;
}

function checkFilter(filters: Filters, name: string, words: readonly string[]): void {
  for (const value of filters.values(name))
    if (value !== "" && !words.includes(value.toLowerCase())) throw systemError(`Invalid ${name} filter: '${value}'`);
}

function matches(node: NodeRow, filters: Filters): boolean {
  return (
    filters.some("id", (id) => node.id.startsWith(id)) &&
    filters.some("name", (name) => (node.description?.Hostname ?? "").startsWith(name)) &&
    filters.some("role", (role) => node.role === role) &&
    filters.some("membership", (membership) => membership === "accepted") &&
    filters.labels("node.label", node.spec.Labels) &&
    filters.labels("label", node.description?.Engine.Labels)
  );
}
