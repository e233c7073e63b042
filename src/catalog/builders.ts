/** Small functions that the image tables are written with: files, programs, layers, history lines. */
import type { CatalogConfig, CatalogFile, CatalogHistory, CatalogImage, CatalogLayer } from "./types";

export const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A text file. */
export const file = (path: string, content = "", mode = 0o644): CatalogFile => ({ path, type: "file", mode, content });
/** A directory. */
export const dir = (path: string, mode = 0o755): CatalogFile => ({ path, type: "dir", mode });
/** A symbolic link. */
export const link = (path: string, target: string): CatalogFile => ({ path, type: "symlink", target });
/** An executable that runs the program `name` of the program table. */
export const program = (path: string, name: string): CatalogFile => file(path, `\x7fELFslipway:${name}\n`, 0o755);

/** One build step that made a layer. */
export interface Step {
  readonly by: string;
  readonly size?: number; // absent: an empty layer
  readonly compressed?: number;
  readonly files?: readonly CatalogFile[];
  readonly buildkit?: boolean;
}

/** What an image table gives for one image; the steps make both history and layers. */
export interface ImageSpec {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly created: string;
  readonly config: CatalogConfig;
  readonly steps: readonly Step[];
}

export function image(spec: ImageSpec): CatalogImage {
  const history = spec.steps.map(
    (step): CatalogHistory => ({
      created: spec.created,
      createdBy: step.by,
      ...(step.size === undefined ? { emptyLayer: true } : {}),
      ...(step.buildkit ? { comment: "buildkit.dockerfile.v0" } : {}),
    }),
  );
  const layers = spec.steps.flatMap((step): CatalogLayer[] =>
    step.size === undefined
      ? []
      : [{ size: step.size, compressedSize: step.compressed ?? Math.round(step.size * 0.38), files: step.files ?? [] }],
  );
  const { repository, tags, created, config } = spec;
  return { repository, tags, created, architecture: "amd64", os: "linux", config, history, layers };
}

const TEXT_TOOLS =
  "cat head tail tee yes xargs more awk sed sort uniq cut tr wc diff find basename dirname stat du seq expr od nl paste comm tac split fold expand unexpand rev base64 md5sum sha1sum sha256sum";
const FILE_TOOLS = "ls rm chmod chown chgrp ln cp mv mkdir rmdir touch realpath readlink mktemp mount df sync dd";
const SYSTEM_TOOLS =
  "sleep env printenv id uname date which timeout hostname nohup nice true false whoami nproc arch pwd tty clear reset echo free watch su";
const COMMON = `${TEXT_TOOLS} ${FILE_TOOLS} ${SYSTEM_TOOLS} grep egrep fgrep tar gzip gunzip zcat`.split(" ");

/** What a busybox has and a slim Debian has not; a machine has them too. */
export const PROCESS_TOOLS = "ps top uptime kill killall pgrep pkill pidof who w netstat".split(" ");

/** The tools of a busybox: every one a link to the one binary, as there. */
export function busyboxTools(binary: string, folder: string): CatalogFile[] {
  const names = [
    ...COMMON,
    "wget",
    "ping",
    "nslookup",
    "ip",
    "ifconfig",
    "route",
    "nc",
    "vi",
    "strings",
    "tree",
    "setsid",
    ...PROCESS_TOOLS,
  ];
  return names
    .map((name) => program(`${folder}/${name}`, name))
    .concat(program(binary, "busybox"), program(`${folder}/sh`, "sh"));
}

/** The tools of a slim Debian: coreutils, grep, sed, tar; no curl, no ping, no ps. */
export function debianTools(): CatalogFile[] {
  const outside = new Set(["free", "watch", "vi"]);
  return [
    ...COMMON.filter((name) => !outside.has(name)).map((name) => program(`/usr/bin/${name}`, name)),
    program("/usr/bin/getent", "getent"),
    program("/usr/bin/bash", "bash"),
    program("/usr/bin/dash", "sh"),
    link("/usr/bin/sh", "dash"),
    link("/bin", "usr/bin"),
    link("/sbin", "usr/sbin"),
    dir("/usr/sbin"),
  ];
}

const SYSTEM_DIRS = [
  "/etc",
  "/home",
  "/mnt",
  "/opt",
  "/proc",
  "/run",
  "/srv",
  "/sys",
  "/dev",
  "/usr/local/bin",
  "/var/lib",
  "/var/log",
  "/var/run",
];

/** The directories and account files every system has. */
export function baseFiles(shell: string, release: string, extraUsers: readonly string[] = []): CatalogFile[] {
  return [
    ...SYSTEM_DIRS.map((path) => dir(path)),
    dir("/root", 0o700),
    dir("/tmp", 0o1777),
    file("/etc/os-release", release),
    file(
      "/etc/passwd",
      [
        `root:x:0:0:root:/root:${shell}`,
        "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
        "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
        ...extraUsers,
        "",
      ].join("\n"),
    ),
    file("/etc/group", "root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n"),
    file("/etc/profile", `export ${PATH}\n`),
  ];
}

/** An exec-form instruction as `docker history` shows it. */
export const nop = (text: string) => `/bin/sh -c #(nop)  ${text}`;
/** Docker's quoting of a CMD in history. */
export const execForm = (words: readonly string[]) => `[${words.map((word) => JSON.stringify(word)).join(" ")}]`;
