/**
 * What checks may look at: a small snapshot of one cluster. The host fills it from the core's store; tests by hand.
 * Names are familiar ones (`friendlyhello:latest`, not `docker.io/library/...`).
 */

export interface LessonView {
  /** Text of a file in the student's home on the first machine; PATH relative to home or absolute. */
  readFile(path: string): string | undefined;
  images: LessonImage[];
  containers: LessonContainer[];
  services: LessonService[];
  tasks: LessonTask[];
  /** True while the first machine is part of a swarm. */
  swarmActive: boolean;
  /** Names with tag in the registry that students pushed. */
  pushed: string[];
}

export interface LessonImage {
  id: string;
  tags: string[];
  exposedPorts: string[]; // 80/tcp
  env: string[];
  workdir: string;
  command: string[];
}

export interface LessonContainer {
  id: string;
  image: string; // as the client wrote it, with its tag
  running: boolean;
  ports: { published: number; target: number }[];
  taskId?: string;
}

export interface LessonService {
  id: string;
  name: string;
  image: string; // without digest
  replicas: number;
  updatedAt: number; // ms of the cluster's clock; of the last change of its spec
  published: number[];
  networks: string[]; // names
  cpus: number; // limit, 0 = none
  memory: number; // bytes, limit, 0 = none
}

export interface LessonTask {
  id: string;
  serviceId: string;
  state: string; // running, shutdown, ...
  desiredState: string;
  image: string; // without digest
  createdAt: number;
}

/** A request that a published port answered. */
export interface LessonRequest {
  port: number;
  status: number;
  containerId?: string;
  serviceId?: string;
  /** Of the task that answered, without digest: tells an answer of the new version from one of the old. */
  image?: string;
}

/**
 * What a cluster's past has shown so far, as JSON: kept by the host with the cluster, emptied by a reset. It grows with the
 * number of different things seen, never with the number of events.
 */
export interface LessonMemory {
  /** Familiar names of images that containers were seen running from, with the ports they published. */
  started: { image: string; ports: { published: number; target: number }[] }[];
  /** Images of containers (not tasks) that were seen running and later not. */
  stopped: string[];
  /** Containers (not tasks) running at the last look: id to image. */
  up: Record<string, string>;
  swarm: "never" | "active" | "left";
  /** By service name: every image its tasks were seen running, oldest first; and whether it is gone. */
  services: Record<string, { id: string; images: string[]; gone: boolean }>;
  /** Who answered with a status below 400, by port: containers of `docker run`, containers of tasks, and those after an update. */
  answers: Record<string, { containers: string[]; tasks: string[]; updated: string[] }>;
}
