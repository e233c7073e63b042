/** The usage lines and option tables of `docker image` commands, as docker 28.2.2 prints them. */

import type { Spec } from "../spec";
import { atLeast, atMost, exactly, flag, hidden, none } from "../spec";
import { JSON_FORMAT, TABLE_FORMAT } from "./format-help";

export const images: Spec = {
  use: "images [OPTIONS] [REPOSITORY[:TAG]]",
  alsoKnownAs: "docker image ls, docker image list, docker images",
  short: "List images",
  args: atMost(1),
  flags: [
    flag("-a, --all", "bool", "Show all images (default hides intermediate images)"),
    flag("--digests", "bool", "Show digests"),
    flag("-f, --filter", "filter", "Filter output based on conditions provided"),
    flag("--format", "string", TABLE_FORMAT),
    flag("--no-trunc", "bool", "Don't truncate output"),
    flag("-q, --quiet", "bool", "Only show image IDs"),
    flag("--tree", "bool", "List multi-platform images as a tree (EXPERIMENTAL)"),
  ],
};

export const imageBuild: Spec = {
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

export const imageHistory: Spec = {
  use: "history [OPTIONS] IMAGE",
  alsoKnownAs: "docker image history, docker history",
  short: "Show the history of an image",
  args: exactly(1),
  flags: [
    flag("--format", "string", TABLE_FORMAT),
    flag("-H, --human", "bool", "Print sizes and dates in human readable format (default true)", "true"),
    flag("--no-trunc", "bool", "Don't truncate output"),
    flag(
      "--platform",
      "string",
      'Show history for the given platform. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ),
    flag("-q, --quiet", "bool", "Only show image IDs"),
  ],
};

export const imageImport: Spec = {
  use: "import [OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
  alsoKnownAs: "docker image import, docker import",
  short: "Import the contents from a tarball to create a filesystem image",
  args: atLeast(1),
  flags: [
    flag("-c, --change", "list", "Apply Dockerfile instruction to the created image"),
    flag("-m, --message", "string", "Set commit message for imported image"),
    flag("--platform", "string", "Set platform if server is multi-platform capable"),
  ],
};

export const imageInspect: Spec = {
  use: "inspect [OPTIONS] IMAGE [IMAGE...]",
  short: "Display detailed information on one or more images",
  args: atLeast(1),
  flags: [
    flag("-f, --format", "string", JSON_FORMAT),
    flag(
      "--platform",
      "string",
      "Inspect a specific platform of the multi-platform image.\nIf the image or the server is not multi-platform capable, the command will error out if the platform does not match.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ),
  ],
};

export const imageLoad: Spec = {
  use: "load [OPTIONS]",
  alsoKnownAs: "docker image load, docker load",
  short: "Load an image from a tar archive or STDIN",
  args: none,
  flags: [
    flag("-i, --input", "string", "Read from tar archive file, instead of STDIN"),
    flag(
      "--platform",
      "string",
      'Load only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ),
    flag("-q, --quiet", "bool", "Suppress the load output"),
  ],
};

export const imageLs: Spec = {
  use: "ls [OPTIONS] [REPOSITORY[:TAG]]",
  aliases: ["list"],
  alsoKnownAs: "docker image ls, docker image list, docker images",
  short: "List images",
  args: atMost(1),
  flags: [
    flag("-a, --all", "bool", "Show all images (default hides intermediate images)"),
    flag("--digests", "bool", "Show digests"),
    flag("-f, --filter", "filter", "Filter output based on conditions provided"),
    flag("--format", "string", TABLE_FORMAT),
    flag("--no-trunc", "bool", "Don't truncate output"),
    flag("-q, --quiet", "bool", "Only show image IDs"),
    flag("--tree", "bool", "List multi-platform images as a tree (EXPERIMENTAL)"),
  ],
};

export const imagePrune: Spec = {
  use: "prune [OPTIONS]",
  short: "Remove unused images",
  args: none,
  flags: [
    flag("-a, --all", "bool", "Remove all unused images, not just dangling ones"),
    flag("--filter", "filter", 'Provide filter values (e.g. "until=<timestamp>")'),
    flag("-f, --force", "bool", "Do not prompt for confirmation"),
  ],
};

export const imagePull: Spec = {
  use: "pull [OPTIONS] NAME[:TAG|@DIGEST]",
  alsoKnownAs: "docker image pull, docker pull",
  short: "Download an image from a registry",
  args: exactly(1),
  flags: [
    flag("-a, --all-tags", "bool", "Download all tagged images in the repository"),
    flag("--disable-content-trust", "bool", "Skip image verification (default true)", "true"),
    flag("--platform", "string", "Set platform if server is multi-platform capable"),
    flag("-q, --quiet", "bool", "Suppress verbose output"),
  ],
};

export const imagePush: Spec = {
  use: "push [OPTIONS] NAME[:TAG]",
  alsoKnownAs: "docker image push, docker push",
  short: "Upload an image to a registry",
  args: exactly(1),
  flags: [
    flag("-a, --all-tags", "bool", "Push all tags of an image to the repository"),
    flag("--disable-content-trust", "bool", "Skip image signing (default true)", "true"),
    flag(
      "--platform",
      "string",
      "Push a platform-specific manifest as a single-platform image to the registry.\nImage index won't be pushed, meaning that other manifests, including attestations won't be preserved.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ),
    flag("-q, --quiet", "bool", "Suppress verbose output"),
  ],
};

export const imageRm: Spec = {
  use: "rm [OPTIONS] IMAGE [IMAGE...]",
  aliases: ["remove"],
  alsoKnownAs: "docker image rm, docker image remove, docker rmi",
  short: "Remove one or more images",
  args: atLeast(1),
  flags: [
    flag("-f, --force", "bool", "Force removal of the image"),
    flag("--no-prune", "bool", "Do not delete untagged parents"),
    flag(
      "--platform",
      "strings",
      'Remove only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ),
  ],
};

export const imageSave: Spec = {
  use: "save [OPTIONS] IMAGE [IMAGE...]",
  alsoKnownAs: "docker image save, docker save",
  short: "Save one or more images to a tar archive (streamed to STDOUT by default)",
  args: atLeast(1),
  flags: [
    flag("-o, --output", "string", "Write to a file, instead of STDOUT"),
    flag(
      "--platform",
      "string",
      'Save only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ),
  ],
};

export const imageTag: Spec = {
  use: "tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
  alsoKnownAs: "docker image tag, docker tag",
  short: "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
  args: exactly(2),
  interspersed: false,
  flags: [],
};

export const rmi: Spec = {
  use: "rmi [OPTIONS] IMAGE [IMAGE...]",
  alsoKnownAs: "docker image rm, docker image remove, docker rmi",
  short: "Remove one or more images",
  args: atLeast(1),
  flags: [
    flag("-f, --force", "bool", "Force removal of the image"),
    flag("--no-prune", "bool", "Do not delete untagged parents"),
    flag(
      "--platform",
      "strings",
      'Remove only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ),
  ],
};
