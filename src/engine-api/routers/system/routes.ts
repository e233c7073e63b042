/** `/_ping`, `/version`, `/info`, `/events`, `/system/df` (moby `daemon/server/router/system`). */
import { Hono } from "hono";
import { notFound } from "../../../core/errors";
import type { Backend } from "../../backend";
import { swarmHeader } from "../swarm/convert";
import { diskUsage } from "./df";
import { eventsResponse } from "./events";
import { infoJson } from "./info";
import { versionJson } from "./version";

export function systemRoutes(backend: Backend): Hono {
  const app = new Hono();

  app.on(["GET", "HEAD"], "/_ping", (c) => {
    const head = c.req.raw.method === "HEAD";
    const headers = {
      "Builder-Version": "2",
      Swarm: swarmHeader(backend.view, backend.machine),
      "Cache-Control": "no-cache, no-store, must-revalidate",
      Pragma: "no-cache",
      "Content-Type": "text/plain; charset=utf-8",
      ...(head && { "Content-Length": "0" }),
    };
    return new Response(head ? null : "OK", { headers });
  });

  app.get("/version", (c) => c.json(versionJson()));
  app.get("/info", (c) => c.json(infoJson(backend)));
  app.get("/events", (c) => eventsResponse(backend, c.req.raw, c.req.query()));
  app.get("/system/df", (c) => c.json(diskUsage(backend, c.req.queries("type") ?? [])));

  // No plugin can be installed here; clients ask for them all the same.
  app.get("/plugins", (c) => c.json([]));
  app.get("/plugins/:name{.+}/json", (c) => {
    throw notFound(`plugin ${JSON.stringify(c.req.param("name"))} not found`);
  });

  return app;
}
