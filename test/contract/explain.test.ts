/** `GET /api/clusters/ID/explain/tasks/TASK`: the reason of a task's state, over HTTP. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TaskExplanation } from "../../src/api/explain";
import { createCluster } from "../support/cluster";
import { type Server, startServer } from "../support/server";

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

it("explains a task that waits, one that runs, and knows no other", async () => {
  const { api, json, run, advance } = await createCluster(server.origin);
  await run("docker swarm init");
  await run("docker service create -d --name web alpine sleep 1000");
  await run("docker service create -d --name big --reserve-cpu 64 alpine sleep 1000");
  await advance("20s");
  const waiting = await json<TaskExplanation>("GET", "/explain/tasks/big.1");
  expect(waiting.reasons.map((it) => [it.code, it.text])).toEqual([
    ["pending.none", "The only node cannot take it."],
    ["filter.Resource", "The only node has too little left of what it reserves."],
  ]);
  const [node] = waiting.placement?.nodes ?? [];
  expect(node).toMatchObject({ node: "node1", fits: false, rejectedBy: "Resource" });
  expect(node?.checks.find((it) => it.filter === "Resource")?.facts).toMatchObject([
    { code: "resource.cpu", values: { neededCpus: 64 } },
  ]);
  const id = (await run("docker service ps -q --no-trunc web")).trim();
  const running = await json<TaskExplanation>("GET", `/explain/tasks/${id.slice(0, 12)}`);
  expect([running.task.id, running.reasons.map((it) => it.code)]).toEqual([id, ["running", "placed.only"]]);
  const unknown = await api("GET", "/explain/tasks/nosuch");
  expect([unknown.status, await unknown.json()]).toEqual([404, { message: "task nosuch not found" }]);
});
