/** What questions about tasks, nodes and logs refuse, and what a log tells when a node is away, in the words of Engine 28.5. */
import { beforeAll, expect, it } from "vitest";
import { type HostCluster, hostCluster } from "../support/host";

let cluster: HostCluster;

beforeAll(async () => {
  cluster = await hostCluster({ machines: 2 });
  await cluster.swarm();
  await cluster.run("docker service create -d --name talk --mode global alpine sh -c 'echo hello; sleep 1000'");
  await cluster.advance(10_000);
});

const FAILED = "Error response from daemon: ";

it.each([
  ["docker service ps talk --filter desired-state=foo", "Invalid desired-state filter: 'foo'"],
  ["docker service ps talk --filter node=nosuch", "node nosuch not found"],
  ["docker node ls --filter role=foo", "Invalid role filter: 'foo'"],
  ["docker node ls --filter membership=foo", "Invalid membership filter: 'foo'"],
  [
    "docker service update -d --health-interval 1us talk",
    "rpc error: code = InvalidArgument desc = ContainerSpec: Interval in HealthConfig cannot be less than 1ms",
  ],
  ["docker service logs talk --tail x", 'tail value must be a positive integer or "all"'],
])("%s", async (command, message) => {
  expect(await cluster.exec(command)).toMatchObject({ exitCode: 1, stderr: `${FAILED}${message}\n` });
});

it.each([
  [{ Type: "foo", Target: "/x" }, 'invalid MountType: "foo"'],
  [{ Type: "bind", Source: "/a", Target: "/x", BindOptions: { Propagation: "zz" } }, 'invalid MountPropagation: "zz"'],
])("refuses the mount %j", async (mount, message) => {
  const spec = { Name: "m", TaskTemplate: { ContainerSpec: { Image: "alpine", Mounts: [mount] } } };
  const answer = await cluster.fetch("/c/test/services/create", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(spec),
  });
  expect([answer.status, await answer.json()]).toEqual([400, { message }]);
});

it("says which logs it could not have", async () => {
  const whole = await cluster.run("docker service logs --raw talk");
  expect(whole).toBe("hello\nhello\n");
  await cluster.fetch("/api/clusters/test/machines/node2", { method: "POST", body: JSON.stringify({ power: "off" }) });
  await cluster.advance(20_000);
  const { stdout, stderr, exitCode } = await cluster.exec("docker service logs --raw talk");
  expect([stdout, exitCode]).toEqual(["hello\n", 1]);
  expect(stderr).toMatch(
    /^error from daemon in stream: Error grabbing logs: rpc error: code = Unknown desc = warning: incomplete log stream\. some logs could not be retrieved for the following reasons: node \w{25} is not available\n\n?$/,
  );
});

it("fills in the defaults of an update for jobs too", async () => {
  await cluster.run(
    "docker service create -d --name job --mode replicated-job --constraint node.role==manager alpine true",
  );
  const { Spec } = await cluster.docker<{ Spec: { UpdateConfig?: { Order: string } } }>(
    "/services/job?insertDefaults=true",
  );
  expect(Spec.UpdateConfig?.Order).toBe("stop-first");
});
