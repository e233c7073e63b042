/** Published ports, by path (`/p/ID/PORT/...`) and by host (`PORT--ID.`). */
import type { Hono } from "hono";
import { parseAddress, parsePort, parsePortHost } from "../address";
import { clusterStub, type Env } from "../env";
import { errorResponse, noSuchCluster } from "../errors";
import { installsServiceWorker, ownHost, sandboxed } from "../sandbox";

export function portRoutes(app: Hono<{ Bindings: Env }>): void {
  app.all("/p/:address/:port/*", async (c) => {
    const address = parseAddress(c.req.param("address"));
    if (!address) return noSuchCluster();
    const port = c.req.param("port");
    if (parsePort(port) === undefined) return errorResponse(400, `${port} is not a port`);
    const base = `/p/${c.req.param("address")}/${port}`;
    const fromGateway = c.env.GATEWAY_TOKEN && c.req.header("X-Slipway-Gateway") === c.env.GATEWAY_TOKEN;
    if (!fromGateway && installsServiceWorker(c.req.raw))
      return errorResponse(403, "a published port may not install a service worker here; use its own host");
    const url = new URL(c.req.url);
    if (url.pathname === base && c.req.header("Sec-Fetch-Mode") === "navigate")
      return c.redirect(`${base}/${url.search}`, 308); // so that the page's relative links lead back here
    const answer = await clusterStub(c.env, address.id).fetch(c.req.raw);
    return fromGateway ? answer : sandboxed(answer, base);
  });
}

/** Answers a request to a published port's own host; undefined when the host is none. */
export function servePortHost(request: Request, env: Env): Promise<Response> | undefined {
  const host = request.headers.get("Host");
  const found = host?.includes("--") ? parsePortHost(host) : undefined;
  if (!found) return undefined;
  const url = new URL(request.url);
  url.pathname = `/p/${found.id}/${found.port}${url.pathname}`;
  return clusterStub(env, found.id).fetch(new Request(url, request)).then(ownHost);
}
