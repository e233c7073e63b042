/** Images of servers and small demonstrations: nginx, redis, hello-world, whoami, visualizer, node, httpd. */
import { dir, execForm, file, image, PATH, program, type Step } from "./builders";
import { alpineStep, debianStep } from "./systems";
import type { CatalogFile, CatalogImage } from "./types";

const kit = (by: string, more: Partial<Step> = {}): Step => ({ by, buildkit: true, ...more });
const PORT = (name: string) => ({ [name]: {} });

// --- nginx ---------------------------------------------------------------------------------------------------------

const NGINX_PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
body { width: 36em; margin: 2em auto; font-family: sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page says that the web server is installed and answers. Put your own
files into <code>/usr/share/nginx/html</code> to replace it.</p>
</body>
</html>
`;

const NGINX_CONF = `user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;
    sendfile        on;
    keepalive_timeout  65;
    include /etc/nginx/conf.d/*.conf;
}
`;

const NGINX_SITE = `server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

const NGINX_ENTRYPOINT = `#!/bin/sh
if [ "$1" = "nginx" ]; then
  echo "/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/"
  echo "/docker-entrypoint.sh: Configuration complete; ready for start up"
fi
exec "$@"
`;

const nginxFiles: CatalogFile[] = [
  program("/usr/sbin/nginx", "nginx"),
  file("/docker-entrypoint.sh", NGINX_ENTRYPOINT, 0o755),
  dir("/docker-entrypoint.d"),
  file("/etc/nginx/nginx.conf", NGINX_CONF),
  file("/etc/nginx/conf.d/default.conf", NGINX_SITE),
  file("/usr/share/nginx/html/index.html", NGINX_PAGE),
  file("/usr/share/nginx/html/50x.html", "<!DOCTYPE html>\n<title>Error</title>\n<h1>An error occurred.</h1>\n"),
  dir("/var/log/nginx"),
  dir("/var/cache/nginx"),
];

function nginx(version: string, tags: readonly string[], created: string, alpine: boolean): CatalogImage {
  const base = alpine ? alpineStep("3.22") : debianStep("bookworm", true);
  const total = alpine ? 52_800_000 : 192_000_000;
  return image({
    repository: "nginx",
    tags,
    created,
    config: {
      Env: [PATH, `NGINX_VERSION=${version}`, "NJS_VERSION=0.9.1", alpine ? "PKG_RELEASE=1" : "PKG_RELEASE=1~bookworm"],
      Cmd: ["nginx", "-g", "daemon off;"],
      Entrypoint: ["/docker-entrypoint.sh"],
      ExposedPorts: PORT("80/tcp"),
      StopSignal: "SIGQUIT",
      Labels: { maintainer: "NGINX Docker Maintainers <docker-maint@nginx.com>" },
    },
    steps: [
      base,
      kit(`CMD ${execForm([alpine ? "/bin/sh" : "bash"])}`),
      kit("LABEL maintainer=NGINX Docker Maintainers <docker-maint@nginx.com>"),
      kit(`ENV NGINX_VERSION=${version}`),
      kit("RUN /bin/sh -c set -x && install nginx # buildkit", {
        size: total - (base.size ?? 0) - 9_000,
        files: nginxFiles,
      }),
      kit("COPY docker-entrypoint.sh / # buildkit", { size: 1_620 }),
      kit("COPY 10-listen-on-ipv6-by-default.sh /docker-entrypoint.d # buildkit", { size: 2_120 }),
      kit("COPY 20-envsubst-on-templates.sh /docker-entrypoint.d # buildkit", { size: 3_020 }),
      kit('ENTRYPOINT ["/docker-entrypoint.sh"]'),
      kit("EXPOSE map[80/tcp:{}]"),
      kit("STOPSIGNAL SIGQUIT"),
      kit(`CMD ${execForm(["nginx", "-g", "daemon off;"])}`),
    ],
  });
}

// --- redis ---------------------------------------------------------------------------------------------------------

const REDIS_ENTRYPOINT = `#!/bin/sh
set -e
case "$1" in
  -*|*.conf) set -- redis-server "$@" ;;
esac
exec "$@"
`;

function redis(version: string, tags: readonly string[], created: string, alpine: boolean): CatalogImage {
  const base = alpine ? alpineStep("3.21") : debianStep("bookworm", true);
  const total = alpine ? 41_400_000 : version.startsWith("8") ? 137_000_000 : 117_000_000;
  return image({
    repository: "redis",
    tags,
    created,
    config: {
      Env: [
        PATH,
        `REDIS_VERSION=${version}`,
        `REDIS_DOWNLOAD_URL=http://download.redis.io/releases/redis-${version}.tar.gz`,
      ],
      Cmd: ["redis-server"],
      Entrypoint: ["docker-entrypoint.sh"],
      WorkingDir: "/data",
      ExposedPorts: PORT("6379/tcp"),
      Volumes: { "/data": {} },
    },
    steps: [
      base,
      kit(`CMD ${execForm([alpine ? "/bin/sh" : "bash"])}`),
      kit("RUN /bin/sh -c set -eux; add group and user redis # buildkit", { size: 4_100, files: [dir("/data")] }),
      kit(`ENV REDIS_VERSION=${version}`),
      kit("RUN /bin/sh -c set -eux; build redis # buildkit", {
        size: total - (base.size ?? 0) - 5_000,
        files: ["redis-server", "redis-cli"].map((name) => program(`/usr/local/bin/${name}`, name)),
      }),
      kit("VOLUME [/data]"),
      kit("WORKDIR /data", { size: 0, compressed: 93 }),
      kit("COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", {
        size: 661,
        files: [file("/usr/local/bin/docker-entrypoint.sh", REDIS_ENTRYPOINT, 0o755)],
      }),
      kit('ENTRYPOINT ["docker-entrypoint.sh"]'),
      kit("EXPOSE map[6379/tcp:{}]"),
      kit('CMD ["redis-server"]'),
    ],
  });
}

// --- the small ones ------------------------------------------------------------------------------------------------

const helloWorld = image({
  repository: "hello-world",
  tags: ["latest", "linux"],
  created: "2025-08-08T19:05:17Z",
  config: { Env: [PATH], Cmd: ["/hello"], WorkingDir: "/" },
  steps: [
    kit("COPY hello / # buildkit", { size: 10_072, compressed: 2_380, files: [program("/hello", "hello")] }),
    kit('CMD ["/hello"]'),
  ],
});

const whoami = image({
  repository: "traefik/whoami",
  tags: ["latest", "v1.11.0", "v1.11", "v1.10", "v1.10.4"],
  created: "2025-04-18T21:05:05Z",
  config: { Env: [PATH], Entrypoint: ["/whoami"], ExposedPorts: PORT("80/tcp"), WorkingDir: "/" },
  steps: [
    kit("COPY /usr/share/zoneinfo /usr/share/zoneinfo # buildkit", { size: 1_430_000 }),
    kit("COPY /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ # buildkit", { size: 220_000 }),
    kit("COPY whoami / # buildkit", {
      size: 5_550_000,
      files: [program("/whoami", "whoami-server"), dir("/etc"), dir("/tmp", 0o1777)],
    }),
    kit('ENTRYPOINT ["/whoami"]'),
    kit("EXPOSE map[80/tcp:{}]"),
  ],
});

const NODES: readonly (readonly [version: string, major: string, extra: string[], created: string])[] = [
  ["20.19.5", "20", [], "2025-09-08T23:47:01Z"],
  ["22.21.0", "22", ["lts"], "2025-10-21T18:32:24Z"],
  ["24.10.0", "24", [], "2025-10-08T18:00:00Z"],
  ["25.0.0", "25", ["latest", "current"], "2025-10-16T18:00:00Z"],
];

const nodes = NODES.flatMap(([version, major, extra, created]) =>
  (["", "-slim", "-alpine"] as const).map((flavour) => {
    const base = flavour === "-alpine" ? alpineStep("3.22") : debianStep("bookworm", flavour === "-slim");
    const total = flavour === "-alpine" ? 165_000_000 : flavour === "-slim" ? 229_000_000 : 1_120_000_000;
    const names = [major, version, ...extra.filter((name) => name !== "latest" || flavour === "")];
    const slim = extra.includes("latest") && flavour !== "" ? [flavour.slice(1)] : [];
    return image({
      repository: "node",
      tags: [...names.map((name) => (name === "latest" ? name : `${name}${flavour}`)), ...slim],
      created,
      config: {
        Env: [PATH, `NODE_VERSION=${version}`, "YARN_VERSION=1.22.22"],
        Cmd: ["node"],
        Entrypoint: ["docker-entrypoint.sh"],
      },
      steps: [
        base,
        kit(`ENV NODE_VERSION=${version}`),
        kit("RUN /bin/sh -c install node # buildkit", {
          size: total - (base.size ?? 0) - 388,
          files: [program("/usr/local/bin/node", "node"), dir("/home/node")],
        }),
        kit("COPY docker-entrypoint.sh /usr/local/bin/ # buildkit", {
          size: 388,
          files: [
            file(
              "/usr/local/bin/docker-entrypoint.sh",
              '#!/bin/sh\nset -e\nif [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ]; then\n  set -- node "$@"\nfi\nexec "$@"\n',
              0o755,
            ),
          ],
        }),
        kit('ENTRYPOINT ["docker-entrypoint.sh"]'),
        kit('CMD ["node"]'),
      ],
    });
  }),
);

const visualizer = image({
  repository: "dockersamples/visualizer",
  tags: ["latest", "stable"],
  created: "2021-11-16T16:24:05Z",
  config: {
    Env: [PATH, "NODE_VERSION=16.13.0", "MS=1000", "CTX_ROOT=/"],
    Cmd: ["npm", "start"],
    Entrypoint: ["/sbin/tini", "--"],
    WorkingDir: "/app",
    ExposedPorts: PORT("8080/tcp"),
  },
  steps: [
    { ...alpineStep("3.18"), size: 5_600_000 },
    kit("RUN /bin/sh -c apk --no-cache add tini # buildkit", { size: 25_000, files: [program("/sbin/tini", "tini")] }),
    kit("COPY . . # buildkit", {
      size: 110_000_000,
      files: [program("/usr/local/bin/npm", "visualizer"), dir("/app")],
    }),
    kit("EXPOSE map[8080/tcp:{}]"),
    kit('ENTRYPOINT ["/sbin/tini" "--"]'),
    kit('CMD ["npm" "start"]'),
  ],
});

export const servers: readonly CatalogImage[] = [
  nginx("1.29.2", ["latest", "1", "1.29", "1.29.2", "mainline", "bookworm"], "2025-10-07T17:30:11Z", false),
  nginx(
    "1.29.2",
    ["alpine", "1-alpine", "1.29-alpine", "1.29.2-alpine", "mainline-alpine"],
    "2025-10-07T17:31:02Z",
    true,
  ),
  nginx("1.28.0", ["stable", "1.28", "1.28.0"], "2025-04-23T17:58:49Z", false),
  nginx("1.28.0", ["stable-alpine", "1.28-alpine"], "2025-04-23T17:58:49Z", true),
  nginx("1.27.5", ["1.27", "1.27.5"], "2025-04-16T14:50:31Z", false),
  nginx("1.27.5", ["1.27-alpine", "1.27.5-alpine"], "2025-04-16T14:50:31Z", true),
  nginx("1.26.3", ["1.26", "1.26.3"], "2025-02-05T21:27:16Z", false),
  nginx("1.25.5", ["1.25", "1.25.5"], "2024-04-16T14:29:59Z", false),
  nginx("1.25.5", ["1.25-alpine", "1.25.5-alpine"], "2024-04-16T14:29:59Z", true),
  redis("8.2.2", ["latest", "8", "8.2", "8.2.2", "bookworm"], "2025-10-03T17:56:31Z", false),
  redis("8.2.2", ["alpine", "8-alpine", "8.2-alpine"], "2025-10-03T17:56:31Z", true),
  redis("7.4.6", ["7", "7.4", "7.4.6"], "2025-10-03T17:56:31Z", false),
  redis("7.4.6", ["7-alpine", "7.4-alpine"], "2025-10-03T17:56:31Z", true),
  redis("7.2.11", ["7.2", "7.2.11"], "2025-10-03T17:56:31Z", false),
  redis("7.2.11", ["7.2-alpine"], "2025-10-03T17:56:31Z", true),
  redis("6.2.20", ["6", "6.2"], "2025-10-03T17:56:31Z", false),
  redis("6.2.20", ["6-alpine", "6.2-alpine"], "2025-10-03T17:56:31Z", true),
  helloWorld,
  whoami,
  visualizer,
  ...nodes,
];
