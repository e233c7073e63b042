/** The loop that lets each machine's daemon follow its machine: set up with it, booted with it, gone with it. */
import { deleteTree } from "../machine/file-ops";
import type { MachineRow } from "../machine/tables";
import type { Loop, Tx } from "../room";
import { isChange } from "../store/schema";
import { bootEngine } from "./boot";
import { createPredefinedNetworks } from "./networks";
import { removeContainer } from "./remove";
import { haltContainer, isUp as isRunning } from "./stop";
import { volumeTree } from "./volumes";

export const daemons: Loop = {
  name: "daemons",
  watches: ["machines"],
  run(tx, changes) {
    for (const change of changes) {
      if (!isChange(change, "machines")) continue;
      const { id, before, after } = change;
      if (!after) forget(tx, id);
      else if (!before) createPredefinedNetworks(tx, id);
      else if (isUp(after) && !isUp(before)) bootEngine(tx, id);
      else if (isUp(before) && after.power === "on" && after.daemon === "stopped") haltEngine(tx, id);
    }
  },
};

const isUp = ({ power, daemon }: MachineRow) => power === "on" && daemon === "up";

/** `systemctl stop docker`: all containers are asked to end. */
function haltEngine(tx: Tx, machine: string): void {
  for (const container of tx.table("containers").by("machine", machine))
    if (isRunning(container)) haltContainer(tx, container);
}

/** Nothing of a daemon outlives its machine. */
function forget(tx: Tx, machine: string): void {
  for (const container of tx.table("containers").by("machine", machine))
    removeContainer(tx, machine, container.id, { force: true });
  for (const volume of tx.table("volumes").by("machine", machine)) deleteTree(tx, volumeTree(machine, volume.name));
  for (const table of ["networks", "volumes", "images", "engineEvents", "ports"] as const)
    for (const row of tx.table(table).by("machine", machine)) tx.table(table).delete(row.id);
}
