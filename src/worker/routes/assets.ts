/** The page itself and the lessons, as they were built. */
import type { Hono } from "hono";
import type { Env } from "../env";
import { errorResponse } from "../errors";

const TYPES: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  map: "application/json",
  webmanifest: "application/manifest+json",
  txt: "text/plain; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
  ico: "image/x-icon",
  woff2: "font/woff2",
  woff: "font/woff",
  ttf: "font/ttf",
  wasm: "application/wasm",
};

export function assetRoutes(app: Hono<{ Bindings: Env }>): void {
  app.get("*", async (c) => {
    const { pathname, host } = new URL(c.req.url);
    if (pathname.startsWith("/api/")) return errorResponse(404, "page not found");
    const file = fileOf(pathname);
    const found = await c.env.WEB.fetch(`http://web${file}`);
    if (!found.ok) return errorResponse(404, "page not found");
    const headers = new Headers({
      "Content-Type": typeOf(file),
      "X-Content-Type-Options": "nosniff",
      // Built names carry a digest of their content.
      "Cache-Control": file.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    });
    const length = found.headers.get("Content-Length");
    if (length) headers.set("Content-Length", length);
    if (file === "/index.html") {
      headers.set("Content-Security-Policy", pagePolicy(host));
      headers.set("Referrer-Policy", "no-referrer"); // the address holds the cluster's id
      headers.set("Cross-Origin-Opener-Policy", "same-origin");
    }
    return new Response(found.body, { headers });
  });
  app.all("*", () => errorResponse(404, "page not found"));
}

/** Paths without a file's ending are pages, and all pages are one. */
function fileOf(pathname: string): string {
  return /\.[a-z0-9]+$/i.test(pathname) ? pathname : "/index.html";
}

function typeOf(file: string): string {
  return TYPES[file.slice(file.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream";
}

/** Nothing from elsewhere; frames also from the hosts of published ports. */
function pagePolicy(host: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self' ws://${host} wss://${host}`,
    "worker-src 'self' blob:",
    `frame-src 'self' *.${host}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join("; ");
}
