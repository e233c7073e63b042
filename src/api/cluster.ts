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

export interface ErrorDocument {
  message: string;
}
