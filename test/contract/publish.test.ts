/** `npx slipway publish URL`: published ports of a cluster, opened on this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createCluster, type TestCluster } from "../support/cluster";
import { freePort, type Server, startServer } from "../support/server";

let server: Server;
let cluster: TestCluster;
let publisher: ChildProcess;
beforeAll(async () => {
  server = await startServer();
  cluster = await createCluster(server.origin);
  publisher = spawn(process.execPath, ["scripts/slipway.mjs", "publish", cluster.document.url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
});
afterAll(async () => {
  publisher.kill();
  await server.stop();
});

/** Resolves when the publisher says a line with that text. */
const said = (text: string): Promise<void> =>
  new Promise((resolve) => {
    publisher.stdout?.on("data", (part: Buffer) => String(part).includes(text) && resolve());
  });

it("opens a port when a container publishes it and closes it when it is gone", async () => {
  const port = await freePort();
  const opened = said(`localhost:${port} is node1:${port}`);
  await cluster.run(`docker run -d --name who -p ${port}:80 traefik/whoami`);
  await opened;
  const answer = await fetch(`http://127.0.0.1:${port}/a?b`);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  expect(text).toContain("GET /a?b HTTP/1.1");
  expect(text).toContain(`Host: 127.0.0.1:${port}`);
  const closed = said(`closed localhost:${port}`);
  await cluster.run("docker rm -f who");
  await closed;
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});
