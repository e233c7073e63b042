/** The program table: what the stub in an executable file stands for. */
import type { Program, ProgramTable, Sys } from "../api/process";
import { run as runDocker, type Transport } from "../cli";
import { type MachineDoors, machineTools, shellProgram, tools } from "../shell";

/** `runtimes` are the languages and servers; `dockerTransport` binds the `docker` of a machine to the daemon it talks to. */
export function createPrograms(
  runtimes: Readonly<Record<string, Program>>,
  dockerTransport: (sys: Sys) => Transport,
  doors: MachineDoors,
): ProgramTable {
  const docker: Program = (sys) => runDocker(sys, dockerTransport(sys));
  const shells = { sh: shellProgram, bash: shellProgram, ash: shellProgram, dash: shellProgram };
  const table = new Map<string, Program>(
    Object.entries({ ...tools, ...machineTools(doors), ...shells, docker, ...runtimes }),
  );
  return (name) => table.get(name.replace(/^busybox:/, ""));
}
