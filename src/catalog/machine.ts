/**
 * What a machine's disk holds before anybody writes to it: the host of a student, a small Debian with Docker, curl and
 * the usual tools. Containers see nothing of it but what they mount.
 */
import { baseFiles, debianTools, dir, file, PATH, PROCESS_TOOLS, program } from "./builders";
import type { CatalogFile } from "./types";

const RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
`;

/** Beyond what a slim Debian has. */
const MORE_TOOLS =
  "curl wget ping nslookup dig nc ip ifconfig route free watch ss tree jq less vi vim nano edit code strings sudo su mount ssh scp docker-machine";

const HOSTS = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
`;

export const machineFiles: readonly CatalogFile[] = [
  ...baseFiles("/bin/bash", RELEASE),
  ...debianTools(),
  ...[...MORE_TOOLS.split(" "), ...PROCESS_TOOLS].map((name) => program(`/usr/bin/${name}`, name)),
  program("/usr/bin/docker", "docker"),
  file("/etc/hosts", HOSTS),
  file("/etc/shells", "/bin/sh\n/bin/bash\n"),
  file("/etc/environment", `${PATH}\n`),
  dir("/etc/docker"),
  dir("/var/lib/docker", 0o711),
  file("/etc/group", "root:x:0:\ndaemon:x:1:\ndocker:x:999:\nnogroup:x:65534:\n"),
  // Where the daemon listens; what containers mount to talk to it.
  { path: "/var/run/docker.sock", type: "socket", mode: 0o660, gid: 999 },
];
