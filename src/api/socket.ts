/**
 * What travels over `GET /api/clusters/ID/ws`: JSON text messages both ways. Terminal bytes go as text (UTF-8).
 * A client that reconnects says the last `seq` it saw and gets a fresh picture; terminals replay their screen.
 */
import type { ClusterDocument } from "./cluster";

export type ClientMessage =
  | { type: "hello"; seq?: number }
  | { type: "terminal.open"; terminal: string; machine: string; columns: number; rows: number } // a name of the client's choice; the same name in another tab is the same terminal
  | { type: "terminal.input"; terminal: string; data: string }
  | { type: "terminal.resize"; terminal: string; columns: number; rows: number }
  | { type: "terminal.close"; terminal: string }
  | { type: "lesson.open"; lesson: string }
  | { type: "lesson.step"; lesson: string; step: string }
  | { type: "files.watch"; paths: string[]; machine: string } // the whole set, absolute paths; answered at once by a `file.changed` for each, later ones follow
  | { type: "clock"; advance?: string; speed?: number; paused?: boolean }
  | { type: "ping" };

export type ServerMessage =
  | { type: "hello"; cluster: ClusterDocument; seq: number }
  | { type: "picture"; seq: number; picture: Picture } // the whole; sent after hello and after a reset
  | { type: "changes"; seq: number; upsert: PictureChanges; remove: { [K in keyof PictureChanges]?: string[] } }
  | { type: "request"; request: RequestTrace }
  | { type: "terminal.output"; terminal: string; data: string; replay?: boolean } // replay: clear the screen first, this is all of it
  | { type: "terminal.closed"; terminal: string }
  | { type: "terminal.edit"; terminal: string; path: string; machine: string } // `nano FILE`: open it in the editor
  | { type: "file.changed"; machine: string; path: string; exists: boolean }
  | { type: "lesson.progress"; lesson: string; steps: LessonStepProgress[] }
  | { type: "clock"; clock: string; speed: number; paused: boolean }
  | { type: "reset" }
  | { type: "error"; message: string }
  | { type: "pong" };

/** The cluster as the map draws it, by kind; each has an `id`. */
export interface Picture {
  machines: MachineView[];
  nodes: NodeView[];
  services: ServiceView[];
  tasks: TaskView[];
  containers: ContainerView[];
  networks: NetworkView[];
  images: ImageView[];
}
export type PictureChanges = { [K in keyof Picture]?: Picture[K] };

export interface MachineView {
  id: string; // its name
  name: string;
  address: string;
  power: "on" | "off";
  network: "ok" | "cut";
  /** Machines that it is cut off from. */
  cut?: string[];
  /** What its cable adds, ms one way, and the share of packets it loses. */
  latency?: number;
  loss?: number;
  daemon: "up" | "crashed" | "stopped";
  disk?: "full";
  /** Its way to the registry. */
  registry?: "unreachable" | "slow";
}

export interface NodeView {
  id: string;
  machine: string;
  role: "manager" | "worker";
  leader: boolean;
  availability: string;
  state: string;
}

export interface ServiceView {
  id: string;
  name: string;
  stack?: string;
  mode: string;
  replicas: number; // desired
  running: number;
  image: string;
  ports: { published: number; target: number; protocol: string }[];
  networks: string[];
  updateState?: string;
  updateMessage?: string;
}

export interface TaskView {
  id: string;
  serviceId: string;
  name: string; // web.1
  slot: number;
  nodeId?: string;
  machine?: string;
  state: string;
  desiredState: string;
  message: string;
  error?: string;
  image: string;
  version: number; // of the service's spec: tells old tasks from new in a rolling update
  containerId?: string;
  hostname?: string;
  since: string; // RFC 3339
}

export interface ContainerView {
  id: string;
  machine: string;
  name: string;
  image: string;
  state: string;
  status: string; // as docker ps says it
  health?: string;
  taskId?: string;
  hostname: string;
  ports: { published: number; target: number; protocol: string }[];
  networks: string[];
}

export interface NetworkView {
  id: string;
  name: string;
  driver: string;
  scope: string;
  machine?: string;
}

export interface ImageView {
  id: string; // machine + image id
  machine: string;
  imageId: string;
  tags: string[];
  size: number;
}

/** A request that a published port answered: who answered, so that the map can flash it. */
export interface RequestTrace {
  at: string;
  machine: string; // where it entered
  port: number;
  containerId?: string;
  taskId?: string;
  serviceId?: string;
  method: string;
  path: string;
  status: number;
}

export interface LessonStepProgress {
  id: string;
  done: boolean;
  /** What is still missing, one sentence per unmet condition, per language. */
  missing: { en: string; zh: string }[];
}
