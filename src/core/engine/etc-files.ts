/** The files the engine mounts into each container: /etc/hostname, /etc/hosts, /etc/resolv.conf. */
import { encodeUtf8 } from "../bytes";
import { deleteTree } from "../machine/file-ops";
import { fileId } from "../machine/layers";
import type { Tx } from "../room";
import type { View } from "../store/store";
import { sandboxOwner, usesHostNetwork } from "./endpoints";
import { isGateway } from "./gateway";
import { linkedHosts } from "./links";
import { isUserDefined } from "./networks";
import { resolvConf } from "./resolv-conf";
import type { ContainerRow, MountPoint } from "./tables";

const FILES = ["resolv.conf", "hostname", "hosts"] as const;

const treeOf = (containerId: string, file: string) => `etc:${containerId}/${file}`;

/** Where they lie on the machine, as inspect shows it. */
export const etcPath = (containerId: string, file: string): string =>
  `/var/lib/docker/containers/${containerId}/${file}`;

export const etcMounts = (containerId: string): MountPoint[] =>
  FILES.map((file) => ({
    type: "bind",
    source: etcPath(containerId, file),
    target: `/etc/${file}`,
    tree: treeOf(containerId, file),
    readOnly: false,
    internal: true,
  }));

const texts = (tx: Tx, container: ContainerRow) => ({
  hostname: `${hostnameOf(container)}\n`,
  hosts: hosts(tx, container),
  "resolv.conf": resolvConf(container.hostConfig, usesEmbeddedDns(tx, container)),
});

/** Writes them for a container that is about to run; its endpoints are there. */
export function writeEtcFiles(tx: Tx, container: ContainerRow): void {
  for (const [file, text] of Object.entries(texts(tx, container))) write(tx, container, file, text);
}

/** Lets a change of a running container's networks show in them; what somebody has edited stays as it is. */
export function keepEtcFiles(tx: Tx, container: ContainerRow, change: () => void): void {
  const before = texts(tx, container);
  change();
  const after = texts(tx, container);
  for (const file of ["hosts", "resolv.conf"] as const) {
    const row = tx.table("files").get(fileId(treeOf(container.id, file), "/"));
    const untouched = row?.blob === tx.blobs.put(encodeUtf8(before[file]));
    if (untouched && after[file] !== before[file]) write(tx, container, file, after[file]);
  }
}

export function removeEtcFiles(tx: Tx, containerId: string): void {
  for (const file of FILES) deleteTree(tx, treeOf(containerId, file));
}

export const hostnameOf = (container: ContainerRow): string => container.config.Hostname || container.id.slice(0, 12);

function write(tx: Tx, container: ContainerRow, file: string, text: string): void {
  const bytes = encodeUtf8(text);
  const tree = treeOf(container.id, file);
  tx.table("files").put({
    id: fileId(tree, "/"),
    tree,
    path: "/",
    type: "file",
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: tx.now,
    size: bytes.length,
    blob: tx.blobs.put(bytes),
  });
}

function hosts(tx: Tx, container: ContainerRow): string {
  const lines = [
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::\tip6-localnet",
    "ff00::\tip6-mcastprefix",
    "ff02::1\tip6-allnodes",
    "ff02::2\tip6-allrouters",
  ];
  if (usesHostNetwork(tx, container)) lines.push(`127.0.1.1\t${container.machine}`);
  for (const [name, address] of extraHosts(tx, container)) lines.push(`${address}\t${name}`);
  for (const [address, names] of linkedHosts(tx, container)) lines.push(`${address}\t${names.join(" ")}`);
  const owner = sandboxOwner(tx, container);
  for (const endpoint of tx.table("endpoints").by("container", owner.id)) {
    const network = tx.table("networks").get(`${owner.machine}/${endpoint.networkId}`);
    if (endpoint.address && network && !network.ingress && !isGateway(network))
      lines.push(`${endpoint.address}\t${ownNames(container)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The whole name first, then its first part (libnetwork `resolvconf`, moby `daemon/container_operations.go`). */
function ownNames(container: ContainerRow): string {
  const { Domainname: domain } = container.config;
  const hostname = hostnameOf(container);
  const whole = domain ? `${hostname}.${domain}` : hostname;
  const [first = ""] = whole.split(".");
  return first === whole ? whole : `${whole} ${first}`;
}

/** `--add-host`; `host-gateway` stands for the machine as seen from the default bridge. */
export function extraHosts(tx: Pick<Tx, "table">, container: ContainerRow): [string, string][] {
  const bridge = tx
    .table("networks")
    .by("machine", container.machine)
    .find((network) => network.name === "bridge");
  return (container.hostConfig.ExtraHosts ?? []).map((line) => {
    const cut = line.search(/[:=]/);
    const address = line.slice(cut + 1);
    return [line.slice(0, cut), address === "host-gateway" ? (bridge?.gateway ?? "") : address];
  });
}

/** Whether it asks the embedded resolver: on any network of a user's. */
function usesEmbeddedDns(view: View, container: ContainerRow): boolean {
  const owner = sandboxOwner(view, container);
  return view
    .table("endpoints")
    .by("container", owner.id)
    .some((endpoint) => {
      const network = view.table("networks").get(`${owner.machine}/${endpoint.networkId}`);
      return network !== undefined && isUserDefined(network);
    });
}
