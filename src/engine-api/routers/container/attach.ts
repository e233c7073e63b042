/** `POST /containers/NAME/attach`: the container's streams, from now on or (with `logs`) from its beginning. */
import { findContainer } from "../../../core/engine/names";
import type { ContainerRow } from "../../../core/engine/tables";
import { conflict } from "../../../core/errors";
import type { Backend } from "../../backend";
import { messageOf, statusOf } from "../../errors";
import { attachedResponse, isHijack, openFeed, type Session } from "../../hijack";
import { isTrue } from "../../request";
import { MULTIPLEXED_STREAM, RAW_STREAM } from "../../streams";
import { noteEvent } from "./client-events";
import { encodeLine, pastLines } from "./logs";
import { hasSandbox } from "./network-settings";

type Query = (name: string) => string | undefined;

/** Refuses in plain text, as the connection is taken over already when moby looks. */
export function attachResponse(backend: Backend, request: Request, ref: string, query: Query): Response {
  try {
    return attach(backend, request, ref, query);
  } catch (error) {
    const headers = { "Content-Type": RAW_STREAM };
    return new Response(`${messageOf(error)}\r\n`, { status: statusOf(error), headers });
  }
}

function attach(backend: Backend, request: Request, ref: string, query: Query): Response {
  const row = findContainer(backend.view, backend.machine, ref);
  if (row.state === "paused") throw conflict(`container ${ref} is paused, unpause the container before attach`);
  if (row.state === "restarting") throw conflict(`container ${ref} is restarting, wait until the container is running`);
  const asked = (name: string) => isTrue(query(name));
  const session: Session = {
    owner: { kind: "container", id: row.id },
    tty: row.config.Tty === true,
    stdin: asked("stdin") && row.config.OpenStdin === true,
    stdout: asked("stdout"),
    stderr: asked("stderr"),
    closeStdin: row.config.StdinOnce === true && row.config.Tty !== true,
    ended: endOfRun(backend, row),
  };
  const past = asked("logs") ? replay(backend, row, session) : [];
  if (!asked("stream")) {
    const contentType = !session.tty && isHijack(request) ? MULTIPLEXED_STREAM : RAW_STREAM;
    return new Response(new Blob(past as Uint8Array<ArrayBuffer>[]).stream(), {
      headers: { "Content-Type": contentType },
    });
  }
  const feed = openFeed(backend, session, past);
  noteEvent(backend, row, "attach");
  return attachedResponse(backend, request, session, feed, isHijack(request) ? request.body : null);
}

function replay(backend: Backend, row: ContainerRow, { stdout, stderr }: Session): Uint8Array[] {
  const options = {
    stdout,
    stderr,
    follow: false,
    timestamps: false,
    details: false,
    since: Number.NEGATIVE_INFINITY,
    until: Number.POSITIVE_INFINITY,
    tail: Number.POSITIVE_INFINITY,
  };
  return pastLines(backend, row, options).map((line) => encodeLine(row, line, options));
}

/** The end of the run that is attached to: the present one, or the next when the container does not run yet. */
function endOfRun(backend: Backend, row: ContainerRow): () => boolean {
  let run = hasSandbox(row) ? row.startedAt : undefined;
  return () => {
    const now = backend.view.table("containers").get(row.id);
    if (!now) return true;
    if (run !== undefined) return !hasSandbox(now) || now.startedAt !== run;
    if (hasSandbox(now)) run = now.startedAt;
    // It could not be started, or ran and ended between two looks.
    else return now.finishedAt !== row.finishedAt || (now.error !== "" && now !== row);
    return false;
  };
}
