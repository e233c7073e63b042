/**
 * Keeps other sites out. A container's page knows its cluster's id (it is in its address) but must not command the cluster: a
 * browser says where a request comes from, and only our own pages are served. Programs (`docker`, `curl`) say nothing.
 */

/** True when a page of another origin asks. */
export function isForeign(request: Request): boolean {
  const origin = request.headers.get("Origin");
  if (origin !== null && hostOf(origin) !== (request.headers.get("Host") ?? new URL(request.url).host)) return true;
  const site = request.headers.get("Sec-Fetch-Site");
  if (site === null || site === "same-origin" || site === "none") return false;
  return request.headers.get("Sec-Fetch-Mode") !== "navigate" || request.method !== "GET";
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined; // "null": a sandboxed page
  }
}
