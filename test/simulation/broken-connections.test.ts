/** What a client sees of a request whose server dies, or whose way is cut, before the answer. */
import { expect, it } from "vitest";
import { type HostCluster, hostCluster } from "../support/host";

/** Answers after ten seconds. */
const SLOW = `
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
class Slow(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(10)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'late\\n')
HTTPServer(('', 80), Slow).serve_forever()
`;

async function slowServer(cluster: HostCluster): Promise<void> {
  await cluster.put("root/app/slow.py", SLOW);
  await cluster.put("root/app/Dockerfile", "FROM python:3.12-slim\nCOPY slow.py .\nEXPOSE 80\nCMD python slow.py\n");
  await cluster.run("docker build -t slow /root/app");
  await cluster.run("docker run -d --name slow -p 8080:80 slow");
  await cluster.advance(2_000);
}

it("ends a request whose server is killed: an empty reply", async () => {
  const cluster = await hostCluster();
  await slowServer(cluster);
  const answer = cluster.exec("curl http://localhost:8080/");
  await cluster.advance(1_000);
  await cluster.docker("/containers/json");
  expect((await cluster.fetch("/c/test/containers/slow/kill", { method: "POST" })).status).toBe(204);
  expect(await answer).toMatchObject({ exitCode: 52, stderr: expect.stringContaining("(52) Empty reply from server") });
});

it("answers 502 at once from outside when the server dies", async () => {
  const cluster = await hostCluster();
  await slowServer(cluster);
  const answer = cluster.get("node1", 8080);
  await cluster.advance(1_000);
  await cluster.fetch("/c/test/containers/slow/kill", { method: "POST" });
  expect((await answer).status).toBe(502);
});

it("gives up a slow answer after --max-time", async () => {
  const cluster = await hostCluster();
  await slowServer(cluster);
  const { exitCode, stderr } = await cluster.exec("curl -sS -m 3 http://localhost:8080/");
  expect([exitCode, stderr]).toEqual([
    28,
    expect.stringMatching(/^curl: \(28\) Operation timed out after 3\d\d\d milliseconds/),
  ]);
});

/** The slow server as a service on node2, asked through node1. */
async function slowService(): Promise<HostCluster> {
  const cluster = await hostCluster({ machines: 2 });
  await cluster.swarm();
  await cluster.put("root/app/slow.py", SLOW);
  await cluster.put("root/app/Dockerfile", "FROM python:3.12-slim\nCOPY slow.py .\nCMD python slow.py\n");
  await cluster.run("docker build -t slow /root/app");
  await cluster.run("docker save -o /root/slow.tar slow");
  await cluster.run("scp /root/slow.tar node2:/root/slow.tar");
  await cluster.run("docker load -i /root/slow.tar", "node2");
  await cluster.run("docker service create -d --name slow -p 8080:80 --constraint node.role==worker slow");
  await cluster.advance(20_000);
  return cluster;
}

const machine = (cluster: HostCluster, name: string, change: object) =>
  cluster.fetch(`/api/clusters/test/machines/${name}`, { method: "POST", body: JSON.stringify(change) });

it("brings the answer when a cut between the machines heals", async () => {
  const cluster = await slowService();
  const began = cluster.exec("curl -s -w '%{time_total}' http://localhost:8080/");
  await cluster.advance(2_000);
  await machine(cluster, "node2", { network: "cut" });
  await cluster.advance(18_000);
  await machine(cluster, "node2", { network: "ok" });
  await cluster.advance(2_000);
  expect((await began).stdout).toMatch(/^late\n2\d\./);
});

it("waits for a machine without power until the client gives up", async () => {
  const cluster = await slowService();
  const began = cluster.exec("curl -sS -m 60 http://localhost:8080/");
  await cluster.advance(2_000);
  await machine(cluster, "node2", { power: "off" });
  const { exitCode, stderr } = await began;
  expect([exitCode, stderr]).toEqual([28, expect.stringContaining("Operation timed out after 60")]);
});

it("learns in the end that a machine without power is silent", async () => {
  const cluster = await slowService();
  const began = cluster.exec("curl -sS http://localhost:8080/");
  await cluster.advance(2_000);
  await machine(cluster, "node2", { power: "off" });
  await cluster.advance(600_000);
  expect(await began).toMatchObject({ exitCode: 56, stderr: "curl: (56) Recv failure: Connection timed out\n" });
});

it("has no answer from a machine that is off", async () => {
  const cluster = await hostCluster({ machines: 2 });
  await machine(cluster, "node2", { power: "off" });
  const answer = await cluster.get("node2", 8080);
  expect([answer.status, await answer.text()]).toEqual([504, "node2 is off: nothing answers there.\n"]);
});

it("has no search without a registry", async () => {
  const cluster = await hostCluster();
  await machine(cluster, "node1", { registry: "unreachable" });
  const { stderr } = await cluster.exec("docker search nginx");
  expect(stderr).toBe(
    'Error response from daemon: Get "https://index.docker.io/v1/search?q=nginx&n=25": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)\n',
  );
});

it("nginx answers what it has begun before it ends", async () => {
  const cluster = await hostCluster();
  await slowServer(cluster);
  const site = "server { listen 80; location / { proxy_pass http://slow; } }";
  await cluster.put("root/site/default.conf", site);
  await cluster.run("docker network create net && docker network connect net slow");
  await cluster.run("docker run -d --name front --network net -p 8081:80 -v /root/site:/etc/nginx/conf.d nginx:alpine");
  await cluster.advance(1_000);
  const answer = cluster.exec("curl -sS http://localhost:8081/");
  await cluster.advance(3_000);
  const stopped = cluster.exec("docker stop -t 30 front");
  expect(await answer).toMatchObject({ stdout: "late\n", exitCode: 0 });
  expect((await stopped).exitCode).toBe(0);
  const { State } = await cluster.docker<{ State: { ExitCode: number } }>("/containers/front/json");
  expect(State.ExitCode).toBe(0);
});
