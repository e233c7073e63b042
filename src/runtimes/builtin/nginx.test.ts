import { expect, test } from "vitest";
import { findCatalogImage } from "../../catalog";
import { type FakeOptions, memoryFiles, runProgram, start } from "../testing";
import { nginx } from "./nginx";

const image = Object.fromEntries(
  (findCatalogImage("nginx", "1.27")?.layers ?? [])
    .flatMap((layer) => layer.files)
    .filter((file) => file.type === "file" && /nginx/.test(file.path))
    .map((file) => [file.path, file.content ?? ""]),
);

function serve(files: Record<string, string> = {}, options: FakeOptions = {}) {
  const env = { NGINX_VERSION: "1.27.5", PATH: "/usr/sbin" };
  const running = start(nginx, ["nginx", "-g", "daemon off;"], {
    env,
    files: memoryFiles({ ...image, ...files }),
    ...options,
  });
  const ask = async (path: string, port = 80) => {
    for (let i = 0; i < 20 && !running.ports.has(port); i++) await new Promise((resolve) => setTimeout(resolve, 0));
    const answer = await running.ports.get(port)?.http?.({
      method: "GET",
      path,
      headers: [
        ["Host", "localhost"],
        ["User-Agent", "curl/8"],
      ],
      remoteAddress: "172.17.0.1",
    });
    if (!answer) throw new Error("nobody listens");
    return { ...answer, text: new TextDecoder().decode(answer.body as Uint8Array) };
  };
  return { running, ask };
}

test("serves the image's own page and logs the access", async () => {
  const { running, ask } = serve();
  const answer = await ask("/");
  expect(answer.text).toContain("<title>Welcome to nginx!</title>");
  expect(answer.headers).toContainEqual(["Server", "nginx/1.27.5"]);
  expect(running.stdout.text()).toMatch(
    /^172\.17\.0\.1 - - \[24\/Nov\/2026:04:00:00 \+0000\] "GET \/ HTTP\/1\.1" 200 \d+ "-" "curl\/8" "-"\n$/,
  );
});

test("answers 404 with its own page", async () => {
  const { ask } = serve();
  expect(await ask("/nope")).toMatchObject({
    status: 404,
    text: "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.27.5</center>\r\n</body>\r\n</html>\r\n",
  });
});

test("does not leave its root", async () => {
  const { ask } = serve();
  expect((await ask("/../../../etc/nginx/nginx.conf")).status).toBe(400);
  expect((await ask("/%2e%2e/%2e%2e/etc/nginx/nginx.conf")).status).toBe(400);
});

test("returns, redirects, tries files and passes on to an upstream by turns", async () => {
  const site = `upstream app { server a:5000; server b:5000; }
server {
  listen 8080;
  root /srv;
  location = /health { return 200 "ok\\n"; }
  location /old { return 301 /new; }
  location /api/ { proxy_pass http://app/; proxy_set_header X-Real-IP $remote_addr; }
  location / { try_files $uri /index.html; }
}`;
  const seen: string[] = [];
  const ports: FakeOptions["ports"] = new Map([
    [
      5000,
      {
        http: async (request) => {
          seen.push(`${request.path} ${request.headers.find(([name]) => name === "X-Real-IP")?.[1]}`);
          return { status: 200, headers: [], body: new TextEncoder().encode("app") };
        },
      },
    ],
  ]);
  const { ask } = serve(
    { "/etc/nginx/conf.d/default.conf": site, "/srv/index.html": "home" },
    { ports, hosts: { a: "10.0.0.2", b: "10.0.0.3" } },
  );
  expect((await ask("/health", 8080)).text).toBe("ok\n");
  expect((await ask("/old", 8080)).headers).toContainEqual(["Location", "/new"]);
  expect((await ask("/some/page", 8080)).text).toBe("home");
  expect((await ask("/api/x?y=1", 8080)).text).toBe("app");
  expect(seen).toEqual(["/x?y=1 172.17.0.1"]);
});

test("answers 502 when the upstream is not there", async () => {
  const { ask, running } = serve(
    { "/etc/nginx/conf.d/default.conf": "server { location / { proxy_pass http://web:1; } }" },
    { hosts: { web: "10.0.0.9" } },
  );
  expect((await ask("/")).status).toBe(502);
  expect(running.stderr.text()).toContain("connect() failed (111: Connection refused) while connecting to upstream");
});

test("refuses a broken configuration", async () => {
  const files = memoryFiles({ ...image, "/etc/nginx/conf.d/default.conf": "server {\n  listen 80\n}\n" });
  const { code, stderr } = await runProgram(nginx, ["nginx", "-t"], { files });
  expect([code, stderr]).toEqual([
    1,
    'nginx: [emerg] directive "listen" is not terminated by ";" in /etc/nginx/conf.d/default.conf:3\nnginx: configuration file /etc/nginx/nginx.conf test failed\n',
  ]);
});

test("ends in order on SIGQUIT", async () => {
  const { running, ask } = serve();
  await ask("/");
  running.signal("SIGQUIT");
  expect(await running.exited).toBe(0);
  expect(running.stderr.text()).toContain("signal 3 (SIGQUIT) received, shutting down\n");
});

test.each([
  [
    "upstream app { server nosuch:5000; }",
    'host not found in upstream "nosuch:5000" in /etc/nginx/conf.d/default.conf:1',
  ],
  [
    "server {\n  location / { proxy_pass http://nosuch:3000/x; }\n}",
    'host not found in upstream "nosuch" in /etc/nginx/conf.d/default.conf:2',
  ],
])("does not start with a name that it does not know: %s", async (site, message) => {
  const files = memoryFiles({ ...image, "/etc/nginx/conf.d/default.conf": site });
  const { code, stderr } = await runProgram(nginx, ["nginx"], { files, hosts: {} });
  expect([code, stderr.split("\n").at(-2)]).toEqual([1, `nginx: [emerg] ${message}`]);
});
