/** Starting containers: by a user, by the swarm, by the restart policy (moby `daemon/start.go`). */
import { hexId } from "../chance/ids";
import { conflict, DockerError, invalidParameter, notModified } from "../errors";
import { applyOps } from "../machine/file-ops";
import type { FileTree } from "../machine/files";
import type { Tx } from "../room";
import { needSpace } from "./disk";
import { connectSandbox, disconnectSandbox, sandboxOwner } from "./endpoints";
import { writeEtcFiles } from "./etc-files";
import { containerEvent, volumeEvent } from "./events";
import { ExecFault, findExecutable, resolveUser } from "./executable";
import { beginHealth } from "./health";
import { askFiles } from "./image-answers";
import { linkedEnvironment } from "./links";
import { makeMountPoints } from "./mounts";
import { findContainer } from "./names";
import { environment, launch } from "./processes";
import { removeContainerRow } from "./release";
import type { ContainerRow } from "./tables";

/**
 * Starts a created or stopped container. Returns why it could not start, if so: that has left its traces in the
 * container's row, which stays. Throws what is refused without a trace; `notModified` when it runs.
 */
export function startContainer(tx: Tx, machine: string, ref: string): DockerError | undefined {
  const container = findContainer(tx, machine, ref);
  if (container.state === "paused") throw conflict("cannot start a paused container, try unpause instead");
  if (container.state === "running" || container.state === "restarting") throw notModified();
  if (container.state === "removing" || container.state === "dead")
    throw conflict("container is marked for removal and cannot be started");
  tx.table("containers").patch(container.id, { restartCount: 0, restartDelay: 0, stoppedByUser: false });
  const failure = run(tx, container.id);
  if (failure && container.hostConfig.AutoRemove) removeContainerRow(tx, container.id, true);
  return failure;
}

/** One run of a container, from mounts to process. The failure's code and words stay in the row. */
export function run(tx: Tx, id: string): DockerError | undefined {
  const container = tx.table("containers").get(id) as ContainerRow;
  try {
    begin(tx, container);
    return undefined;
  } catch (error) {
    if (!(error instanceof DockerError) && !(error instanceof ExecFault)) throw error;
    const failure = error instanceof ExecFault ? shimError(error) : error;
    disconnectSandbox(tx, container);
    tx.table("containers").patch(id, {
      exitCode: error instanceof ExecFault ? error.code : 128,
      error: failure.message,
      pid: 0,
      ...(container.state === "restarting" ? { state: "exited" as const } : {}),
    });
    return failure;
  }
}

const shimError = (fault: ExecFault): DockerError =>
  invalidParameter(
    `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${fault.message}`,
  );

function begin(tx: Tx, container: ContainerRow): void {
  checkSandbox(tx, container);
  needSpace(tx, container.machine, "mkdir", () => `/var/lib/docker/overlay2/${container.id}/merged`);
  makeMountPoints(tx, container);
  connectSandbox(tx, container);
  writeEtcFiles(tx, container);
  const { config } = container;
  const account = config.User ?? "";
  const user = askFiles(tx, container, `user ${account}`, (files) => resolveUser(files, account));
  if ("fault" in user) throw invalidParameter(user.fault);
  const cwd = config.WorkingDir || "/";
  makeDirectory(tx, container, cwd);
  const env = environment(container, config.Tty === true, user, { linked: linkedEnvironment(tx, container) });
  const argv = commandLine(container);
  const search = JSON.stringify([argv[0], env.PATH, cwd]);
  const find = (files: FileTree) => findExecutable(files, argv[0] ?? "", env.PATH, cwd);
  const executable = askFiles(tx, container, `program ${search}`, find);
  for (const row of tx.table("programState").by("owner", container.id)) tx.table("programState").delete(row.id);
  const [rows = 0, columns = 0] = (container.hostConfig.ConsoleSize as number[] | undefined) ?? [];
  const process = launch(tx, container, {
    owner: { kind: "container", id: container.id },
    argv,
    executable,
    env,
    cwd,
    user,
    tty: config.Tty === true,
    openStdin: config.OpenStdin === true,
    size: [rows, columns],
  });
  const { pending: _, health: __, ...rest } = tx.table("containers").get(container.id) as ContainerRow;
  const row = tx.table("containers").put({
    ...rest,
    state: "running",
    startedAt: tx.now,
    exitCode: 0,
    error: "",
    oomKilled: false,
    pid: process.pid,
    sandboxId: hexId(tx.random("engine.sandboxes")),
  });
  mountEvents(tx, row);
  beginHealth(tx, row);
  containerEvent(tx, row, "start");
}

/** `--network container:X` needs X to run. */
function checkSandbox(tx: Tx, container: ContainerRow): void {
  const owner = sandboxOwner(tx, container);
  if (owner.id === container.id) {
    const mode = container.hostConfig.NetworkMode ?? "";
    if (!mode.startsWith("container:")) return;
    throw conflict(`joining network namespace of container: No such container: ${mode.slice("container:".length)}`);
  }
  if (owner.state !== "running" && owner.state !== "paused")
    throw conflict(
      `cannot join network namespace of a non running container: container ${owner.name} is ${owner.state}`,
    );
}

/** The working directory is made when it is missing. */
function makeDirectory(tx: Tx, container: ContainerRow, cwd: string): void {
  if (askFiles(tx, container, `directory ${cwd}`, (files) => files.exists(cwd))) return;
  applyOps(tx, { kind: "container", id: container.id }, [{ op: "mkdir", path: cwd, recursive: true }]);
}

function mountEvents(tx: Tx, container: ContainerRow): void {
  for (const mount of container.mounts)
    if (mount.type === "volume" && mount.name)
      volumeEvent(tx, container.machine, mount.name, "mount", {
        container: container.id,
        destination: mount.target,
        propagation: "",
        "read/write": String(!mount.readOnly),
      });
}

/** Entrypoint and command together. */
export const commandLine = (container: ContainerRow): string[] => [
  ...(container.config.Entrypoint ?? []),
  ...(container.config.Cmd ?? []),
];
