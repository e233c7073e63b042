/** The languages and servers that run in containers, bound to this platform. */
import type { Program } from "../api/process";
import { packageIndex } from "../catalog";
import { aptGet, hello, node, tini } from "../runtimes/builtin/small";
import { visualizerProgram } from "../runtimes/builtin/visualizer";
import { whoamiServer } from "../runtimes/builtin/whoami";
import { pythonProgram } from "../runtimes/micropython/python";
import { PYTHONS, shortVersion } from "../runtimes/micropython/version";
import { pipProgram } from "../runtimes/pip";

/** By the names in the stubs of the catalogue's files. `micropython` gives the compiled interpreter. */
export function platformRuntimes(micropython: () => Promise<WebAssembly.Module>): Readonly<Record<string, Program>> {
  const table: Record<string, Program> = {
    hello,
    node,
    tini,
    "apt-get": aptGet,
    "whoami-server": whoamiServer,
    visualizer: visualizerProgram(),
  };
  for (const version of PYTHONS) {
    table[`python${shortVersion(version)}`] = pythonProgram(version, micropython);
    table[`pip${shortVersion(version)}`] = pipProgram(version, packageIndex);
  }
  return table;
}
