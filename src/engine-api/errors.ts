/** Refusals as HTTP answers: the one place where a kind of error becomes a status (moby `daemon/server/httpstatus`). */
import { DockerError, type ErrorKind } from "../core/errors";

const STATUS: Readonly<Record<ErrorKind, number>> = {
  notFound: 404,
  invalidParameter: 400,
  conflict: 409,
  unauthorized: 401,
  unavailable: 503,
  forbidden: 403,
  notModified: 304,
  notImplemented: 501,
  system: 500,
};

/** The status an error is answered with; a bug of ours is a 500 as a panic of dockerd would be. */
export const statusOf = (error: unknown): number => (error instanceof DockerError ? STATUS[error.kind] : 500);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `{"message":...}`, ended by a line feed as Go's encoder ends it. */
export function errorResponse(error: unknown): Response {
  const status = statusOf(error);
  if (status === 304) return new Response(null, { status });
  return refusal(messageOf(error), status);
}

/** A refusal that no command of the core makes. */
export const refusal = (message: string, status: number): Response =>
  new Response(`${JSON.stringify({ message })}\n`, { status, headers: { "Content-Type": "application/json" } });

/** Routes that moby's router does not have, and methods that a route does not take. */
export const pageNotFound = (): Response => refusal("page not found", 404);
