/**
 * Rows of the engines: one dockerd per machine. Specs are kept as the client gave them, in the Engine API's own JSON
 * (`config`, `hostConfig`); what the engine adds is beside them in our words.
 */
import type { ErrorKind } from "../errors";
import type { Row, TableDefinition } from "../store/schema";
import type { Millis } from "../time/agenda";
import type { ContainerConfig, EndpointSettings, HostConfig, ImageConfig } from "./types";

export interface ContainerRow extends Row {
  readonly id: string; // 64 hex
  readonly machine: string;
  readonly name: string; // without the slash
  readonly createdAt: Millis;
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig; // without the fields that are everybody's: `wholeHostConfig` adds them
  readonly networks: Readonly<Record<string, EndpointSettings>>; // as asked, by network name
  readonly imageId: string; // sha256:...
  readonly image: string; // as the client wrote it
  readonly state: "created" | "running" | "paused" | "restarting" | "exited" | "removing" | "dead";
  readonly exitCode: number;
  readonly error: string;
  readonly oomKilled: boolean;
  readonly startedAt: Millis; // 0 = never
  readonly finishedAt: Millis; // 0 = never
  readonly restartCount: number;
  readonly pid: number; // 0 when not running
  readonly health?: {
    readonly status: "starting" | "healthy" | "unhealthy";
    readonly failingStreak: number;
    readonly log: readonly {
      readonly start: Millis;
      readonly end: Millis;
      readonly exitCode: number;
      readonly output: string;
    }[];
  };
  /** True once a user stopped it: restart policies `always` and `unless-stopped` differ here. */
  readonly stoppedByUser: boolean;
  readonly mounts: readonly MountPoint[];
  /** The swarm task it belongs to, if any; such containers are left alone by restart policies. */
  readonly taskId?: string;
  /** The build it is an intermediate container of, if any; hidden as the real one is while building. */
  readonly buildId?: string;
  /** What the engine does once the process has ended: tell of a `docker stop`, or start it again (`docker restart`). */
  readonly pending?: "stop" | "restart";
  /** It ran when its daemon was stopped: what counts for its restart policy when the daemon starts again. */
  readonly halted?: true;
  /** Current wait of the restart policy; doubles with each quick failure. */
  readonly restartDelay?: Millis;
  /** The network sandbox of the present run. */
  readonly sandboxId?: string;
  /** What its /etc/hosts and /etc/resolv.conf were made from when it was last started. */
  readonly etc?: {
    readonly at: Millis;
    readonly hosts: string; // the lines below those of every container
    readonly embedded: boolean; // the embedded resolver answers
    /** When a change of its networks has shown in them since. */
    readonly hostsAt?: Millis;
    readonly resolverAt?: Millis;
  };
  /** The image's layers at creation (diff ids, bottom first): they outlive a forced removal of the image. */
  readonly layers?: readonly string[];
}

export interface MountPoint {
  readonly type: "volume" | "bind" | "tmpfs";
  readonly name?: string; // volume
  readonly source: string; // host path
  readonly target: string; // path in the container
  readonly tree: string; // of the `files` table: volume:MACHINE/NAME, machine:NAME (with `source` as prefix), tmpfs:CONTAINER/TARGET
  readonly readOnly: boolean;
  readonly mode?: string; // as inspect shows it: "z", "ro", ""
  /** Not shown by inspect: the engine's own files (/etc/hosts, /etc/hostname, /etc/resolv.conf), a `--tmpfs`. */
  readonly internal?: true;
}

export interface ExecRow extends Row {
  readonly id: string; // 64 hex
  readonly containerId: string;
  readonly machine: string;
  readonly config: {
    readonly cmd: readonly string[];
    readonly env: readonly string[];
    readonly tty: boolean;
    readonly attachStdin: boolean;
    readonly attachStdout: boolean;
    readonly attachStderr: boolean;
    readonly detachKeys: string;
    readonly user: string;
    readonly workingDir: string;
    readonly privileged: boolean;
  };
  readonly running: boolean;
  readonly exitCode?: number;
  readonly pid: number;
  readonly started?: true;
  /** Why it could not start, in runc's words. */
  readonly error?: string;
  /** A probe of the health check: when it began and what it said so far. */
  readonly probe?: { readonly start: Millis; readonly output: string };
}

/** An image in one machine's store. */
export interface ImageRow extends Row {
  readonly id: string; // MACHINE/sha256:...
  readonly machine: string;
  readonly imageId: string; // sha256:...
  readonly createdAt: Millis;
  readonly config: ImageConfig;
  readonly architecture: string;
  readonly os: string;
  readonly author: string;
  readonly layers: readonly string[]; // diff ids, sha256:..., bottom first
  readonly history: readonly {
    readonly created: Millis;
    readonly createdBy: string;
    readonly emptyLayer: boolean;
    readonly comment: string;
    readonly author?: string;
  }[];
  readonly parent: string; // image id, "" for pulled ones
  readonly repoTags: readonly string[]; // familiar names with tag: python:2.7-slim
  readonly repoDigests: readonly string[]; // python@sha256:...
  readonly size: number; // bytes, sum of its layers
  readonly lastTagTime: Millis;
  /** How a build step made it, for the cache. */
  readonly cacheKey?: string;
}

/** A layer known to a cluster (content-addressed, shared by machines): built ones have their files in tree `layer:DIFFID`, those of the catalogue lie in the bundle. */
export interface LayerRow extends Row {
  readonly id: string; // diff id, sha256:...
  readonly size: number; // bytes as shown
  readonly source: "tree" | "catalog";
  readonly reference?: string; // catalogue: REPOSITORY:TAG#NUMBER
  readonly digest?: string; // sha256:... of the compressed layer, as a registry knows it
  readonly compressedSize?: number;
  readonly from?: readonly string[]; // repositories (docker.io/library/python) it was pulled from or pushed to
}

/** One log line or part of a line, as the json-file driver keeps it. */
export interface LogRow extends Row {
  readonly id: string; // CONTAINER/NUMBER, number zero-padded to 9
  readonly containerId: string;
  readonly stream: "stdout" | "stderr";
  readonly at: Millis;
  readonly text: string; // with its "\n" when the line is complete
}

/** Where a container's log stands: the numbers of its rows, and the beginnings of lines that have no end yet (bytes as char codes). */
export interface LogHeadRow extends Row {
  readonly id: string; // the container's
  readonly first: number;
  readonly next: number;
  readonly bytes: number;
  readonly open: { readonly stdout?: string; readonly stderr?: string };
}

export interface NetworkRow extends Row {
  readonly id: string; // MACHINE/ID for local ones, MACHINE/ID too for a swarm network that this machine knows
  readonly networkId: string; // 64 hex, or 25 characters for a swarm network
  readonly machine: string;
  readonly name: string;
  readonly driver: string; // bridge host null overlay
  readonly scope: "local" | "swarm";
  readonly createdAt: Millis;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly enableIPv6: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly subnet: string; // 172.17.0.0/16, "" for host and none
  readonly gateway: string;
  readonly ipam: unknown; // as asked, in API JSON
}

export interface VolumeRow extends Row {
  readonly id: string; // MACHINE/NAME
  readonly machine: string;
  readonly name: string;
  readonly driver: string;
  readonly createdAt: Millis;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>> | null;
  readonly anonymous: boolean;
}

/** A pull, push or build that goes on over time. Its progress goes out as `operation.progress` events. */
export interface OperationRow extends Row {
  readonly id: string;
  readonly machine: string;
  readonly kind: "pull" | "push" | "build";
  readonly state: "running" | "done" | "failed";
  readonly error?: string;
  readonly errorCode?: number; // build: exit code of the RUN
  readonly errorKind?: ErrorKind; // how it is answered when nothing was streamed before
  readonly startedAt: Millis;
  readonly data: unknown; // the operation's own state
  /** Of a pull for tasks: the reference, and how many tasks of the machine wait for it. */
  readonly shared?: { readonly reference: string; readonly by: number };
}

/** A line of `docker events`; the newest 256 are kept per machine, as moby does. */
export interface EngineEventRow extends Row {
  readonly id: string; // MACHINE/NUMBER, number zero-padded to 9
  readonly machine: string;
  readonly at: Millis;
  readonly type: string; // container image network volume service node secret config daemon builder
  readonly action: string;
  readonly actor: { readonly id: string; readonly attributes: Readonly<Record<string, string>> };
  readonly scope: "local" | "swarm";
}

declare module "../store/schema" {
  interface Tables {
    containers: ContainerRow;
    execs: ExecRow;
    images: ImageRow;
    layers: LayerRow;
    logs: LogRow;
    logHeads: LogHeadRow;
    networks: NetworkRow;
    volumes: VolumeRow;
    operations: OperationRow;
    engineEvents: EngineEventRow;
  }
}

declare module "../room" {
  interface Events {
    /** One JSON message of Docker's progress streams (pull, push, build), in order. */
    "operation.progress": { operation: string; message: Record<string, unknown> };
    /** A new line of a container's log. */
    "log.written": LogRow;
    /** A new engine event. */
    "engine.event": EngineEventRow;
  }
}

export const engineTables = {
  containers: {
    indexes: {
      machine: (row) => row.machine,
      name: (row) => `${row.machine}/${row.name}`,
      task: (row) => row.taskId,
      image: (row) => `${row.machine}/${row.imageId}`,
    },
  } satisfies TableDefinition<ContainerRow>,
  execs: { indexes: { container: (row) => row.containerId } } satisfies TableDefinition<ExecRow>,
  images: {
    indexes: { machine: (row) => row.machine, content: (row) => row.imageId },
  } satisfies TableDefinition<ImageRow>,
  layers: {} satisfies TableDefinition<LayerRow>,
  logs: { lazy: true, indexes: { container: (row) => row.containerId } } satisfies TableDefinition<LogRow>,
  logHeads: { lazy: true } satisfies TableDefinition<LogHeadRow>,
  networks: {
    indexes: { machine: (row) => row.machine, network: (row) => row.networkId },
  } satisfies TableDefinition<NetworkRow>,
  volumes: { indexes: { machine: (row) => row.machine } } satisfies TableDefinition<VolumeRow>,
  operations: {
    indexes: {
      shared: ({ shared, state, machine }) =>
        shared && state === "running" ? `${machine}/${shared.reference}` : undefined,
    },
  } satisfies TableDefinition<OperationRow>,
  engineEvents: { indexes: { machine: (row) => row.machine } } satisfies TableDefinition<EngineEventRow>,
};
