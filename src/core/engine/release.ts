/** What a container holds, given back: when it stops, and when it is removed. */

import { deleteTree } from "../machine/file-ops";
import { removeProcess } from "../machine/processes";
import type { Tx } from "../room";
import { isDataTree } from "./data-files";
import { disconnectSandbox } from "./endpoints";
import { removeEtcFiles } from "./etc-files";
import { containerEvent, volumeEvent } from "./events";
import { releaseLayers } from "./layers";
import { closeLog, deleteLog } from "./logs";
import type { ContainerRow } from "./tables";
import { dropVolume, volumeUsers } from "./volumes";

/** The process of a container has ended: its execs, its timers, its networks and mounts go too. */
export function releaseRun(tx: Tx, container: ContainerRow): void {
  for (const kind of ["container.kill", "container.restart", "health.probe", "health.timeout"])
    tx.cancel(kind, container.id);
  closeLog(tx, container.id);
  for (const process of tx.table("processes").by("owner", container.id)) removeProcess(tx, process.id);
  for (const exec of tx.table("execs").by("container", container.id)) {
    for (const process of tx.table("processes").by("owner", exec.id)) removeProcess(tx, process.id);
    if (exec.running) tx.table("execs").patch(exec.id, { running: false, exitCode: 137, pid: 0 });
  }
  disconnectSandbox(tx, container);
  unmountAll(tx, container);
}

function unmountAll(tx: Tx, container: ContainerRow): void {
  for (const mount of container.mounts) {
    if (mount.type === "tmpfs") deleteTree(tx, mount.tree);
    if (mount.type === "volume" && mount.name)
      volumeEvent(tx, container.machine, mount.name, "unmount", { container: container.id });
  }
}

/** Removes a container that does not run, with all that is its own. */
export function removeContainerRow(tx: Tx, id: string, volumes: boolean): void {
  const container = tx.table("containers").get(id);
  if (!container) return;
  for (const port of tx.table("ports").by("machine", container.machine))
    if (port.target.kind === "container" && port.target.containerId === id) tx.table("ports").delete(port.id);
  for (const endpoint of tx.table("endpoints").by("container", id)) tx.table("endpoints").delete(endpoint.id);
  for (const exec of tx.table("execs").by("container", id)) tx.table("execs").delete(exec.id);
  for (const row of tx.table("programState").by("owner", id)) tx.table("programState").delete(row.id);
  deleteLog(tx, id);
  deleteTree(tx, `container:${id}`);
  for (const { type, tree } of container.mounts) if (type === "tmpfs" || isDataTree(tree)) deleteTree(tx, tree);
  removeEtcFiles(tx, id);
  tx.table("containers").delete(id);
  if (tx.table("images").count("content", container.imageId) === 0) releaseLayers(tx, container.layers ?? []);
  if (volumes) removeAnonymousVolumes(tx, container);
  containerEvent(tx, container, "destroy");
}

function removeAnonymousVolumes(tx: Tx, container: ContainerRow): void {
  for (const { type, name } of container.mounts) {
    if (type !== "volume" || !name) continue;
    const volume = tx.table("volumes").get(`${container.machine}/${name}`);
    if (volume?.anonymous && volumeUsers(tx, container.machine, name).length === 0)
      dropVolume(tx, container.machine, name);
  }
}
