/** Volumes of one engine, driver `local` (moby `daemon/volume/service`). */
import { hexId } from "../chance/ids";
import { conflict, invalidParameter, notFound, systemError } from "../errors";
import { MAX_VOLUMES } from "../limits";
import { deleteTree } from "../machine/file-ops";
import type { Tx } from "../room";
import type { View } from "../store/store";
import { volumeEvent } from "./events";
import type { ContainerRow, VolumeRow } from "./tables";

export interface VolumeCreateRequest {
  readonly Name?: string;
  readonly Driver?: string;
  readonly DriverOpts?: Record<string, string> | null;
  readonly Labels?: Record<string, string> | null;
}

/** moby `daemon/volume/local/local.go`. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const OPTIONS = ["type", "o", "device", "size"];

export const volumeTree = (machine: string, name: string): string => `volume:${machine}/${name}`;

/** Where a volume lies on its machine. */
export const volumePath = (name: string): string => `/var/lib/docker/volumes/${name}/_data`;

/** Creates it, or gives the one of that name. */
export function createVolume(tx: Tx, machine: string, request: VolumeCreateRequest): VolumeRow {
  const anonymous = !request.Name;
  const name = request.Name || hexId(tx.random("engine.volumes"));
  const driver = request.Driver || "local";
  const known = tx.table("volumes").get(`${machine}/${name}`);
  if (known) return known;
  if (driver !== "local")
    throw notFound(`create ${name}: error looking up volume plugin ${driver}: plugin "${driver}" not found`);
  checkVolumeName(name);
  for (const option of Object.keys(request.DriverOpts ?? {}))
    if (!OPTIONS.includes(option)) throw invalidParameter(`create ${name}: invalid option: "${option}"`);
  const full = tx.table("machines").get(machine)?.disk === "full";
  if (full || tx.table("volumes").count("machine", machine) >= MAX_VOLUMES) {
    const path = `/var/lib/docker/volumes/${name}`;
    const why = `mkdir ${path}: no space left on device`;
    throw systemError(`create ${name}: error while creating volume root path '${path}': ${why}`);
  }
  const labels = { ...request.Labels, ...(anonymous ? { "com.docker.volume.anonymous": "" } : {}) };
  const options = request.DriverOpts && Object.keys(request.DriverOpts).length > 0 ? request.DriverOpts : null;
  const row = { id: `${machine}/${name}`, machine, name, driver, createdAt: tx.now, labels, options, anonymous };
  tx.table("volumes").put(row);
  volumeEvent(tx, machine, name, "create");
  return row;
}

export function checkVolumeName(name: string): void {
  if (name.length === 1)
    throw invalidParameter(
      `create ${name}: volume name is too short, names should be at least two alphanumeric characters`,
    );
  if (!NAME.test(name))
    throw invalidParameter(
      `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
    );
}

export function findVolume(view: View, machine: string, name: string): VolumeRow {
  const row = view.table("volumes").get(`${machine}/${name}`);
  if (!row) throw notFound(`get ${name}: no such volume`);
  return row;
}

/** Containers that mount it, running or not. */
export const volumeUsers = (view: View, machine: string, name: string): ContainerRow[] =>
  view
    .table("containers")
    .by("machine", machine)
    .filter((container) => container.mounts.some((mount) => mount.type === "volume" && mount.name === name));

export function removeVolume(tx: Tx, machine: string, name: string, force: boolean): void {
  const row = tx.table("volumes").get(`${machine}/${name}`);
  if (!row && force) return;
  findVolume(tx, machine, name);
  const users = volumeUsers(tx, machine, name);
  if (users.length > 0)
    throw conflict(`remove ${name}: volume is in use - [${users.map((user) => user.id).join(", ")}]`);
  dropVolume(tx, machine, name);
}

export function dropVolume(tx: Tx, machine: string, name: string): void {
  tx.table("volumes").delete(`${machine}/${name}`);
  deleteTree(tx, volumeTree(machine, name));
  volumeEvent(tx, machine, name, "destroy");
}

/** Bytes of what lies in it. */
export const volumeSize = (view: View, machine: string, name: string): number =>
  view
    .table("files")
    .by("tree", volumeTree(machine, name))
    .reduce((sum, file) => sum + (file.type === "file" ? file.size : 0), 0);
