/** The classic lesson's visualizer in a real browser: its page, confined as any container's is, draws the swarm and follows it. */
import { beforeAll, expect, it } from "vitest";
import { openPage } from "../support/browser";
import { serverAndBrowser } from "../support/browser-server";
import { createCluster, type TestCluster } from "../support/cluster";

const here = serverAndBrowser();

const COMPOSE = `services:
  web:
    image: nginx:alpine
    deploy: {replicas: 2}
  visualizer:
    image: dockersamples/visualizer:stable
    ports: ["8080:8080"]
    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
    deploy: {placement: {constraints: [node.role == manager]}}
`;

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await createCluster(here.server.origin, { machines: 2 });
  await cluster.put("/root/docker-compose.yml", COMPOSE);
  await cluster.run("docker swarm init --advertise-addr 192.168.99.101");
  const token = (await cluster.run("docker swarm join-token -q worker")).trim();
  await cluster.run(`docker swarm join --token ${token} 192.168.99.101:2377`, { machine: "node2" });
  await cluster.run("docker stack deploy --detach=false -c docker-compose.yml lab");
});

it("draws nodes with their tasks, and what becomes of them", async () => {
  const { page } = await openPage(here.browser, here.server.origin);
  await page.goto(`${here.server.origin}/p/node2@${cluster.id}/8080/`);
  await page.waitForSelector('.task[data-service="lab_visualizer"][data-state="running"]');
  const heads = await page.$$eval(".node-meta", (metas) => metas.map((meta) => (meta as HTMLElement).innerText));
  expect(heads.map((text) => text.split("\n").slice(0, 2))).toEqual([
    ["node1", "manager"],
    ["node2", "worker"],
  ]);
  const counts = () => page.$$eval('.task[data-service="lab_web"]', (boxes) => boxes.length);
  expect(await counts()).toBe(2);
  expect(await page.textContent('.task[data-service="lab_web"]')).toMatch(/image : nginx:alpine.*state : running/);
  await cluster.run("docker service scale lab_web=4");
  await page.waitForFunction(
    () => document.querySelectorAll('.task[data-service="lab_web"][data-state="running"]').length === 4,
  );
  expect(await page.evaluate(() => self.origin)).toBe("null");
  if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT, fullPage: true });
});
