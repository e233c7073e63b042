/** `/secrets`. */
import type { Hono } from "hono";
import type { Backend } from "../../backend";
import { dataRoutes } from "../swarm/data-routes";

export const secretRoutes = (backend: Backend): Hono => dataRoutes(backend, "secret");
