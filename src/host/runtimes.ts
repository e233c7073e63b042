/** The languages and servers that run in containers, bound to this platform. */
import type { Program } from "../api/process";
import { packageIndex } from "../catalog";
import { createRuntimes } from "../runtimes";

/** By the names in the stubs of the catalogue's files. `micropython` gives the compiled interpreter. */
export function platformRuntimes(micropython: () => Promise<WebAssembly.Module>): Readonly<Record<string, Program>> {
  return createRuntimes({ micropython, packages: packageIndex });
}
