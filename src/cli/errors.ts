/**
 * How commands fail. Whatever a command throws ends at one place, `index.ts`, which prints `message` on stderr and
 * returns `exitCode`; `ApiError` is a daemon's answer with its status, so that commands can tell a 404 from the rest.
 */

/** Ends the command with a message (none when empty) and an exit code. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** The daemon said no. `detail` is its own sentence, `message` the one printed. */
export class ApiError extends CliError {
  constructor(
    readonly detail: string,
    readonly status: number,
  ) {
    super(`Error response from daemon: ${detail}`);
  }
}

/** Nobody answered at the daemon's address. */
export class ConnectionError extends CliError {
  constructor(host: string) {
    super(`Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`);
  }
}

/** True for a daemon's 404. */
export function isNotFound(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404;
}

/** The text to show for anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
