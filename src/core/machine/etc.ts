/**
 * The files that the engine mounts into each container: /etc/hostname, /etc/hosts, /etc/resolv.conf. What they say is made
 * from the container's row when somebody reads; a tree of their own holds them only once somebody has written there.
 */
import { encodeUtf8 } from "../bytes";
import type { ContainerRow, MountPoint } from "../engine/tables";
import type { Entry, Layer } from "./layers";
import { resolvConf } from "./resolv-conf";

const FILES = ["resolv.conf", "hostname", "hosts"] as const;

const HOSTS = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
ff00::\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/** Where they lie on the machine, as inspect shows it. */
export const etcPath = (containerId: string, file: string): string =>
  `/var/lib/docker/containers/${containerId}/${file}`;

/** The trees of a container's own files. */
export const etcTrees = (containerId: string): string[] => FILES.map((file) => treeOf(containerId, file));

const treeOf = (containerId: string, file: string) => `etc:${containerId}/${file}`;

export const isEtcTree = (tree: string): boolean => tree.startsWith("etc:");

/** All that a container mounts: what its row names, and these files where nothing else is mounted in their place. */
export function mountsOf(container: ContainerRow): readonly MountPoint[] {
  const { id, mounts } = container;
  if (mounts.some((mount) => isEtcTree(mount.tree))) return mounts; // a row of an older release
  const own = FILES.map((file) => mountOf(id, file));
  return [...mounts, ...own.filter(({ target }) => !mounts.some((mount) => mount.target === target))];
}

const mountOf = (containerId: string, file: string): MountPoint => ({
  type: "bind",
  source: etcPath(containerId, file),
  target: `/etc/${file}`,
  tree: treeOf(containerId, file),
  readOnly: false,
  internal: true,
});

export const hostnameOf = (container: ContainerRow): string => container.config.Hostname || container.id.slice(0, 12);

/** One of the files as the engine wrote it at the container's last start; nothing before the first. */
export function etcLayer(container: ContainerRow, tree: string): Layer {
  return {
    get: (path) => (path === "/" ? entryOf(container, tree.slice(tree.lastIndexOf("/") + 1)) : undefined),
    list: () => [],
  };
}

function entryOf(container: ContainerRow, name: string): Entry | undefined {
  const { etc } = container;
  if (!etc) return undefined;
  const content = textOf(container, etc, name);
  const mtime = { hosts: etc.hostsAt, "resolv.conf": etc.resolverAt }[name] ?? etc.at;
  const file = { path: "/", type: "file", content } as const;
  return { type: "file", mode: 0o644, uid: 0, gid: 0, mtime, size: encodeUtf8(content).length, file };
}

function textOf(container: ContainerRow, etc: NonNullable<ContainerRow["etc"]>, name: string): string {
  if (name === "hostname") return `${hostnameOf(container)}\n`;
  if (name === "hosts") return HOSTS + etc.hosts;
  return resolvConf(container.hostConfig, etc.embedded);
}
