/** `/api/clusters`: making a cluster; everything about one that exists is its object's to answer. */
import type { Context, Hono } from "hono";
import type { CreateClusterRequest } from "../../api/cluster";
import { isClusterId, newClusterId } from "../address";
import { clusterStub, type Env } from "../env";
import { errorResponse, noSuchCluster } from "../errors";

type Ctx = Context<{ Bindings: Env }>;

/** Limits of what may be asked for. Machines: the contract's. Speed: simulated seconds per real one. */
const MACHINES = { least: 1, most: 64 };
const SPEED = { least: 0.01, most: 1000 };
/** Bytes of a creation's body: a handful of numbers. */
const LONGEST_BODY = 64 * 1024;

export function clusterRoutes(app: Hono<{ Bindings: Env }>): void {
  app.post("/api/clusters", create);
  app.all("/api/clusters", () => errorResponse(405, "a cluster is made by POST /api/clusters"));
  app.all("/api/clusters/:id", (c) =>
    c.req.method === "POST" ? errorResponse(405, "a cluster cannot be posted to; its parts can") : forward(c),
  );
  app.all("/api/clusters/:id/*", forward);
}

async function create(c: Ctx): Promise<Response> {
  const text = await c.req.text();
  if (text.length > LONGEST_BODY) return errorResponse(413, "the body is larger than any request for a cluster");
  const wish = readCreateRequest(text);
  if (typeof wish === "string") return errorResponse(400, wish);
  const id = newClusterId();
  return clusterStub(c.env, id).fetch(new URL(`/api/clusters/${id}`, c.req.url), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(wish),
  });
}

/** Reads and checks the body of a creation; a sentence when it will not do. Unknown fields are passed over. */
export function readCreateRequest(text: string): CreateClusterRequest | string {
  let body: unknown;
  try {
    body = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    return "the body is not valid JSON";
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "the body must be a JSON object";
  const { seed, machines, speed } = body as Record<string, unknown>;
  if (seed !== undefined && !Number.isSafeInteger(seed)) return "seed must be an integer";
  if (machines !== undefined && !(Number.isInteger(machines) && within(machines as number, MACHINES)))
    return `machines must be an integer from ${MACHINES.least} to ${MACHINES.most}`;
  if (speed !== undefined && !(typeof speed === "number" && within(speed, SPEED)))
    return `speed must be a number from ${SPEED.least} to ${SPEED.most}`;
  return {
    ...(seed === undefined ? {} : { seed: seed as number }),
    ...(machines === undefined ? {} : { machines: machines as number }),
    ...(speed === undefined ? {} : { speed: speed as number }),
  };
}

const within = (value: number, { least, most }: { least: number; most: number }): boolean =>
  value >= least && value <= most;

function forward(c: Ctx): Response | Promise<Response> {
  const id = c.req.param("id") ?? "";
  return isClusterId(id) ? clusterStub(c.env, id).fetch(c.req.raw) : noSuchCluster();
}
