/** What a daemon does when its machine's disk is full: it says so, in the words of the call that failed. */
import { systemError } from "../errors";
import type { Tx } from "../room";

/** Refuses with the error of a system call on a path, as Go words it; the path is asked for only then. */
export function needSpace(tx: Tx, machine: string, call: "mkdir" | "write", path: () => string): void {
  if (tx.table("machines").get(machine)?.disk === "full")
    throw systemError(`${call} ${path()}: no space left on device`);
}

/** A name as Go's `os.CreateTemp` makes it: a prefix and a random number. */
export const temporaryName = (tx: Tx, prefix: string): string =>
  `/var/lib/docker/tmp/${prefix}${tx.random("engine.temporary").below(4_294_967_295)}`;
