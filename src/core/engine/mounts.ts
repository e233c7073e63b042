/** What a container mounts: `-v`, `--mount`, `--tmpfs`, `--volumes-from` and the image's volumes (moby `daemon/volume/mounts`). */
import { invalidParameter, systemError } from "../errors";
import { isEtcTree } from "../machine/etc";
import { applyOps, applyTo, copyTree, ensureDirectory } from "../machine/file-ops";
import { FileError, openLayers, openRoot, openTree } from "../machine/files";
import { normalise, parentOf } from "../machine/paths";
import type { Tx } from "../room";
import { isDataTree } from "./data-files";
import { lookUpContainer } from "./names";
import type { ContainerRow, MountPoint } from "./tables";
import type { ContainerConfig, HostConfig, MountSpec } from "./types";
import { createVolume, volumePath, volumeTree } from "./volumes";

const MODES = new Set(
  "rw ro z Z nocopy private rprivate shared rshared slave rslave cached delegated consistent".split(" "),
);

interface Wanted {
  readonly type: "volume" | "bind" | "tmpfs";
  readonly source: string; // volume name, or path on the machine; "" = anonymous
  readonly target: string;
  readonly readOnly: boolean;
  readonly mode: string;
  readonly copy: boolean;
  readonly labels?: Record<string, string>;
  readonly options?: Record<string, string>;
  readonly internal?: true;
}

/** The mounts of a container to be created; makes the volumes and the bound directories that are missing. */
export function resolveMounts(
  tx: Tx,
  machine: string,
  containerId: string,
  config: ContainerConfig,
  host: HostConfig,
  layers: readonly string[],
): MountPoint[] {
  const wanted = new Map<string, Wanted>();
  const mounts = inheritedMounts(tx, machine, host);
  const add = (mount: Wanted) => {
    if (wanted.has(mount.target)) throw invalidParameter(`Duplicate mount point: ${mount.target}`);
    wanted.set(mount.target, mount);
    mounts.delete(mount.target);
  };
  for (const bind of host.Binds ?? []) add(parseBind(bind));
  for (const spec of host.Mounts ?? []) add(parseMount(tx, machine, spec));
  for (const [target, options] of Object.entries(host.Tmpfs ?? {})) {
    const readOnly = String(options).split(",").includes("ro");
    add({
      type: "tmpfs",
      source: "",
      target: tmpfsTarget(target),
      readOnly,
      mode: "",
      copy: false,
      internal: true,
    });
  }
  for (const target of Object.keys(config.Volumes ?? {})) {
    const place = absolute(target, target);
    if (!wanted.has(place) && !mounts.has(place))
      wanted.set(place, { type: "volume", source: "", target: place, readOnly: false, mode: "", copy: true });
  }
  for (const mount of wanted.values()) mounts.set(mount.target, realise(tx, machine, containerId, mount, layers));
  return [...mounts.values()];
}

function inheritedMounts(tx: Tx, machine: string, host: HostConfig): Map<string, MountPoint> {
  const mounts = new Map<string, MountPoint>();
  for (const spec of host.VolumesFrom ?? []) {
    const [ref = "", mode = "rw"] = spec.split(":");
    if (mode !== "rw" && mode !== "ro") throw invalidParameter(`invalid mode: ${mode}`);
    const other = lookUpContainer(tx, machine, ref);
    if (!other) throw invalidParameter(`No such container: ${ref}`);
    for (const mount of other.mounts)
      if (!mount.internal && mount.type !== "tmpfs")
        mounts.set(mount.target, mode === "ro" ? { ...mount, readOnly: true } : mount);
  }
  return mounts;
}

function parseBind(text: string): Wanted {
  const parts = text.split(":");
  const broken = parts.length > 3 || parts.some((part) => part === "");
  if (broken) throw invalidParameter(`invalid volume specification: '${text}'`);
  const [first = "", second, modes = ""] = parts;
  if (second === undefined)
    return { type: "volume", source: "", target: absolute(first, text), readOnly: false, mode: "", copy: true };
  const words = modes === "" ? [] : modes.split(",");
  for (const word of words) if (!MODES.has(word)) throw invalidParameter(`invalid mode: ${modes}`);
  const bind = first.startsWith("/");
  const target = absolute(second, text, bind ? "bind" : "volume");
  const source = bind ? normalise(first) : first;
  const mode = bind ? modes : modes || "z";
  return {
    type: bind ? "bind" : "volume",
    source,
    target,
    readOnly: words.includes("ro"),
    mode,
    copy: !words.includes("nocopy"),
  };
}

function absolute(target: string, text: string, type: "bind" | "volume" = "volume"): string {
  const fault = (what: string) =>
    systemError(`invalid volume specification: '${text}': invalid mount config for type "${type}": ${what}`);
  if (!target.startsWith("/")) throw fault(`invalid mount path: '${target}' mount path must be absolute`);
  const place = normalise(target);
  if (place === "/") throw fault("invalid specification: destination can't be '/'");
  return place;
}

function tmpfsTarget(target: string): string {
  if (!target.startsWith("/")) throw invalidParameter(`invalid mount path: '${target}' mount path must be absolute`);
  return normalise(target);
}

function parseMount(tx: Tx, machine: string, spec: MountSpec): Wanted {
  const fault = (text: string) => invalidParameter(`invalid mount config for type "${spec.Type}": ${text}`);
  const target = spec.Target ?? "";
  if (target === "") throw fault("field Target must not be empty");
  if (!target.startsWith("/")) throw fault(`invalid mount path: '${target}' mount path must be absolute`);
  const place = normalise(target);
  if (place === "/") throw fault("invalid specification: destination can't be '/'");
  const common = { target: place, readOnly: spec.ReadOnly === true };
  if (spec.Type === "tmpfs") {
    if (spec.Source) throw fault("field Source must not be specified");
    return { ...common, type: "tmpfs", source: "", mode: "", copy: false };
  }
  if (spec.Type === "bind") {
    if (!spec.Source) throw fault("field Source must not be empty");
    if (!spec.Source.startsWith("/")) throw fault(`invalid mount path: '${spec.Source}' mount path must be absolute`);
    if (
      !openRoot(tx, { kind: "machine", id: machine }).exists(spec.Source) &&
      spec.BindOptions?.CreateMountpoint !== true
    )
      throw fault(`bind source path does not exist: ${spec.Source}`);
    return { ...common, type: "bind", source: normalise(spec.Source), mode: "", copy: false };
  }
  if (spec.Type !== "volume") throw fault("mount type unknown");
  const options = spec.VolumeOptions;
  return {
    ...common,
    type: "volume",
    source: spec.Source ?? "",
    mode: "z",
    copy: options?.NoCopy !== true,
    ...(options?.Labels ? { labels: options.Labels } : {}),
    ...(options?.DriverConfig?.Options ? { options: options.DriverConfig.Options } : {}),
  };
}

function realise(tx: Tx, machine: string, containerId: string, mount: Wanted, layers: readonly string[]): MountPoint {
  const { type, target, readOnly, mode } = mount;
  const common = { type, target, readOnly, mode, ...(mount.internal ? { internal: true as const } : {}) };
  if (type === "tmpfs") return { ...common, source: "", tree: `tmpfs:${containerId}${target}` };
  if (type === "bind") {
    const root = { kind: "machine", id: machine } as const;
    if (!openRoot(tx, root).exists(mount.source)) makeSource(tx, machine, mount.source);
    return { ...common, source: mount.source, tree: `machine:${machine}` };
  }
  const volume = createVolume(tx, machine, { Name: mount.source, DriverOpts: mount.options, Labels: mount.labels });
  const tree = volumeTree(machine, volume.name);
  if (mount.copy) copyUp(tx, layers, target, tree);
  return { ...common, name: volume.name, source: volumePath(volume.name), tree };
}

/** `-v` makes a directory that is missing on the machine. */
function makeSource(tx: Tx, machine: string, source: string): void {
  const { error } = applyOps(tx, { kind: "machine", id: machine }, [{ op: "mkdir", path: source, recursive: true }]);
  if (error)
    throw invalidParameter(`error while creating mount source path '${source}': mkdir ${error.path}: not a directory`);
}

/** An empty volume takes what the image has at its place. */
function copyUp(tx: Tx, layers: readonly string[], target: string, tree: string): void {
  if (tx.table("files").count("tree", tree) > 0) return;
  const image = openLayers(tx, layers);
  try {
    if (image.stat(target).type === "dir") copyTree(tx, image, target, tree);
  } catch (error) {
    if (!(error instanceof FileError)) throw error; // nothing there: the volume stays empty
  }
}

/** The places of the mounts in the container's own layer, as runc makes them before it mounts. */
export function makeMountPoints(tx: Tx, container: ContainerRow): void {
  const open = () => openTree(tx, `container:${container.id}`, container.layers ?? []);
  for (const mount of container.mounts) {
    if (isEtcTree(mount.tree)) continue;
    if (open().exists(mount.target)) continue;
    if (!isFile(tx, mount)) ensureDirectory(tx, open, mount.target);
    else if (ensureDirectory(tx, open, parentOf(mount.target) || "/"))
      applyTo(tx, open, [{ op: "write", path: mount.target, blob: tx.blobs.put(new Uint8Array(0)), size: 0 }]);
  }
}

/** Whether what is bound is no directory: its place is an empty file then. */
function isFile(tx: Tx, mount: MountPoint): boolean {
  if (isDataTree(mount.tree)) return true;
  if (mount.type !== "bind" || !mount.tree.startsWith("machine:")) return false;
  const files = openRoot(tx, { kind: "machine", id: mount.tree.slice("machine:".length) });
  return files.exists(mount.source) && files.stat(mount.source).type !== "dir";
}
