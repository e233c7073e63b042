/** Requests that need a leader while one is being elected: they wait, as a manager's proxy to its leader does. */
import { leadership } from "../core/swarm";
import type { Backend } from "./backend";
import { refusal } from "./errors";

/** A manager asks again so often, and so many times (moby gives a call twenty seconds). */
const AGAIN = 1000;
const TIMES = 20;

const NEEDS_LEADER = /^(?:\/v[\d.]+)?\/(?:services|nodes|tasks|secrets|configs|swarm)(?:\/|$)/;
const NEEDS_NONE = /\/swarm\/(?:init|join|leave|unlock)$/;

/** Resolves when the request may go on; with an answer when it waited in vain. */
export async function waitForLeader(backend: Backend, request: Request): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  const { view, machine } = backend;
  if (!NEEDS_LEADER.test(pathname) || NEEDS_NONE.test(pathname)) return undefined;
  if (leadership(view, machine) !== "electing") return undefined;
  const release = backend.hold();
  try {
    for (let n = 0; n < TIMES; n++) {
      await backend.sleep(AGAIN, request.signal);
      const now = leadership(view, machine);
      if (now === "led" || now === undefined) return undefined;
    }
  } finally {
    release();
  }
  return refusal("rpc error: code = DeadlineExceeded desc = context deadline exceeded", 500);
}
