/** What the managers' daemons tell of the swarm's objects. */
import { beforeAll, expect, it } from "vitest";
import { type HostCluster, hostCluster } from "../support/host";

let cluster: HostCluster;
beforeAll(async () => {
  cluster = await hostCluster({ machines: 2 });
  await cluster.swarm();
  await cluster.advance(5_000);
});

const told = async (since: string, filter = "scope=swarm", machine = "node1") =>
  (
    await cluster.run(
      `docker events --since ${since} --until $(date +%s) --filter ${filter} --format '{{.Type}} {{.Action}} {{json .Actor.Attributes}}'`,
      machine,
    )
  ).trimEnd();
const now = async () => (await cluster.run("date +%s")).trim();

it("is what was made, changed and removed, with what changed", async () => {
  const since = await now();
  await cluster.run(
    "docker network create -d overlay back && echo a | docker secret create pw - && echo b | docker config create cf -",
  );
  await cluster.run("docker service create -d --name web --replicas 2 --network back busybox sleep 1000");
  await cluster.advance(5_000);
  await cluster.run("docker service scale -d web=3");
  await cluster.run("docker service update -d --image busybox:1.36 web");
  await cluster.run("docker node update --availability drain node2 && docker node update --label-add x=y node2");
  await cluster.run("docker service rm web && docker secret rm pw && docker config rm cf");
  await cluster.advance(15_000);
  await cluster.run("docker network rm back");
  await cluster.advance(1_000);
  const lines = (await told(since)).replace(/@sha256:[0-9a-f]{64}/g, "").split("\n");
  expect(lines.filter((line) => !line.startsWith('node update {"name"') || line.includes("availability"))).toEqual([
    'network create {"name":"back"}',
    'network update {"name":"back"}',
    'secret create {"name":"pw"}',
    'config create {"name":"cf"}',
    'service create {"name":"web"}',
    'service update {"name":"web"}',
    'service update {"name":"web","replicas.new":"3","replicas.old":"2"}',
    'service update {"image.new":"busybox:1.36","image.old":"busybox:latest","name":"web"}',
    'service update {"name":"web","updatestate.new":"updating"}',
    'node update {"availability.new":"drain","availability.old":"active","name":"node2"}',
    'service remove {"name":"web"}',
    'secret remove {"name":"pw"}',
    'config remove {"name":"cf"}',
    'network remove {"name":"back"}',
  ]);
  expect(await told(since, "service=web")).toContain('service create {"name":"web"}');
  expect(await told(since, "type=secret")).toBe('secret create {"name":"pw"}\nsecret remove {"name":"pw"}');
});

it("is told by managers alone, of nodes that go and come as well", async () => {
  const since = await now();
  await cluster.fetch("/api/clusters/test/machines/node2", { method: "POST", body: '{"power":"off"}' });
  await cluster.advance(30_000);
  await cluster.fetch("/api/clusters/test/machines/node2", { method: "POST", body: '{"power":"on"}' });
  await cluster.advance(30_000);
  const states = (await told(since, "type=node")).split("\n").filter((line) => line.includes("state."));
  expect(states).toEqual([
    'node update {"name":"node2","state.new":"down","state.old":"ready"}',
    'node update {"name":"node2","state.new":"ready","state.old":"down"}',
  ]);
  expect(await told("0", "scope=swarm", "node2")).toBe("");
});
