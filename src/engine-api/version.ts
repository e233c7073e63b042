/** The version in front of a path (`/v1.47/...`), and which of them this engine speaks (moby `daemon/server/middleware/version.go`). */
import { refusal } from "./errors";

export const ENGINE_VERSION = "28.5.2";
export const API_VERSION = "1.51";
export const MIN_API_VERSION = "1.24";

const PREFIX = /^\/v([0-9.]+)(?=\/)/;

export const pathOf = (url: string): string => new URL(url).pathname;

/** The path of a request without its version. */
export const unversionedPath = (request: Request): string => pathOf(request.url).replace(PREFIX, "");

/** Why a request's version is refused; undefined when it is spoken. */
export function versionRefusal(request: Request): Response | undefined {
  const version = PREFIX.exec(pathOf(request.url))?.[1];
  if (version === undefined) return undefined;
  if (compare(version, API_VERSION) > 0) {
    const message = `client version ${version} is too new. Maximum supported API version is ${API_VERSION}`;
    return refusal(message, 400);
  }
  if (compare(version, MIN_API_VERSION) >= 0) return undefined;
  // Clients that old know no JSON errors.
  const text = `client version ${version} is too old. Minimum supported API version is ${MIN_API_VERSION}, please upgrade your client to a newer version\n`;
  return new Response(text, { status: 400, headers: { "Content-Type": "text/plain; charset=utf-8" } });
}

/** Whether a request is made in that version or a later one; without a version it is made in the newest. */
export const speaks = (request: Request, version: string): boolean =>
  compare(PREFIX.exec(pathOf(request.url))?.[1] ?? API_VERSION, version) >= 0;

/** Compares dotted numbers; what is missing counts as 0. */
export function compare(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let n = 0; n < Math.max(left.length, right.length); n++) {
    const difference = (left[n] ?? 0) - (right[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
