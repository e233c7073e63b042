/** The Worker: published ports by their own hosts first, since any path may be theirs; everything else by path. */
import { createApp } from "./app";
import type { Env } from "./env";
import { servePortHost } from "./routes/ports";

export { Cluster, Registry } from "../objects";

const app = createApp();

export default {
  fetch: (request: Request, env: Env, context: ExecutionContext): Response | Promise<Response> =>
    servePortHost(request, env) ?? app.fetch(request, env, context),
} satisfies ExportedHandler<Env>;
