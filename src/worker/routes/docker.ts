/** `/c/ID/...`: a machine's Docker daemon. */
import type { Hono } from "hono";
import { parseAddress } from "../address";
import { clusterStub, type Env } from "../env";
import { noSuchCluster } from "../errors";

export function dockerRoutes(app: Hono<{ Bindings: Env }>): void {
  app.all("/c/:address/*", async (c) => {
    const address = parseAddress(c.req.param("address"));
    return address ? uncompressed(await clusterStub(c.env, address.id).fetch(c.req.raw)) : noSuchCluster();
  });
}

/** Local runtimes compress JSON for clients that allow it, `docker` among them, and hold a stream back until it ends. */
function uncompressed(answer: Response): Response {
  if (answer.headers.has("Content-Encoding")) return answer;
  const headers = new Headers(answer.headers);
  headers.set("Content-Encoding", "identity");
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
}
