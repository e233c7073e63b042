/** `/exec` and `/containers/NAME/exec` (moby `daemon/server/router/container/exec.go`). */
import { Hono } from "hono";
import { findExec } from "../../../core/engine/exec";
import type { ExecRow } from "../../../core/engine/tables";
import { conflict, DockerError, invalidParameter, notFound } from "../../../core/errors";
import type { ArgsOf } from "../../../core/room";
import type { Backend } from "../../backend";
import { messageOf } from "../../errors";
import { attachedResponse, openFeed, type Session, splitBody } from "../../hijack";
import { parseJson, readJson } from "../../request";
import { utf8 } from "../../streams";
import { readSize } from "../container/routes";
import { check } from "../container/shape";

type ExecConfig = ArgsOf<"exec.create">["config"];

interface StartBody {
  Detach?: boolean;
  Tty?: boolean;
  ConsoleSize?: [number, number] | null;
}

export function execRoutes(backend: Backend): Hono {
  const { machine, view } = backend;
  const app = new Hono();

  app.post("/containers/:name/exec", async (c) => {
    const config = await readJson<ExecConfig & Record<string, unknown>>(c.req.raw);
    check(config, EXEC_FIELDS, "ExecOptions");
    const { id } = backend.dispatch("exec.create", { machine, ref: c.req.param("name"), config: withoutNulls(config) });
    return c.json({ Id: id }, 201);
  });

  app.post("/exec/:id/start", async (c) => {
    const { json, input } = await splitBody(c.req.raw);
    return start(backend, c.req.raw, c.req.param("id"), parseJson<StartBody>(json), input);
  });

  app.post("/exec/:id/resize", (c) => {
    const { rows, columns } = readSize(c.req.query());
    const exec = findExec(view, machine, c.req.param("id"));
    if (!exec.running) throw notFound(`NotFound: process does not exist ${exec.id}: not found`);
    backend.resize(exec.id, columns, rows);
    return c.body(null, 200);
  });

  app.get("/exec/:id/json", (c) => c.json(execJson(findExec(view, machine, c.req.param("id")))));

  return app;
}

const EXEC_FIELDS = {
  Cmd: "strings",
  Env: "strings",
  Tty: "bool",
  AttachStdin: "bool",
  AttachStdout: "bool",
  AttachStderr: "bool",
  DetachKeys: "string",
  User: "string",
  WorkingDir: "string",
  Privileged: "bool",
} as const;

const withoutNulls = (config: ExecConfig): ExecConfig =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));

function start(
  backend: Backend,
  request: Request,
  id: string,
  body: StartBody,
  input: ReadableStream<Uint8Array> | null,
): Response {
  const { machine, view } = backend;
  const exec = findExec(view, machine, id);
  refuseStopped(backend, exec);
  const consoleSize = body.ConsoleSize ?? undefined;
  if (consoleSize && body.Tty !== true) throw invalidParameter("console size is only supported when TTY is enabled");
  const begin = () =>
    backend.dispatch("exec.start", { machine, id, tty: body.Tty === true, ...(consoleSize && { consoleSize }) });
  if (body.Detach) {
    begin();
    return new Response(null, { status: 200 });
  }
  const session = sessionOf(backend, exec, body.Tty === true);
  const feed = openFeed(backend, session);
  try {
    begin();
  } catch (error) {
    feed.close();
    // The connection is taken over by now: what is wrong is said in it.
    if (!(error instanceof DockerError)) throw error;
    feed.write("stdout", utf8(`${messageOf(error)}\r\n`));
  }
  return attachedResponse(backend, request, session, feed, input);
}

/** An exec lives as long as its container runs. */
function refuseStopped(backend: Backend, exec: ExecRow): void {
  const container = backend.view.table("containers").get(exec.containerId);
  if (!container) throw notFound(`No such container: ${exec.containerId}`);
  if (container.state === "paused")
    throw conflict(`Container ${container.id} is paused, unpause the container before exec`);
  if (container.state !== "running") throw conflict(`container ${container.id} is not running`);
}

function sessionOf(backend: Backend, exec: ExecRow, tty: boolean): Session {
  return {
    owner: { kind: "exec", id: exec.id },
    tty,
    stdin: exec.config.attachStdin,
    // What the engine itself says goes out even where no output was asked for.
    stdout: exec.config.attachStdout || !exec.config.attachStderr,
    stderr: exec.config.attachStderr,
    closeStdin: !tty,
    ended: () => {
      const now = backend.view.table("execs").get(exec.id);
      return !now || (now.started === true && !now.running);
    },
  };
}

function execJson(exec: ExecRow): Record<string, unknown> {
  const { config } = exec;
  const [entrypoint = "", ...args] = config.cmd;
  return {
    ID: exec.id,
    Running: exec.running,
    ExitCode: exec.exitCode ?? null,
    ProcessConfig: {
      tty: config.tty,
      entrypoint,
      arguments: args,
      privileged: config.privileged,
      ...(config.user && { user: config.user }),
    },
    OpenStdin: config.attachStdin,
    OpenStderr: config.attachStderr,
    OpenStdout: config.attachStdout,
    CanRemove: false,
    ContainerID: exec.containerId,
    DetachKeys: config.detachKeys,
    Pid: exec.pid,
  };
}
