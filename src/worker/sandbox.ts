/**
 * What a container serves is a stranger's page. Under our own origin (`/p/ID/PORT/`) it is denied that origin: a document runs in
 * a sandbox with an origin of its own, no cookie passes in either direction, and no header may reach beyond the answer.
 * Under its own host (`PORT--ID.`) it has an origin already; only what would reach the host above is taken away. Status, body
 * and all other headers are the container's own.
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

/** True for a request that would install a service worker: from a container's page it never may, under our origin. */
export function installsServiceWorker(request: Request): boolean {
  return (
    request.headers.get("Service-Worker") === "script" || request.headers.get("Sec-Fetch-Dest") === "serviceworker"
  );
}

/** The answer as it may appear under our own origin. `base` is the path the port is found at, without a last slash. */
export function sandboxed(answer: Response, base: string): Response {
  const headers = new Headers(answer.headers);
  for (const name of ORIGIN_WIDE) headers.delete(name);
  headers.append("Content-Security-Policy", SANDBOX);
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  const location = headers.get("Location");
  if (location) headers.set("Location", relocated(location, base));
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
}

/** The answer under a host of its own: a cookie may not be set for the host above. */
export function ownHost(answer: Response): Response {
  const cookies = answer.headers.getSetCookie();
  if (!cookies.some((cookie) => /;\s*domain=/i.test(cookie))) return answer;
  const headers = new Headers(answer.headers);
  headers.delete("Set-Cookie");
  for (const cookie of cookies) headers.append("Set-Cookie", cookie.replace(/;\s*domain=[^;]*/gi, ""));
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
}

/** A redirect from the root of the container's site stays under the port's path. */
function relocated(location: string, base: string): string {
  if (location.startsWith("/") && !location.startsWith("//") && !location.startsWith(`${base}/`))
    return `${base}${location}`;
  return location;
}
