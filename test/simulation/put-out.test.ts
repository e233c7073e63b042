/** A manager that was put out of the swarm while it had no power. */
import { expect, it } from "vitest";
import { hostCluster } from "../support/host";

it("finds no leader when it is back, leaves, and joins anew", async () => {
  const cluster = await hostCluster({ machines: 2 });
  await cluster.run("docker swarm init --advertise-addr 192.168.99.101");
  const token = (await cluster.run("docker swarm join-token -q manager")).trim();
  await cluster.run(`docker swarm join --token ${token} 192.168.99.101:2377`, "node2");
  const power = (name: string, power: string) =>
    cluster.fetch(`/api/clusters/test/machines/${name}`, { method: "POST", body: JSON.stringify({ power }) });
  await power("node1", "off");
  await cluster.advance(30_000);
  await cluster.run("docker swarm init --force-new-cluster", "node2");
  await cluster.advance(40_000);
  await cluster.run("docker node rm node1", "node2");
  await power("node1", "on");
  await cluster.advance(20_000);
  expect(await cluster.exec("docker node ls")).toMatchObject({
    exitCode: 1,
    stderr:
      "Error response from daemon: rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. Make sure more than half of the managers are online.\n",
  });
  await cluster.run("docker swarm leave --force");
  await cluster.run(`docker swarm join --token ${token} 192.168.99.102:2377`);
  await cluster.advance(5_000);
  expect((await cluster.run("docker node ls -q")).trim().split("\n")).toHaveLength(2);
});
