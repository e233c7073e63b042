/**
 * What occupies a machine's disk - the same figures as `docker system df` - and what is mounted where, on the machine
 * and in its containers.
 */
import type { MountInfo } from "../api/process";
import { isDataTree, mountsOf } from "../core/engine";
import type { ContainerRow, MountPoint } from "../core/engine/tables";
import type { MachineRow } from "../core/machine/tables";
import type { View } from "../core/store/store";
import type { Backend } from "../engine-api/backend";
import { diskUsage } from "../engine-api/routers/system/df";

const MIB = 1024 * 1024;
/** A machine's disk, and what its operating system takes of it. */
const DISK_SIZE = 20 * 1024 * MIB;
const SYSTEM_SIZE = 1300 * MIB;
/** ext4 keeps a twentieth for root. */
const RESERVED = DISK_SIZE / 20;
const DEVICE = "/dev/sda1";
const DISK_OPTIONS = "rw,relatime,errors=remount-ro";

interface Space {
  readonly size: number;
  readonly used: number;
  readonly available: number;
}

/** Size, use and what is left of a machine's disk. */
export function diskOf(backend: Backend, machine: MachineRow): Space {
  const usage = diskUsage(backend, []) as {
    LayersSize: number;
    Containers: { SizeRw?: number }[] | null;
    Volumes: { UsageData: { Size: number } }[] | null;
  };
  const written = (usage.Containers ?? []).reduce((sum, { SizeRw = 0 }) => sum + SizeRw, 0);
  const volumes = (usage.Volumes ?? []).reduce((sum, { UsageData }) => sum + Math.max(0, UsageData.Size), 0);
  const occupied = SYSTEM_SIZE + usage.LayersSize + written + volumes;
  const used = machine.disk === "full" ? DISK_SIZE - RESERVED : Math.min(DISK_SIZE - RESERVED, occupied);
  return { size: DISK_SIZE, used, available: DISK_SIZE - RESERVED - used };
}

const none = (
  source: string,
  target: string,
  type = source,
  options = "rw,nosuid,nodev,noexec,relatime",
): MountInfo => ({
  source,
  target,
  type,
  options,
});
const memory = (source: string, target: string, size: number, options: string): MountInfo => ({
  source,
  target,
  type: "tmpfs",
  options: `${options},size=${Math.floor(size / 1024)}k`,
  size,
  used: 0,
  available: size,
});

export function mountsOfMachine(view: View, machine: MachineRow, disk: Space): MountInfo[] {
  const overlays = view
    .table("containers")
    .by("machine", machine.id)
    .filter((row) => row.state === "running" || row.state === "paused")
    .map((row) => ({
      source: "overlay",
      target: `/var/lib/docker/overlay2/${row.id}/merged`,
      type: "overlay",
      options: "rw,relatime",
      ...disk,
    }));
  return [
    none("sysfs", "/sys"),
    none("proc", "/proc"),
    memory("udev", "/dev", machine.memory / 2, "rw,nosuid,relatime"),
    none("devpts", "/dev/pts", "devpts", "rw,nosuid,noexec,relatime"),
    memory("tmpfs", "/run", machine.memory / 10, "rw,nosuid,nodev,noexec,relatime"),
    { source: DEVICE, target: "/", type: "ext4", options: DISK_OPTIONS, ...disk },
    none("cgroup2", "/sys/fs/cgroup"),
    memory("tmpfs", "/dev/shm", machine.memory / 2, "rw,nosuid,nodev"),
    ...overlays,
  ];
}

/** In the order of runc: the kernel's own, then what was asked for, places in memory first and shallow ones before deep ones. */
export function mountsOfContainer(row: ContainerRow, machine: MachineRow, disk: Space): MountInfo[] {
  const shm = Number(row.hostConfig.ShmSize ?? 0) || 64 * MIB;
  const depth = ({ target }: MountPoint) => target.split("/").length;
  const mounts = mountsOf(row);
  const asked = mounts.filter(({ internal, type }) => !internal || type === "tmpfs");
  const own = mounts.filter((mount) => !asked.includes(mount));
  const inMemory = asked.filter(({ type }) => type === "tmpfs");
  const stored = asked.filter(({ type }) => type !== "tmpfs").sort((a, b) => depth(a) - depth(b));
  return [
    {
      source: "overlay",
      target: "/",
      type: "overlay",
      options: `${row.hostConfig.ReadonlyRootfs ? "ro" : "rw"},relatime`,
      ...disk,
    },
    none("proc", "/proc"),
    memory("tmpfs", "/dev", 64 * MIB, "rw,nosuid"),
    none("devpts", "/dev/pts", "devpts", "rw,nosuid,noexec,relatime"),
    none("sysfs", "/sys", "sysfs", "ro,nosuid,nodev,noexec,relatime"),
    none("cgroup", "/sys/fs/cgroup", "cgroup2", "ro,nosuid,nodev,noexec,relatime"),
    none("mqueue", "/dev/mqueue"),
    memory("shm", "/dev/shm", shm, "rw,nosuid,nodev,noexec,relatime"),
    ...inMemory.map((mount) => tmpfsMount(row, mount, machine.memory)),
    ...[...stored, ...own].map((mount) =>
      isDataTree(mount.tree) ? dataMount(mount, machine.memory) : bound(mount, disk),
    ),
  ];
}

/** A volume, a directory of the machine, or one of the engine's own files. */
const bound = ({ target, readOnly }: MountPoint, disk: Space): MountInfo => ({
  source: DEVICE,
  target,
  type: "ext4",
  options: `${readOnly ? "ro" : "rw"},relatime,errors=remount-ro`,
  ...disk,
});

/** A secret or config. */
const dataMount = ({ target }: MountPoint, total: number): MountInfo => ({
  source: "tmpfs",
  target,
  type: "tmpfs",
  options: "ro,relatime",
  ...halfOf(total),
});

/** Without a size of its own a tmpfs may take half of the memory. */
const halfOf = (total: number): Space => ({ size: total / 2, used: 0, available: total / 2 });

/** `--tmpfs PLACE:OPTIONS`, or a mount of type tmpfs, as the kernel shows it. */
function tmpfsMount(row: ContainerRow, { target, readOnly }: MountPoint, total: number): MountInfo {
  const spec = row.hostConfig.Mounts?.find((mount) => mount.Type === "tmpfs" && mount.Target === target)?.TmpfsOptions;
  const words = (row.hostConfig.Tmpfs?.[target] ?? "").split(",").filter(Boolean);
  const valued = words.filter((word) => word.includes("="));
  const given = (name: string) => valued.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const bytes = spec?.SizeBytes ?? bytesOf(given("size"));
  const mode = spec?.Mode === undefined ? given("mode") : spec.Mode.toString(8);
  const options = [
    readOnly ? "ro" : "rw",
    ...["suid", "dev", "exec"].filter((flag) => !words.includes(flag)).map((flag) => `no${flag}`),
    "relatime",
    ...(bytes ? [`size=${Math.ceil(bytes / 4096) * 4}k`] : []),
    ...(mode ? [`mode=${mode.replace(/^0+/, "")}`] : []),
    ...valued.filter((word) => /^(uid|gid)=/.test(word)),
  ];
  const space = bytes ? { size: bytes, used: 0, available: bytes } : halfOf(total);
  return { source: "tmpfs", target, type: "tmpfs", options: options.join(","), ...space };
}

/** The kernel's reading of a size: `64k`, `1m`, `2g`. */
function bytesOf(text: string | undefined): number | undefined {
  const [, digits, unit = ""] = /^(\d+)([kmg]?)$/i.exec(text ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits) * 1024 ** " kmg".indexOf(unit.toLowerCase() || " ");
}
