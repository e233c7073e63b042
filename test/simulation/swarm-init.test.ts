/** What `docker swarm init` and `docker network create -d overlay` refuse of addresses and pools, in the words of Engine 28.5. */
import { expect, it } from "vitest";
import { hostCluster } from "../support/host";

const FAILED = "Error response from daemon: ";

it.each([
  ["--listen-addr foo", "listen address must be an IP address or network interface (with optional port number)"],
  [
    "--data-path-addr foo",
    "data path address must be a non-zero IP address or network interface (without a port number)",
  ],
  ["--data-path-port 80", "Datapath port number is not in valid range (1024-49151) : 80"],
  [
    "--default-addr-pool 10.20.0.0/16 --default-addr-pool-mask-length 8",
    'invalid CIDR: "10.20.0.0/16". Subnet size is too small for pool: 8',
  ],
  ["--default-addr-pool 10.20.0.0/16 --default-addr-pool-mask-length 33", "subnet size is out of range: 33"],
])("swarm init %s is refused and leaves nothing", async (flags, message) => {
  const cluster = await hostCluster();
  const command = `docker swarm init --advertise-addr 192.168.99.101 ${flags}`;
  expect(await cluster.exec(command)).toMatchObject({ exitCode: 1, stderr: `${FAILED}${message}\n` });
  expect(await cluster.run("docker info -f '{{.Swarm.LocalNodeState}}'")).toBe("inactive\n");
});

it("leaves a swarm where only its settings are refused", async () => {
  const cluster = await hostCluster();
  expect((await cluster.exec("docker swarm init --cert-expiry 1m")).stderr).toBe(
    `${FAILED}error updating cluster settings: rpc error: code = InvalidArgument desc = minimum certificate expiry time is: 1h0m0s\n`,
  );
  expect(await cluster.run("docker info -f '{{.Swarm.LocalNodeState}}'")).toBe("active\n");
});

it("overlay subnets are read as those of bridges", async () => {
  const cluster = await hostCluster();
  await cluster.swarm();
  for (const [subnet, why] of [
    ["foo", "invalid subnet foo: invalid CIDR block notation"],
    ["10.6.0.1/16", "invalid subnet 10.6.0.1/16: it should be 10.6.0.0/16"],
  ])
    expect((await cluster.exec(`docker network create -d overlay --subnet ${subnet} n`)).stderr).toBe(
      `${FAILED}invalid network config:\n${why}\n`,
    );
});

it("a worker forgets an attachable network with its last container", async () => {
  const cluster = await hostCluster({ machines: 2 });
  await cluster.swarm();
  await cluster.run("docker network create -d overlay --attachable att");
  await cluster.run("docker run -d --name aa --network att alpine sleep 1000", "node2");
  expect(await cluster.run("docker exec aa hostname -i", "node2")).toMatch(/^10\.0\.1\.\d+\n$/);
  await cluster.run("docker rm -f aa", "node2");
  expect(await cluster.run("docker network ls --format '{{.Name}}'", "node2")).not.toContain("att");
  await cluster.run("docker run -d --name bb --network att alpine sleep 1000", "node2");
});
