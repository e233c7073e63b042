/** The door of the runtimes: every program that runs in containers beside the shell and its tools, by executable name. */
import type { Program } from "../api/process";
import { servers } from "./builtin/index";
import { pythonProgram } from "./micropython/python";
import { PYTHONS, shortVersion } from "./micropython/version";
import { type PackageIndex, pipProgram } from "./pip/index";

export type { PackageIndex, PackageRelease } from "./pip/index";

/** What the runtimes need of the platform around them. */
export interface RuntimePlatform {
  /** The compiled `micropython/generated/micropython.wasm`; a Worker imports it as a module, Node compiles it. */
  micropython(): WebAssembly.Module | Promise<WebAssembly.Module>;
  /** Where `pip install` looks (`src/catalog` has one). */
  readonly packages: PackageIndex;
}

/**
 * The program table. Names are what image files carry behind `\x7fELFslipway:`: `python3.12`, `pip3.12`, `redis-server`,
 * `redis-cli`, `nginx`, `whoami-server`, `hello`, ... `python` and `pip` without a version are the newest.
 */
export function createRuntimes(platform: RuntimePlatform): Record<string, Program> {
  let compiled: Promise<WebAssembly.Module> | undefined;
  const machine = () => {
    compiled ??= Promise.resolve(platform.micropython());
    return compiled;
  };
  const table: Record<string, Program> = { ...servers };
  for (const version of PYTHONS) {
    const pip = pipProgram(version, platform.packages);
    const python = pythonProgram(version, machine, pip);
    const names = [shortVersion(version), ...(version.major === 2 ? ["2"] : ["3", ""])];
    for (const name of names) {
      table[`python${name}`] = python;
      table[`pip${name}`] = pip;
    }
  }
  return table;
}
