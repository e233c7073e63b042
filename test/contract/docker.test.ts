/** The Docker Engine API under `/c/ID`, and published ports under `/p/ID` and on hosts of their own. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCluster, fetchLocal, type TestCluster } from "../support/cluster";
import { type Server, startServer } from "../support/server";

let server: Server;
let cluster: TestCluster;
beforeAll(async () => {
  server = await startServer();
  cluster = await createCluster(server.origin, { machines: 2 });
});
afterAll(() => server.stop());

describe("a machine's daemon", () => {
  it.each(["/_ping", "/v1.47/_ping"])("answers %s", async (path) => {
    const answer = await cluster.docker("GET", path);
    expect([answer.status, await answer.text(), answer.headers.get("api-version")]).toEqual([200, "OK", "1.51"]);
  });

  it("is the first machine's, or that of the machine named", async () => {
    const name = async (machine?: string): Promise<string> =>
      ((await (await cluster.docker("GET", "/v1.51/info", undefined, machine)).json()) as { Name: string }).Name;
    expect([await name(), await name("node2")]).toEqual(["node1", "node2"]);
    expect((await cluster.docker("GET", "/_ping", undefined, "node9")).status).toBe(404);
  });

  it("says so where there is no cluster", async () => {
    const answer = await fetch(`${server.origin}/c/${"a".repeat(26)}/_ping`);
    expect([answer.status, await answer.json()]).toEqual([404, { message: "no such cluster" }]);
  });

  it("refuses a page it does not have in Docker's words", async () => {
    const answer = await cluster.docker("GET", "/v1.51/nothing");
    expect([answer.status, await answer.json()]).toEqual([404, { message: "page not found" }]);
  });

  it("takes a hijack: the client is upgraded and talks both ways at once", async () => {
    await cluster.run("docker run -d --name talker alpine sleep 1000");
    const created = await cluster.docker("POST", "/v1.51/containers/talker/exec", {
      Cmd: ["cat"],
      AttachStdin: true,
      AttachStdout: true,
      Tty: true,
    });
    const { Id } = (await created.json()) as { Id: string };
    const text = await hijack(
      `/c/${cluster.id}/v1.51/exec/${Id}/start`,
      '{"Detach":false,"Tty":true}',
      "hello there\n",
    );
    expect(text).toMatch(/^HTTP\/1\.1 101 UPGRADED\r\n/);
    expect(text).toContain("Upgrade: tcp");
    expect(text).toContain("hello there");
  });

  it("refuses a hijack with an ordinary answer", async () => {
    const text = await hijack(`/c/${cluster.id}/v1.51/containers/missing/attach?stream=1&stdout=1`, "", "");
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
    expect(text).toContain("No such container: missing");
  });
});

describe("a published port", () => {
  beforeAll(async () => {
    await cluster.run("docker run -d -p 8080:80 --name who traefik/whoami");
  });
  const host = (port: number): string => `http://${port}--${cluster.id}.localhost:${server.port}`;

  it("is reached by path, with method, path, query and body", async () => {
    const answer = await fetch(`${server.origin}/p/${cluster.id}/8080/a/b?c=d`, { method: "POST", body: "x" });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("POST /a/b?c=d HTTP/1.1");
  });

  it("is reached by a host of its own", async () => {
    expect(await (await fetchLocal(`${host(8080)}/x?y`)).text()).toContain("GET /x?y HTTP/1.1");
  });

  it("is reached inside by name, address and localhost", async () => {
    for (const [machine, url] of [
      ["node1", "http://localhost:8080"],
      ["node2", "http://node1:8080"],
      ["node2", "http://192.168.99.101:8080"],
    ] as const)
      expect(await cluster.run(`curl -4 -s ${url}`, { machine })).toContain("GET / HTTP/1.1");
  });

  it("answers 502 with a plain sentence where nobody publishes it", async () => {
    for (const url of [
      `${server.origin}/p/${cluster.id}/4999/`,
      `${host(4999)}/`,
      `${server.origin}/p/node2@${cluster.id}/8080/`,
    ]) {
      const answer = await fetchLocal(url);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([502, "text/plain; charset=utf-8"]);
      expect(await answer.text()).toMatch(/^Nothing on node\d publishes port \d+/);
    }
  });

  it("never runs with the application's origin and cookies", async () => {
    const answer = await fetch(`${server.origin}/p/${cluster.id}/8080/`, { headers: { Cookie: "session=secret" } });
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("sandbox allow-scripts");
    expect(policy).not.toContain("allow-same-origin");
    expect(await answer.text()).not.toContain("secret");
    const worker = await fetch(`${server.origin}/p/${cluster.id}/8080/sw.js`, {
      headers: { "Service-Worker": "script" },
    });
    expect(worker.status).toBe(403);
  });
});

/** A request with `Upgrade: tcp`, what is said after it, and everything that comes back until the other side ends. */
function hijack(path: string, body: string, said: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: server.port, host: "localhost", allowHalfOpen: true });
    let heard = "";
    socket.setEncoding("utf8");
    socket.on("error", reject);
    socket.on("data", (part: string) => {
      heard += part;
    });
    socket.on("end", () => {
      socket.end();
      resolve(heard);
    });
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    socket.end(said);
  });
}
