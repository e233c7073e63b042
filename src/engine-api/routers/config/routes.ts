/** `/configs`. */
import type { Hono } from "hono";
import type { Backend } from "../../backend";
import { dataRoutes } from "../swarm/data-routes";

export const configRoutes = (backend: Backend): Hono => dataRoutes(backend, "config");
