/** The door of the shell: sessions, the `sh` program, the terminal, and the Unix tools. */
export type { Completion, InteractiveOptions } from "./line-editor";
export { interactive } from "./line-editor";
export { type MachineDoors, type MachineInfo, machineTools, RefusedByCluster } from "./machines";
export { promptOf, shellProgram } from "./program";
export type { Pty, PtyOptions } from "./pty";
export { createPty, LineDiscipline } from "./pty";
export type { ShellIo, ShellState } from "./session";
export { ShellSession } from "./session";
export type { Dialect, ShellOptions } from "./shell";
export { tools } from "./tools/index";
