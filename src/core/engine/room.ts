/** The room of the engines: containers, execs, networks, volumes and the host's reports. Images are `image-commands.ts`. */
import type { DockerError } from "../errors";
import { notModified } from "../errors";
import type { Room, Tx } from "../room";
import "./commands";
import { reachNetwork, unknownNetwork } from "./attachable";
import { createContainer } from "./create";
import { daemons } from "./daemons";
import { connectContainer, disconnectContainer } from "./endpoints";
import { containerEvent } from "./events";
import { createExec, startExec } from "./exec";
import { restartDue } from "./exit";
import { probeDue, probeTimedOut } from "./health";
import { findContainer } from "./names";
import { createNetwork, findNetwork, isPredefined, isUnused, removeNetwork } from "./networks";
import { pruneFilter } from "./prune-filter";
import { pruneContainers, removeContainer, renameContainer, updateContainer } from "./remove";
import { reportCommands } from "./reports";
import { startContainer } from "./start";
import { graceOver, killContainer, pauseContainer, restartContainer, stopContainer, unpauseContainer } from "./stop";
import { whileDaemonMinds, whileDaemonRuns } from "./timers";
import { createVolume, dropVolume, removeVolume, volumeSize, volumeUsers } from "./volumes";

/** What failed has left its traces, which stay. */
function commit(tx: Tx, failure: DockerError | undefined): void {
  if (failure) tx.failAfterCommit(failure);
}

export const engineRoom: Room = {
  commands: {
    ...reportCommands,
    "container.create": (tx, { machine, name, request }) => createContainer(tx, machine, { name, request }),
    "container.start": (tx, { machine, ref }) => commit(tx, startContainer(tx, machine, ref)),
    "container.stop": (tx, { machine, ref, timeout, signal }) => {
      if (!stopContainer(tx, machine, ref, { timeout, signal })) throw notModified();
    },
    "container.restart": (tx, { machine, ref, timeout, signal }) =>
      commit(tx, restartContainer(tx, machine, ref, { timeout, signal })),
    "container.kill": (tx, { machine, ref, signal }) => killContainer(tx, machine, ref, signal),
    "container.pause": (tx, { machine, ref }) => pauseContainer(tx, machine, ref),
    "container.unpause": (tx, { machine, ref }) => unpauseContainer(tx, machine, ref),
    "container.rename": (tx, { machine, ref, name }) => renameContainer(tx, machine, ref, name),
    "container.update": (tx, { machine, ref, hostConfig }) => updateContainer(tx, machine, ref, hostConfig),
    "container.remove": (tx, { machine, ref, force, volumes }) => removeContainer(tx, machine, ref, { force, volumes }),
    "container.prune": (tx, { machine, filters }) => pruneContainers(tx, machine, filters),
    "container.note": (tx, { machine, ref, action, attributes }) =>
      containerEvent(tx, findContainer(tx, machine, ref), action, attributes),
    "exec.create": createExec,
    "exec.start": startExec,
    "network.create": (tx, { machine, ...args }) => ({
      id: createNetwork(tx, machine, {
        Name: args.name,
        Driver: args.driver,
        Scope: args.scope,
        Internal: args.internal,
        Attachable: args.attachable,
        EnableIPv6: args.enableIPv6,
        IPAM: args.ipam,
        Labels: args.labels,
        Options: args.options,
      }).networkId,
      warning: "",
    }),
    "network.remove": (tx, { machine, ref }) => removeNetwork(tx, machine, ref),
    "network.connect": (tx, { machine, ref, container, endpoint }) => {
      const network = reachNetwork(tx, machine, ref);
      if (!network) throw unknownNetwork(tx, machine, ref);
      connectContainer(tx, findContainer(tx, machine, container), network, endpoint ?? {});
    },
    "network.disconnect": (tx, { machine, ref, container }) => {
      const network = findNetwork(tx, machine, ref);
      disconnectContainer(tx, findContainer(tx, machine, container), network);
    },
    "network.prune": (tx, { machine, filters }) => ({ deleted: pruneNetworks(tx, machine, filters) }),
    "volume.create": (tx, { machine, name, driver, labels, options }) => ({
      name: createVolume(tx, machine, { Name: name, Driver: driver, Labels: labels, DriverOpts: options }).name,
    }),
    "volume.remove": (tx, { machine, name, force }) => removeVolume(tx, machine, name, force === true),
    "volume.prune": (tx, { machine, filters }) => pruneVolumes(tx, machine, filters),
  },
  timers: {
    "container.kill": whileDaemonMinds(graceOver),
    "container.restart": whileDaemonRuns(restartDue),
    "health.probe": probeDue,
    "health.timeout": probeTimedOut,
  },
  loops: [daemons],
};

function pruneNetworks(tx: Tx, machine: string, filters: Record<string, string[]>): string[] {
  const matches = pruneFilter(tx.now, filters);
  const unused = tx
    .table("networks")
    .by("machine", machine)
    .filter(
      (network) =>
        network.scope === "local" &&
        !isPredefined(network) &&
        network.name !== "docker_gwbridge" &&
        matches(network.labels, network.createdAt) &&
        isUnused(tx, network),
    );
  for (const network of unused) removeNetwork(tx, machine, network.networkId);
  return unused.map((network) => network.name);
}

/** Anonymous ones, unless `all` is asked for. */
function pruneVolumes(
  tx: Tx,
  machine: string,
  filters: Record<string, string[]>,
): { deleted: string[]; reclaimed: number } {
  const matches = pruneFilter(tx.now, { ...filters, until: [] });
  const all = ["1", "true"].includes(filters.all?.[0] ?? "");
  const deleted: string[] = [];
  let reclaimed = 0;
  for (const volume of tx.table("volumes").by("machine", machine)) {
    if (!all && !volume.anonymous) continue;
    // What options tie to something outside (a share, a device) is never pruned.
    if (Object.keys(volume.options ?? {}).length > 0) continue;
    if (!matches(volume.labels, volume.createdAt) || volumeUsers(tx, machine, volume.name).length > 0) continue;
    reclaimed += volumeSize(tx, machine, volume.name);
    dropVolume(tx, machine, volume.name);
    deleted.push(volume.name);
  }
  return { deleted, reclaimed };
}
