/** The languages and servers that run in containers, bound to this platform. */
import type { Program } from "../api/process";
import { packageIndex } from "../catalog";
import { pythonProgram } from "../runtimes/micropython/python";
import { PYTHONS, shortVersion } from "../runtimes/micropython/version";
import { pipProgram } from "../runtimes/pip";

/** By the names in the stubs of the catalogue's files. `micropython` gives the compiled interpreter. */
export function platformRuntimes(micropython: () => Promise<WebAssembly.Module>): Readonly<Record<string, Program>> {
  const table: Record<string, Program> = {};
  for (const version of PYTHONS) {
    table[`python${shortVersion(version)}`] = pythonProgram(version, micropython);
    table[`pip${shortVersion(version)}`] = pipProgram(version, packageIndex);
  }
  return table;
}
