/** Names of containers: which are allowed, which are taken, and how a container is found by what a user wrote. */
import { randomName } from "../chance/names";
import { conflict, invalidParameter, notFound } from "../errors";
import type { Tx } from "../room";
import type { View } from "../store/store";
import type { ContainerRow } from "./tables";

/** moby `daemon/names/names.go`: at least two characters. */
const NAME = /^\/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** The name to give a container: the wanted one, checked, or one of our own. Throws Docker's refusal. */
export function reserveName(tx: Tx, machine: string, wanted: string, id: string): string {
  if (wanted !== "") return checkName(tx, machine, wanted);
  const random = tx.random("engine.names");
  for (let attempt = 0; attempt < 6; attempt++) {
    const name = randomName(random, attempt);
    if (!nameTaken(tx, machine, name)) return name;
  }
  return id.slice(0, 12);
}

export function checkName(tx: Tx, machine: string, wanted: string): string {
  if (!NAME.test(wanted))
    throw invalidParameter(`Invalid container name (${wanted}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  const name = wanted.replace(/^\//, "");
  const holder = nameTaken(tx, machine, name);
  if (holder)
    throw conflict(
      `Conflict. The container name "/${name}" is already in use by container "${holder.id}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
  return name;
}

const nameTaken = (view: View, machine: string, name: string): ContainerRow | undefined =>
  view.table("containers").by("name", `${machine}/${name}`)[0];

/** By full id, then name, then a prefix of the id that only one has. */
export function lookUpContainer(view: View, machine: string, ref: string): ContainerRow | undefined {
  const table = view.table("containers");
  const exact = table.get(ref);
  if (exact?.machine === machine) return exact;
  const named = nameTaken(view, machine, ref.replace(/^\//, ""));
  if (named) return named;
  if (!/^[0-9a-f]+$/.test(ref)) return undefined;
  const matches = table.by("machine", machine).filter((row) => row.id.startsWith(ref));
  if (matches.length > 1) throw invalidParameter(`multiple IDs found with provided prefix: ${ref}`);
  return matches[0];
}

/** The same; throws `No such container`. */
export function findContainer(view: View, machine: string, ref: string): ContainerRow {
  const row = lookUpContainer(view, machine, ref);
  if (!row) throw notFound(`No such container: ${ref}`);
  return row;
}
