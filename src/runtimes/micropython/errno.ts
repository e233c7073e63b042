/** Error numbers as emscripten's libc counts them, from the codes that `Files` and `Net` throw. */

export const NUMBERS: Readonly<Record<string, number>> = {
  EACCES: 2,
  EADDRINUSE: 3,
  EAGAIN: 6,
  EBADF: 8,
  ECONNREFUSED: 14,
  ECONNRESET: 15,
  EEXIST: 20,
  EHOSTUNREACH: 23,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  ENAMETOOLONG: 37,
  ENETUNREACH: 40,
  ENOENT: 44,
  ENOSPC: 51,
  ENOSYS: 52,
  ENOTCONN: 53,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  EPERM: 63,
  EPIPE: 64,
  EROFS: 69,
  ETIMEDOUT: 73,
  EXDEV: 75,
};

/** An error that a system call reports by its code. */
export function failure(code: string): Error & { code: string } {
  return Object.assign(new Error(code), { code });
}

/** Runs a system call; an error with a code becomes its number times `sign`, anything else goes up. */
export function errno(run: () => number | undefined, sign: 1 | -1): number {
  try {
    return run() ?? 0;
  } catch (error) {
    const number = NUMBERS[String((error as { code?: unknown }).code)];
    if (number === undefined) throw error;
    return number * sign;
  }
}
