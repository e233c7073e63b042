/** Commands executed in running containers (moby `daemon/exec.go`). */
import { encodeUtf8 } from "../bytes";
import { hexId } from "../chance/ids";
import { conflict, invalidParameter, notFound } from "../errors";
import { MAX_EXECS } from "../limits";
import { openRoot } from "../machine/files";
import type { ArgsOf, Tx } from "../room";
import type { View } from "../store/store";
import { containerEvent } from "./events";
import { checkDirectory, ExecFault, findExecutable, resolveUser } from "./executable";
import { linkedEnvironment } from "./links";
import { findContainer } from "./names";
import { environment, launch } from "./processes";
import type { ContainerRow, ExecRow } from "./tables";

export function createExec(tx: Tx, { machine, ref, config }: ArgsOf<"exec.create">): { id: string } {
  const container = findContainer(tx, machine, ref);
  refuseExec(container, ref);
  if (!config.Cmd?.length) throw invalidParameter("No exec command specified");
  const user = resolveUser(openRoot(tx, { kind: "container", id: container.id }), config.User ?? "");
  if ("fault" in user) throw invalidParameter(user.fault);
  return { id: addExec(tx, container, config).id };
}

function refuseExec(container: ContainerRow, ref: string): void {
  if (container.state === "restarting")
    throw conflict(`Container ${ref} is restarting, wait until the container is running`);
  if (container.state === "paused") throw conflict(`Container ${ref} is paused, unpause the container before exec`);
  if (container.state !== "running") throw conflict(`container ${container.id} is not running`);
}

export function addExec(
  tx: Tx,
  container: ContainerRow,
  config: ArgsOf<"exec.create">["config"],
  more: Partial<ExecRow> = {},
): ExecRow {
  forgetOldest(tx, container);
  const exec = tx.table("execs").put({
    id: hexId(tx.random("engine.execs")),
    containerId: container.id,
    machine: container.machine,
    config: {
      cmd: config.Cmd ?? [],
      env: config.Env ?? [],
      tty: config.Tty === true,
      attachStdin: config.AttachStdin === true,
      attachStdout: config.AttachStdout === true,
      attachStderr: config.AttachStderr === true,
      detachKeys: config.DetachKeys ?? "",
      user: config.User ?? "",
      workingDir: config.WorkingDir ?? "",
      privileged: config.Privileged === true,
    },
    running: false,
    pid: 0,
    ...more,
  });
  execEvent(tx, container, exec, `exec_create: ${described(exec)}`);
  return exec;
}

/** Ended ones are kept for `docker inspect` until there are many. */
function forgetOldest(tx: Tx, container: ContainerRow): void {
  const execs = tx.table("execs").by("container", container.id);
  if (execs.length < MAX_EXECS) return;
  const ended = execs.find((exec) => !exec.running);
  if (!ended) throw conflict(`container ${container.id} has too many execs running`);
  tx.table("execs").delete(ended.id);
}

const described = ({ config: { cmd } }: ExecRow) => `${cmd[0]} ${cmd.slice(1).join(" ")}`;

function execEvent(tx: Tx, container: ContainerRow, exec: ExecRow, action: string, more = {}): void {
  containerEvent(tx, container, action, { execID: exec.id, ...more });
}

export function findExec(tx: View, machine: string, id: string): ExecRow {
  const exec = tx.table("execs").get(id);
  if (exec?.machine !== machine) throw notFound(`No such exec instance: ${id}`);
  return exec;
}

export function startExec(tx: Tx, { machine, id, consoleSize }: ArgsOf<"exec.start">): void {
  const exec = findExec(tx, machine, id);
  const container = tx.table("containers").get(exec.containerId);
  if (!container) throw notFound(`No such container: ${exec.containerId}`);
  if (exec.running) throw conflict(`exec command ${id} is already running`);
  if (exec.started) throw conflict(`exec command ${id} has already run`);
  refuseExec(container, container.id);
  runExec(tx, container, exec, consoleSize);
}

/** Starts its process, or leaves in its row why it cannot be. */
export function runExec(
  tx: Tx,
  container: ContainerRow,
  exec: ExecRow,
  size: readonly [number, number] = [0, 0],
): void {
  const { config } = exec;
  const files = openRoot(tx, { kind: "container", id: container.id });
  const user = resolveUser(files, config.user || (container.config.User ?? ""));
  if ("fault" in user) throw invalidParameter(user.fault);
  const cwd = config.workingDir || container.config.WorkingDir || "/";
  const env = environment(container, config.tty, user, {
    linked: linkedEnvironment(tx, container),
    more: config.env,
  });
  execEvent(tx, container, exec, `exec_start: ${described(exec)}`);
  try {
    checkDirectory(files, cwd);
    const executable = findExecutable(files, config.cmd[0] ?? "", env.PATH, cwd);
    const owner = { kind: "exec", id: exec.id } as const;
    const { tty, attachStdin: openStdin, cmd: argv } = config;
    const process = launch(tx, container, { owner, argv, executable, env, cwd, user, tty, openStdin, size });
    tx.table("execs").patch(exec.id, { running: true, started: true, pid: process.pid });
  } catch (error) {
    if (!(error instanceof ExecFault)) throw error;
    const text = `OCI runtime exec failed: exec failed: unable to start container process: ${error.message}`;
    tx.table("execs").patch(exec.id, { started: true, exitCode: error.code, error: text });
    const bytes = encodeUtf8(`${text}\r\n`);
    tx.emit("process.output", { process: "", owner: { kind: "exec", id: exec.id }, stream: "stdout", bytes });
  }
}

/** Its process ended. */
export function execExited(tx: Tx, id: string, exitCode: number): ExecRow | undefined {
  const exec = tx.table("execs").get(id);
  if (!exec?.running) return undefined;
  const row = tx.table("execs").patch(id, { running: false, exitCode });
  const container = tx.table("containers").get(exec.containerId);
  if (container) execEvent(tx, container, exec, "exec_die", { exitCode: String(exitCode) });
  return row;
}
