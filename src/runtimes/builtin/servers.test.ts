import { describe, expect, it } from "vitest";
import { memoryFiles, runProgram, start } from "../testing";
import { servers } from "./index";

const CONF = "events {}\nhttp { include /etc/nginx/conf.d/*.conf; }\n";
const SITE = "server {\n  listen 80;\n  location / { root /usr/share/nginx/html; index index.html; }\n}\n";
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

function program(name: string) {
  const found = servers[name];
  if (!found) throw new Error(`no program ${name}`);
  return found;
}

async function get(running: ReturnType<typeof start>, path: string) {
  const headers = [["Host", "localhost"]] as const;
  const answer = await running.sys.net.http({
    url: `http://localhost${path}`,
    method: "GET",
    path,
    headers,
    remoteAddress: "",
  });
  return { status: answer.status, body: await new Response(answer.body as BodyInit).text() };
}

describe("the servers of the catalog", () => {
  it("nginx serves its files, knows what is missing and ends with 0 on SIGQUIT", async () => {
    const files = memoryFiles({
      "/etc/nginx/nginx.conf": CONF,
      "/etc/nginx/conf.d/default.conf": SITE,
      "/usr/share/nginx/html/index.html": "<h1>Hi</h1>\n",
    });
    const running = start(program("nginx"), ["nginx", "-g", "daemon off;"], { files });
    await settle();
    expect(await get(running, "/")).toEqual({ status: 200, body: "<h1>Hi</h1>\n" });
    expect((await get(running, "/nope")).status).toBe(404);
    files.rm("/usr/share/nginx/html/index.html");
    expect((await get(running, "/")).status).toBe(403);
    expect(running.stdout.text()).toContain('"GET /nope HTTP/1.1" 404');
    expect(running.stderr.text()).toContain("start worker process");
    running.signal("SIGQUIT");
    expect(await running.exited).toBe(0);
  });

  it("whoami tells its name, its addresses and the request", async () => {
    const running = start(program("whoami-server"), ["/whoami"], { hostname: "web1" });
    await settle();
    const { body } = await get(running, "/");
    expect(body).toMatch(/^Hostname: web1\nIP: 127\.0\.0\.1\n/);
    expect(body).toContain("IP: 172.17.0.2\n");
    expect(body).toMatch(/GET \/ HTTP\/1\.1\r?\nHost: localhost\r?\n/);
    running.kill();
  });

  it("httpd serves files and index pages, redirects to a directory and says what was not found", async () => {
    const files = memoryFiles({});
    files.mkdir("/www/docs", { recursive: true });
    files.writeFile("/www/index.html", "<p>home</p>\n");
    files.writeFile("/www/a.txt", "text\n");
    const running = start(program("httpd"), ["httpd", "-f", "-v", "-p", "80", "-h", "/www"], { files });
    await settle();
    expect(await get(running, "/")).toEqual({ status: 200, body: "<p>home</p>\n" });
    expect(await get(running, "/a.txt")).toEqual({ status: 200, body: "text\n" });
    expect((await get(running, "/docs")).status).toBe(302);
    expect((await get(running, "/../etc/passwd")).status).not.toBe(200);
    expect(await get(running, "/docs/")).toEqual({
      status: 404,
      body: "<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1>\nThe requested URL was not found\n</BODY></HTML>\n",
    });
    expect(running.stderr.text()).toContain(": response:404\n");
    running.signal("SIGTERM");
    expect(await running.exited).toBe(143);
  });

  it("hello greets and ends", async () => {
    const { code, stdout } = await runProgram(program("hello"), ["/hello"]);
    expect([code, stdout.split("\n")[1]]).toEqual([0, "Hello from Docker!"]);
  });
});
