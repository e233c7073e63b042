/** Which request goes where. Only this folder knows our URLs. */
import { Hono } from "hono";
import type { Env } from "./env";
import { errorResponse } from "./errors";
import { isForeign } from "./origin";
import { assetRoutes } from "./routes/assets";
import { clusterRoutes } from "./routes/clusters";
import { dockerRoutes } from "./routes/docker";
import { lessonRoutes } from "./routes/lessons";
import { portRoutes } from "./routes/ports";

export function createApp(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>({ strict: true });
  for (const path of ["/api/*", "/c/*"])
    app.use(path, async (c, next) => {
      if (isForeign(c.req.raw)) return errorResponse(403, "a page of another site may not ask this");
      return next();
    });
  portRoutes(app);
  dockerRoutes(app);
  clusterRoutes(app);
  lessonRoutes(app);
  assetRoutes(app);
  app.onError((error) => {
    console.error(error.stack ?? error.message);
    return errorResponse(500, "an error inside Slipway: it is in the server's log");
  });
  return app;
}
