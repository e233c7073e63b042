/** What `ssh`, `scp` and `docker-machine` need of the cluster they run in. The host gives it. */
import type { Files, Input, Output, SignalName, Sys, Tty } from "../../api/process";

export interface MachineInfo {
  readonly name: string;
  readonly address: string;
  readonly power: "on" | "off";
  readonly memory: number; // bytes
  readonly cpus: number;
}

export interface RemoteShell {
  /** The exit code; `closed` when the machine went away, `lost` when the connection did. */
  readonly ended: Promise<number | "closed" | "lost">;
  signal(name: SignalName): void;
}

export interface RemoteRequest {
  readonly machine: string;
  readonly command?: string; // a login shell when left out
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly tty?: Tty;
}

/** Why a request of the cluster was refused, in plain words. */
export class RefusedByCluster extends Error {}

export interface MachineDoors {
  list(): readonly MachineInfo[];
  /** Throws RefusedByCluster. */
  add(name: string): MachineInfo;
  switchPower(name: string, power: "on" | "off"): void;
  remove(name: string): void;
  /** The machine that answers at a host and port as seen from where `sys` runs. Rejects with NetError. */
  dial(sys: Sys, host: string, port: number): Promise<string>;
  open(sys: Sys, request: RemoteRequest): RemoteShell;
  files(machine: string): Files;
  /** What its daemon answers to a version request; rejects when it does not. */
  daemonVersion(sys: Sys, machine: string): Promise<string>;
}
