/** Errors of the Worker's own, in the shape every part of Slipway and Docker uses: `{ "message" }`. */
import type { ErrorDocument } from "../api/cluster";

/** An answer that says what is wrong in one sentence. */
export function errorResponse(status: number, message: string): Response {
  return Response.json({ message } satisfies ErrorDocument, { status });
}

export const noSuchCluster = (): Response => errorResponse(404, "no such cluster");
