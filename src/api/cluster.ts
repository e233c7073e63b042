/** The JSON of `/api/clusters`: what the contract promises. Types only. */

export interface CreateClusterRequest {
  seed?: number;
  machines?: number; // 1..64
  speed?: number; // simulated seconds per real one
}

export interface ClusterDocument {
  id: string;
  url: string; // the page for a browser
  dockerHost: string; // tcp://HOST:PORT/c/ID
  ingress: string; // URL template of a published port, with {port}
  machines: { name: string; address: string }[];
  clock: string; // RFC 3339
  speed: number;
  paused: boolean;
}

export interface ClockRequest {
  advance?: string; // Go duration
  speed?: number;
  paused?: boolean;
}

export interface ClockDocument {
  clock: string;
  speed: number;
  paused: boolean;
}

export interface ExecRequest {
  command: string;
  cwd?: string;
  machine?: string;
}

export interface ExecDocument {
  stdout: string;
  stderr: string;
  exitCode: number;
  cwd: string;
}

/** What goes wrong with a machine, and gets well again; what is left out stays as it is. */
export interface MachineRequest {
  power?: "on" | "off";
  network?: "ok" | "cut" | { cut?: string | string[]; latency?: string; loss?: number };
  daemon?: "up" | "crashed" | "stopped";
  disk?: "ok" | "full";
  registry?: "ok" | "unreachable" | { slow: number };
}

export type MachineDocument = { name: string; address: string } & Required<MachineRequest>;

export interface ErrorDocument {
  message: string;
}
