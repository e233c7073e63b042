/**
 * Published ports, by path (`/p/ID/PORT/...`) and by host (`PORT--ID.`). The object confines what a container answers under our
 * own path; a request that comes by a host or port of its own is handed to it as `/own/ID/PORT/...`, which nobody can ask from outside.
 */
import type { Hono } from "hono";
import { parseAddress, parsePort, parsePortHost } from "../address";
import { clusterStub, type Env } from "../env";
import { errorResponse, noSuchCluster } from "../errors";

export function portRoutes(app: Hono<{ Bindings: Env }>): void {
  app.all("/p/:address/:port/*", (c) => {
    const address = parseAddress(c.req.param("address"));
    if (!address) return noSuchCluster();
    const port = c.req.param("port");
    if (parsePort(port) === undefined) return errorResponse(400, `${port} is not a port`);
    const cluster = clusterStub(c.env, address.id);
    if (c.env.GATEWAY_TOKEN && c.req.header("X-Slipway-Gateway") === c.env.GATEWAY_TOKEN)
      return cluster.fetch(ownSite(c.req.url, c.req.raw));
    if (installsServiceWorker(c.req.raw))
      return errorResponse(403, "a published port may not install a service worker here; use its own host");
    const base = `/p/${c.req.param("address")}/${port}`;
    if (c.req.path === base && c.req.header("Sec-Fetch-Mode") === "navigate")
      return c.redirect(`${base}/${new URL(c.req.url).search}`, 308); // so that the page's relative links lead back here
    return cluster.fetch(c.req.raw);
  });
}

/** Answers a request to a published port's own host; undefined when the host is none. */
export function servePortHost(request: Request, env: Env): Promise<Response> | undefined {
  const host = request.headers.get("Host");
  const found = host?.includes("--") ? parsePortHost(host) : undefined;
  if (!found) return undefined;
  const url = new URL(request.url);
  url.pathname = `/own/${found.id}/${found.port}${url.pathname}`;
  return clusterStub(env, found.id).fetch(new Request(url, request));
}

/** The request to `/p/...` as one to a site of its own. */
function ownSite(from: string, request: Request): Request {
  const url = new URL(from);
  url.pathname = url.pathname.replace(/^\/p\//, "/own/");
  return new Request(url, request);
}

/** True for a request that would install a service worker: from a container's page it never may, under our origin. */
export function installsServiceWorker(request: Request): boolean {
  return (
    request.headers.get("Service-Worker") === "script" || request.headers.get("Sec-Fetch-Dest") === "serviceworker"
  );
}
