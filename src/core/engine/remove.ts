/** Removing, pruning, renaming, updating containers. */
import { conflict, DockerError, invalidParameter } from "../errors";
import type { Tx } from "../room";
import { dnsNames } from "./endpoints";
import { containerEvent } from "./events";
import { updatedHostConfig, wholeHostConfig } from "./host-config";
import { checkName, findContainer } from "./names";
import { type Filters, pruneFilter } from "./prune-filter";
import { removeContainerRow } from "./release";
import { endNow, isUp } from "./stop";
import type { ContainerRow } from "./tables";
import type { HostConfig } from "./types";

export function removeContainer(
  tx: Tx,
  machine: string,
  ref: string,
  { force = false, volumes = false }: { readonly force?: boolean; readonly volumes?: boolean } = {},
): void {
  const container = findContainer(tx, machine, ref);
  if (!force) refuseRemoval(container);
  else if (isUp(container)) endNow(tx, container);
  removeContainerRow(tx, container.id, volumes);
}

function refuseRemoval({ name, state }: ContainerRow): void {
  const refuse = (reason: string) => conflict(`cannot remove container "${name}": container is ${reason}`);
  if (state === "running") throw refuse("running: stop the container before removing or force remove");
  if (state === "paused") throw refuse("paused and must be unpaused first");
  if (state === "restarting") throw refuse("restarting: stop the container before removing or force remove");
}

/** `docker container prune`: all that do not run. */
export function pruneContainers(tx: Tx, machine: string, filters: Filters): { deleted: string[]; reclaimed: number } {
  const matches = pruneFilter(tx.now, filters);
  const deleted: string[] = [];
  let reclaimed = 0;
  for (const container of tx.table("containers").by("machine", machine)) {
    if (isUp(container) || !matches(container.config.Labels, container.createdAt)) continue;
    reclaimed += writtenSize(tx, container.id);
    removeContainerRow(tx, container.id, false);
    deleted.push(container.id);
  }
  return { deleted, reclaimed };
}

/** Bytes of a container's own layer. */
export const writtenSize = (tx: Pick<Tx, "table">, id: string): number =>
  tx
    .table("files")
    .by("tree", `container:${id}`)
    .reduce((sum, file) => sum + (file.type === "file" ? file.size : 0), 0);

export function renameContainer(tx: Tx, machine: string, ref: string, wanted: string): void {
  const container = findContainer(tx, machine, ref);
  if (wanted === "") throw invalidParameter("Neither old nor new names may be empty");
  const plain = wanted.replace(/^\//, "");
  if (plain === container.name) throw invalidParameter("Renaming a container with the same name as its current name");
  let name: string;
  try {
    name = checkName(tx, machine, `/${plain}`);
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    throw new DockerError(error.kind, `Error when allocating new name: ${error.message}`);
  }
  const row = tx.table("containers").patch(container.id, { name });
  for (const endpoint of tx.table("endpoints").by("container", container.id)) {
    const network = tx.table("networks").get(`${machine}/${endpoint.networkId}`);
    if (network)
      tx.table("endpoints").patch(endpoint.id, { names: dnsNames(row, network, row.networks[network.name] ?? {}) });
  }
  containerEvent(tx, row, "rename", { oldName: `/${container.name}` });
}

export function updateContainer(tx: Tx, machine: string, ref: string, changes: HostConfig): { warnings: string[] } {
  const container = findContainer(tx, machine, ref);
  const hostConfig = updatedHostConfig(tx, machine, wholeHostConfig(container.hostConfig), changes);
  const row = tx.table("containers").patch(container.id, { hostConfig });
  for (const process of tx.table("processes").by("owner", container.id))
    tx.table("processes").patch(process.id, { memoryLimit: hostConfig.Memory ?? 0 });
  containerEvent(tx, row, "update");
  return { warnings: [] };
}
