/**
 * What a container serves is a stranger's page. Under our own origin (`/p/ID/PORT/`) it is denied that origin: a document runs in
 * a sandbox with an origin of its own, no cookie passes in either direction, and no header may reach beyond the answer.
 * Under its own host (`PORT--ID.`, or a port of the user's own machine) it has an origin already; only what would reach the host
 * above is taken away. Status, body and all other headers are the container's own.
 */

/** Everything a page may need, except `allow-same-origin`, which would be ours, and navigation of the page around it. */
const SANDBOX =
  "sandbox allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads";

/** Headers whose effect is the whole origin's. */
const ORIGIN_WIDE = [
  "Set-Cookie",
  "Clear-Site-Data",
  "Service-Worker-Allowed",
  "Strict-Transport-Security",
  "Public-Key-Pins",
  "Alt-Svc",
  "NEL",
  "Report-To",
  "Reporting-Endpoints",
  "Origin-Agent-Cluster",
  "Activate-Storage-Access",
];

/** Makes an answer fit to appear under our own origin, in place. `base` is the path the port is found at, without a last slash. */
export function confine(headers: Headers, base: string): void {
  for (const name of ORIGIN_WIDE) headers.delete(name);
  headers.append("Content-Security-Policy", SANDBOX);
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  const location = headers.get("Location");
  if (location) headers.set("Location", relocated(location, base));
}

/**
 * A page in the sandbox is of no origin, so that even what its own site answers is another's to it. On a site of its own it
 * may read that; here it is let. Any other page has an origin, and is not.
 */
export function admitOwnPage(request: Request, answer: Response): Response {
  if (request.headers.get("Origin") !== NO_ORIGIN || answer.headers.has("Access-Control-Allow-Origin")) return answer;
  const method = request.headers.get("Access-Control-Request-Method");
  // Nobody asks permission of their own site: the question is for us, not for the container.
  const given = request.method === "OPTIONS" && method !== null ? new Response(null, { status: 204 }) : answer;
  given.headers.set("Access-Control-Allow-Origin", NO_ORIGIN);
  given.headers.append("Vary", "Origin");
  if (given === answer) {
    given.headers.set("Access-Control-Expose-Headers", "*");
    return given;
  }
  given.headers.set("Access-Control-Allow-Methods", method ?? "");
  given.headers.set("Access-Control-Allow-Headers", request.headers.get("Access-Control-Request-Headers") ?? "");
  return given;
}

/** The Origin that a browser states for a page without one. */
const NO_ORIGIN = "null";

/** Makes an answer fit for a host of its own, in place: a cookie may not be set for the host above. */
export function confineToHost(headers: Headers): void {
  const cookies = headers.getSetCookie();
  if (!cookies.some((cookie) => /;\s*domain=/i.test(cookie))) return;
  headers.delete("Set-Cookie");
  for (const cookie of cookies) headers.append("Set-Cookie", cookie.replace(/;\s*domain=[^;]*/gi, ""));
}

/** A redirect from the root of the container's site stays under the port's path. */
function relocated(location: string, base: string): string {
  if (location.startsWith("/") && !location.startsWith("//") && !location.startsWith(`${base}/`))
    return `${base}${location}`;
  return location;
}
