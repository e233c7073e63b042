/** The official image of Docker itself: its command line, on Alpine. A daemon inside a container is not simulated. */

import { dir, execForm, file, image, PATH, program, type Step } from "./builders";
import { alpineStep } from "./systems";
import type { CatalogImage } from "./types";

/** Leaves DOCKER_HOST at the mounted socket where there is one, else at the machine `docker`. */
const ENTRYPOINT = `#!/bin/sh
set -eu

# an option, or a subcommand of docker: docker runs it
if [ "\${1#-}" != "$1" ]; then
  set -- docker "$@"
elif docker help "$1" > /dev/null 2>&1; then
  set -- docker "$@"
fi

if [ -z "\${DOCKER_HOST:-}" ]; then
  if [ -S /var/run/docker.sock ]; then
    export DOCKER_HOST=unix:///var/run/docker.sock
  elif [ -n "\${DOCKER_TLS_VERIFY:-}" ]; then
    export DOCKER_HOST=tcp://docker:2376
  else
    export DOCKER_HOST=tcp://docker:2375
  fi
fi

exec "$@"
`;

const DAEMON_ENTRYPOINT = `#!/bin/sh
set -eu
if [ "$#" -eq 0 ] || [ "\${1#-}" != "$1" ]; then
  set -- dockerd "$@"
fi
if [ "$1" != dockerd ]; then
  set -- docker-entrypoint.sh "$@"
fi
exec "$@"
`;

const kit = (by: string, rest: Partial<Step> = {}): Step => ({ by, buildkit: true, ...rest });

const RELEASES: readonly (readonly [version: string, names: readonly string[], created: string])[] = [
  ["28.5.1", ["28.5", "28", ""], "2025-10-08T20:19:27Z"],
  ["27.5.1", ["27.5", "27"], "2025-01-22T20:31:41Z"],
];

function config(version: string, entrypoint: string) {
  return {
    Env: [
      PATH,
      `DOCKER_VERSION=${version}`,
      "DOCKER_BUILDX_VERSION=0.29.1",
      "DOCKER_COMPOSE_VERSION=2.40.0",
      "DOCKER_TLS_CERTDIR=/certs",
    ],
    Cmd: entrypoint === "docker-entrypoint.sh" ? ["sh"] : [],
    Entrypoint: [entrypoint],
    WorkingDir: "/",
  };
}

const cliSteps = (version: string): Step[] => [
  alpineStep("3.22"),
  kit(`CMD ${execForm(["/bin/sh"])}`),
  kit("RUN /bin/sh -c apk add --no-cache ca-certificates openssh-client git # buildkit", {
    size: 28_500_000,
    files: [dir("/certs", 0o1777)],
  }),
  kit(`ENV DOCKER_VERSION=${version}`),
  kit("RUN /bin/sh -c set -eux; install docker # buildkit", {
    size: 40_100_000,
    files: [program("/usr/local/bin/docker", "docker")],
  }),
  kit("RUN /bin/sh -c set -eux; install buildx and compose # buildkit", { size: 115_000_000 }),
  kit("COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", {
    size: 1_330,
    files: [file("/usr/local/bin/docker-entrypoint.sh", ENTRYPOINT, 0o755)],
  }),
  kit("ENV DOCKER_TLS_CERTDIR=/certs"),
  kit("RUN /bin/sh -c mkdir /certs /certs/client && chmod 1777 /certs /certs/client # buildkit", {
    size: 0,
    files: [dir("/certs/client", 0o1777)],
  }),
  kit('ENTRYPOINT ["docker-entrypoint.sh"]'),
  kit('CMD ["sh"]'),
];

const daemonSteps: Step[] = [
  kit("RUN /bin/sh -c set -eux; install docker's daemon # buildkit", { size: 198_000_000 }),
  kit("COPY dockerd-entrypoint.sh /usr/local/bin/ # buildkit", {
    size: 6_280,
    files: [file("/usr/local/bin/dockerd-entrypoint.sh", DAEMON_ENTRYPOINT, 0o755)],
  }),
  kit("VOLUME [/var/lib/docker]"),
  kit("EXPOSE map[2375/tcp:{} 2376/tcp:{}]"),
  kit('ENTRYPOINT ["dockerd-entrypoint.sh"]'),
  kit("CMD []"),
];

const tags = (names: readonly string[], suffix: string) =>
  names.map((name) => (name === "" ? suffix : `${name}-${suffix}`));

export const docker: readonly CatalogImage[] = RELEASES.flatMap(([version, names, created]) => [
  image({
    repository: "docker",
    tags: tags([version, ...names], "cli"),
    created,
    config: config(version, "docker-entrypoint.sh"),
    steps: cliSteps(version),
  }),
  image({
    repository: "docker",
    tags: [...[version, ...names].map((name) => (name === "" ? "latest" : name)), ...tags([version, ...names], "dind")],
    created,
    config: {
      ...config(version, "dockerd-entrypoint.sh"),
      Volumes: { "/var/lib/docker": {} },
      ExposedPorts: { "2375/tcp": {}, "2376/tcp": {} },
    },
    steps: [...cliSteps(version), ...daemonSteps],
  }),
]);
