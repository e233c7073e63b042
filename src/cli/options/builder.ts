/** The usage lines and option tables of `docker builder` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { exactly, flag, hidden, none } from "../spec";

export const builderBuild: Spec = {
  use: "build [OPTIONS] PATH | URL | -",
  alsoKnownAs: "docker image build, docker build, docker builder build",
  short: "Build an image from a Dockerfile",
  args: exactly(1),
  flags: [
    flag("--add-host", "list", 'Add a custom host-to-IP mapping ("host:ip")'),
    flag("--build-arg", "list", "Set build-time variables"),
    flag("--cache-from", "strings", "Images to consider as cache sources"),
    flag("--cgroup-parent", "string", 'Set the parent cgroup for the "RUN" instructions during build'),
    flag("--compress", "bool", "Compress the build context using gzip"),
    flag("--cpu-period", "int", "Limit the CPU CFS (Completely Fair Scheduler) period"),
    flag("--cpu-quota", "int", "Limit the CPU CFS (Completely Fair Scheduler) quota"),
    flag("-c, --cpu-shares", "int", "CPU shares (relative weight)"),
    flag("--cpuset-cpus", "string", "CPUs in which to allow execution (0-3, 0,1)"),
    flag("--cpuset-mems", "string", "MEMs in which to allow execution (0-3, 0,1)"),
    flag("--disable-content-trust", "bool", "Skip image verification (default true)", "true"),
    flag("-f, --file", "string", 'Name of the Dockerfile (Default is "PATH/Dockerfile")'),
    flag("--force-rm", "bool", "Always remove intermediate containers"),
    flag("--iidfile", "string", "Write the image ID to the file"),
    flag("--isolation", "string", "Container isolation technology"),
    flag("--label", "list", "Set metadata for an image"),
    flag("-m, --memory", "bytes", "Memory limit"),
    flag("--memory-swap", "bytes", "Swap limit equal to memory plus swap: -1 to enable unlimited swap"),
    flag(
      "--network",
      "string",
      'Set the networking mode for the RUN instructions during build (default "default")',
      "default",
    ),
    flag("--no-cache", "bool", "Do not use cache when building the image"),
    flag("--platform", "string", "Set platform if server is multi-platform capable"),
    flag("--pull", "bool", "Always attempt to pull a newer version of the image"),
    flag("-q, --quiet", "bool", "Suppress the build output and print image ID on success"),
    flag("--rm", "bool", "Remove intermediate containers after a successful build (default true)", "true"),
    flag("--security-opt", "strings", "Security options"),
    flag("--shm-size", "bytes", 'Size of "/dev/shm"'),
    hidden(flag("--squash", "bool", "Squash newly built layers into a single new layer")),
    flag("-t, --tag", "list", 'Name and optionally a tag in the "name:tag" format'),
    flag("--target", "string", "Set the target build stage to build."),
    flag("--ulimit", "ulimit", "Ulimit options (default [])"),
  ],
};

export const builderPrune: Spec = {
  use: "prune",
  short: "Remove build cache",
  args: none,
  flags: [
    flag("-a, --all", "bool", "Remove all unused build cache, not just dangling ones"),
    flag("--filter", "filter", 'Provide filter values (e.g. "until=24h")'),
    flag("-f, --force", "bool", "Do not prompt for confirmation"),
    flag("--keep-storage", "bytes", "Amount of disk space to keep for cache"),
  ],
};
