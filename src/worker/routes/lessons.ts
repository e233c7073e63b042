/** `/api/lessons`: the course as data. */
import type { Hono } from "hono";
import type { Env } from "../env";
import { errorResponse } from "../errors";

export function lessonRoutes(app: Hono<{ Bindings: Env }>): void {
  app.get("/api/lessons", (c) => document(c.env, "index"));
  app.get("/api/lessons/:lesson", (c) => {
    const lesson = c.req.param("lesson");
    return /^[a-z0-9-]+$/.test(lesson) && lesson !== "index"
      ? document(c.env, lesson)
      : errorResponse(404, `no such lesson: ${lesson}`);
  });
}

async function document(env: Env, name: string): Promise<Response> {
  const found = await env.WEB.fetch(`http://web/lessons/${name}.json`);
  if (!found.ok) return errorResponse(404, `no such lesson: ${name}`);
  return new Response(found.body, { headers: { "Content-Type": "application/json", "Cache-Control": "no-cache" } });
}
