/** The routing mesh: every node leads connections to the tasks it knows of, in turn. */
import { expect, it } from "vitest";
import { hostCluster } from "../support/host";

it("serves a published port on every node, drained ones too, each node with a turn of its own", async () => {
  const cluster = await hostCluster({ machines: 3 });
  await cluster.swarm();
  await cluster.run("docker node update --availability drain node3");
  await cluster.run("docker service create -d --name web --replicas 4 -p 8080:80 traefik/whoami");
  await cluster.advance(30_000);
  for (const machine of ["node1", "node2", "node3"]) {
    const answers: Record<string, number> = {};
    for (let n = 0; n < 12; n++) {
      const text = await (await cluster.get(machine, 8080)).text();
      const who = /^Hostname: (.*)$/m.exec(text)?.[1] ?? text;
      answers[who] = (answers[who] ?? 0) + 1;
    }
    expect([machine, Object.values(answers)]).toEqual([machine, [3, 3, 3, 3]]);
  }
  await cluster.run("docker service rm web");
  await cluster.advance(5_000);
  expect((await cluster.get("node1", 8080)).status).toBe(502);
});
