/**
 * The Docker Engine API of one machine: moby's routers in front of the core. Takes any `Request` whose path is the
 * API's own (whoever routes here has cut off what leads to the machine) and always answers, refusals included.
 */
import { type Context, Hono } from "hono";
import type { Backend } from "./backend";
import { waitForLeader } from "./election";
import { errorResponse, pageNotFound } from "./errors";
import { authRoutes } from "./routers/auth/routes";
import { buildRoutes } from "./routers/build/routes";
import { configRoutes } from "./routers/config/routes";
import { containerRoutes } from "./routers/container/routes";
import { distributionRoutes } from "./routers/distribution/routes";
import { execRoutes } from "./routers/exec/routes";
import { imageRoutes } from "./routers/image/routes";
import { networkRoutes } from "./routers/network/routes";
import { nodeRoutes } from "./routers/node/routes";
import { secretRoutes } from "./routers/secret/routes";
import { serviceRoutes } from "./routers/service/routes";
import { swarmRoutes } from "./routers/swarm/routes";
import { systemRoutes } from "./routers/system/routes";
import { taskRoutes } from "./routers/task/routes";
import { volumeRoutes } from "./routers/volume/routes";
import { API_VERSION, ENGINE_VERSION, unversionedPath, versionRefusal } from "./version";

export interface EngineApp {
  fetch(request: Request): Promise<Response>;
}

const ROUTERS: readonly ((backend: Backend) => Hono)[] = [
  containerRoutes,
  execRoutes,
  authRoutes,
  buildRoutes,
  distributionRoutes,
  imageRoutes,
  networkRoutes,
  systemRoutes,
  volumeRoutes,
  swarmRoutes,
  nodeRoutes,
  serviceRoutes,
  taskRoutes,
  secretRoutes,
  configRoutes,
];

/** On every answer. Without a stated encoding a proxy on the way would compress, and hold streams back. */
const COMMON_HEADERS: Readonly<Record<string, string>> = {
  Server: `Docker/${ENGINE_VERSION} (linux)`,
  "Api-Version": API_VERSION,
  Ostype: "linux",
  "Docker-Experimental": "false",
  "Content-Encoding": "identity",
};

export function createEngineApp(backend: Backend): EngineApp {
  const app = new Hono({ getPath: unversionedPath });
  app.use(async (c, next) => {
    c.json = jsonLine(c);
    await next();
  });
  for (const routes of ROUTERS) app.route("/", routes(backend));
  app.notFound(pageNotFound);
  app.onError((error) => errorResponse(error));
  return {
    fetch: async (request) => {
      const response = versionRefusal(request) ?? (await waitForLeader(backend, request)) ?? (await app.fetch(request));
      for (const [name, value] of Object.entries(COMMON_HEADERS)) response.headers.set(name, value);
      return response;
    },
  };
}

/** Go's JSON encoder ends each value with a line feed: `curl` leaves the prompt on its own line. */
function jsonLine(c: Context): Context["json"] {
  return ((value: unknown, status?: number) =>
    c.body(`${JSON.stringify(value)}\n`, (status ?? 200) as 200, {
      "Content-Type": "application/json",
    })) as unknown as Context["json"];
}
