/**
 * What a command of the core can refuse, by kind as moby's errdefs. The kind becomes a status in exactly one place
 * (`engine-api/errors.ts`); the message is Docker's own, letter for letter.
 */
export type ErrorKind =
  | "notFound" // 404
  | "invalidParameter" // 400
  | "conflict" // 409
  | "unauthorized" // 401
  | "unavailable" // 503
  | "forbidden" // 403
  | "notModified" // 304, no body
  | "notImplemented" // 501
  | "system"; // 500

/** A refusal: the step that throws it leaves nothing behind. */
export class DockerError extends Error {
  readonly kind: ErrorKind;
  constructor(kind: ErrorKind, message: string) {
    super(message);
    this.name = "DockerError";
    this.kind = kind;
  }
}

export const notFound = (message: string) => new DockerError("notFound", message);
export const invalidParameter = (message: string) => new DockerError("invalidParameter", message);
export const conflict = (message: string) => new DockerError("conflict", message);
export const unauthorized = (message: string) => new DockerError("unauthorized", message);
export const unavailable = (message: string) => new DockerError("unavailable", message);
export const forbidden = (message: string) => new DockerError("forbidden", message);
export const notModified = (message = "not modified") => new DockerError("notModified", message);
export const notImplemented = (message: string) => new DockerError("notImplemented", message);
export const systemError = (message: string) => new DockerError("system", message);
