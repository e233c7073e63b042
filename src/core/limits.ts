/** Every bound of the core in one place, with unit and reason. */

/** Rounds of the loops in one step before it counts as a livelock and is undone. */
export const LIVELOCK_ROUNDS = 1000;

/** Bytes of one file: a student's programs and data are small, the store is not a disk. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** Files of one writable tree (a container's layer, a volume, a build's context). */
export const MAX_TREE_FILES = 20_000;

/** Lines kept of one container's log; older ones go. */
export const MAX_LOG_LINES = 10_000;

/** Bytes kept of one container's log. */
export const MAX_LOG_BYTES = 4 * 1024 * 1024;

/** Bytes of a log line before it is split, as moby's copier (`daemon/logger/copier.go`). */
export const MAX_LOG_LINE = 16 * 1024;

/** Containers of one machine: a loop of `docker run` must not fill the store. */
export const MAX_CONTAINERS = 500;

/** Volumes of one machine. */
export const MAX_VOLUMES = 500;

/** Networks of one machine: the default address pools hold about thirty bridges. */
export const MAX_NETWORKS = 200;

/** Machines of one cluster. */
export const MAX_MACHINES = 64;

/** Commands executed at the same time in one container. */
export const MAX_EXECS = 100;

/** Bytes of a health probe's output that are kept, as moby (`daemon/health.go`). */
export const MAX_PROBE_OUTPUT = 4096;
