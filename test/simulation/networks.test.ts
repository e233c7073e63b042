/** Networks as a student looks at them: interfaces, inspections, names and refusals, as Engine 28.5 was seen to show them. */
import { beforeAll, describe, expect, it } from "vitest";
import { type HostCluster, hostCluster } from "../support/host";

let cluster: HostCluster;

beforeAll(async () => {
  cluster = await hostCluster({ machines: 2 });
  await cluster.swarm();
  await cluster.run("docker network create -d overlay front && docker network create -d overlay --attachable back");
  await cluster.run(
    "docker service create -d --name web --network front -p 8080:80 --constraint node.hostname==node1 traefik/whoami",
  );
  await cluster.run(
    "docker service create -d --name api --network name=back,alias=other --endpoint-mode dnsrr traefik/whoami",
  );
  await cluster.run("docker run -d --name hand --network back alpine sleep 1000");
  await cluster.run("docker run -d --name plain alpine sleep 1000");
  await cluster.advance(15_000);
});

interface Inspected {
  readonly Containers: Record<string, { Name: string; MacAddress: string; IPv4Address: string }>;
  readonly Labels: object | null;
  readonly Options: Record<string, string>;
  readonly IPAM: object;
  readonly Peers?: { IP: string }[];
  readonly Services?: Record<string, { VIP: string; Ports: string[]; Tasks: { EndpointIP: string }[] }>;
}

const inspect = (network: string) => cluster.docker<Inspected>(`/networks/${network}?verbose=true`);
const named = (network: Inspected, name: RegExp) =>
  Object.values(network.Containers).find((each) => name.test(each.Name));

describe("an overlay network, inspected", () => {
  it("has the node's balancer, addresses told by hardware addresses, and the peers that are on it", async () => {
    const front = await inspect("front");
    expect(front.Containers["lb-front"]).toMatchObject({ Name: "front-endpoint", IPv4Address: "10.0.1.4/24" });
    expect(named(front, /^web\.1\./)).toMatchObject({ MacAddress: "02:42:0a:00:01:03", IPv4Address: "10.0.1.3/24" });
    expect([front.Labels, front.Peers?.map(({ IP }) => IP)]).toEqual([{}, ["192.168.99.101"]]);
  });

  it("has its services when asked verbosely", async () => {
    expect((await inspect("front")).Services).toMatchObject({
      web: { VIP: "10.0.1.2", Ports: [], Tasks: [{ EndpointIP: "10.0.1.3" }] },
    });
    expect((await inspect("ingress")).Services).toMatchObject({ web: { Ports: ["Target: 80, Publish: 8080"] } });
    const back = await inspect("back");
    expect(back.Services).toMatchObject({ "": { VIP: "<nil>" }, api: { VIP: "<nil>" } });
    expect(back.Options).toEqual({ "com.docker.network.driver.overlay.vxlanid_list": "4098" });
  });

  it("has no addresses where its subnet is another's", async () => {
    await cluster.run("docker network create -d overlay --subnet 10.0.1.0/24 clash");
    expect((await inspect("clash")).IPAM).toEqual({ Driver: "", Options: null, Config: null });
    expect(await cluster.run("docker network prune -f")).toBe("Deleted Networks:\nclash\n\n");
  });
});

describe("docker_gwbridge", () => {
  it("is the second interface of a container on an overlay, and its way out", async () => {
    expect(await cluster.run("docker exec hand ip route")).toBe(
      "default via 172.18.0.1 dev eth1 \n10.0.2.0/24 dev eth0 scope link  src 10.0.2.4 \n172.18.0.0/16 dev eth1 scope link  src 172.18.0.3 \n",
    );
    expect(await cluster.run("docker exec hand ip addr show eth0")).toMatch(
      /^2: eth0@if\d+: <.*> mtu 1450 .*\n.*02:42:0a:00:02:04.*\n {4}inet 10\.0\.2\.4\/24 brd 10\.0\.2\.255 scope global eth0\n/,
    );
    expect(await cluster.run("docker exec hand wget -qO- http://192.168.99.102:8080/ | head -1")).toMatch(
      /^Hostname: /,
    );
  });

  it("names those behind it, cannot be removed under them, and lets them not reach each other", async () => {
    const gateway = await inspect("docker_gwbridge");
    expect(gateway.Containers["ingress-sbox"]?.Name).toBe("gateway_ingress-sbox");
    expect(Object.values(gateway.Containers).every(({ Name }) => Name.startsWith("gateway_"))).toBe(true);
    const { stderr } = await cluster.exec("docker network rm docker_gwbridge");
    expect(stderr).toMatch(
      /^Error response from daemon: error while removing network: network docker_gwbridge has active endpoints \(name:"gateway_ingress-sbox" id:"[0-9a-f]{12}", /,
    );
    const { exitCode } = await cluster.exec("docker exec hand ping -c1 -W1 172.18.0.4");
    expect(exitCode).toBe(1);
  });
});

describe("networks of a running container", () => {
  it("show in its files and its interfaces as they come and go", async () => {
    await cluster.run("docker network connect back plain");
    expect(await cluster.run("docker exec plain cat /etc/resolv.conf")).toContain(
      "nameserver 127.0.0.11\noptions ndots:0\n\n# Based on host file: '/etc/resolv.conf' (internal resolver)\n# ExtServers: [host(192.168.99.1)]\n# Overrides: []\n# Option ndots from: internal\n",
    );
    expect(
      await cluster.run(
        "docker exec plain sh -c 'tail -1 /etc/hosts; ip addr show eth1 | grep inet; getent hosts hand'",
      ),
    ).toMatch(
      /^10\.0\.2\.\d\t[0-9a-f]{12}\n {4}inet 10\.0\.2\.\d\/24 brd 10\.0\.2\.255 scope global eth1\n10\.0\.2\.4 {10}hand {2}hand\n$/,
    );
    await cluster.run("docker network disconnect back plain");
    expect(await cluster.run("docker exec plain tail -1 /etc/hosts")).toMatch(/^172\.17\.0\.2\t/);
    expect(await cluster.run("docker exec plain tail -4 /etc/resolv.conf")).toBe(
      "nameserver 192.168.99.1\n\n# Based on host file: '/etc/resolv.conf' (legacy)\n# Overrides: []\n",
    );
  });

  it("leave an edited file alone", async () => {
    await cluster.run("docker exec plain sh -c 'echo 1.2.3.4 mine >> /etc/hosts'");
    await cluster.run("docker network connect back plain && docker network disconnect back plain");
    expect(await cluster.run("docker exec plain tail -1 /etc/hosts")).toBe("1.2.3.4 mine\n");
  });
});

describe("refusals", () => {
  const FAILED = "docker: Error response from daemon: failed to set up container networking: ";
  it.each([
    ["docker network create bridge", "Error response from daemon: network with name bridge already exists\n"],
    [
      "docker network connect nosuch plain",
      "Error response from daemon: Could not attach to network nosuch: rpc error: code = NotFound desc = network nosuch not found\n",
    ],
    ["docker network connect back hand", "Error response from daemon: hand is already attached to network back\n"],
    [
      "docker network connect host plain",
      "Error response from daemon: cannot connect container to host network - container must be created in host network mode\n",
    ],
    [
      "docker network create -o com.docker.network.bridge.name=verylongbridgename n",
      "Error response from daemon: numerical result out of range\n",
    ],
    [
      "docker network create --subnet 172.31.0.0/16 --subnet 172.32.0.0/16 n",
      "Error response from daemon: bridge driver doesn't support multiple subnets\n",
    ],
    [
      "docker run --rm --network nosuch alpine true",
      `${FAILED}Could not attach to network nosuch: rpc error: code = NotFound desc = network nosuch not found\n`,
    ],
    [
      "docker run --rm --network host --link plain alpine true",
      "docker: Error response from daemon: conflicting options: host type networking can't be used with links. This would result in undefined behavior\n",
    ],
    [
      "docker run --rm --network container:plain --hostname x alpine true",
      "docker: Error response from daemon: conflicting options: hostname and the network mode\n",
    ],
    [
      "docker run --rm --network container:plain --dns 1.1.1.1 alpine true",
      "docker: Error response from daemon: conflicting options: dns and the network mode\n",
    ],
  ])("%s", async (command, message) => {
    const { stderr, exitCode } = await cluster.exec(command);
    expect([stderr.startsWith(message), stderr, exitCode]).toEqual([
      true,
      expect.anything(),
      expect.not.toSatisfy((code) => code === 0),
    ]);
  });

  it("of a port on an address that is not the machine's", async () => {
    const { stderr } = await cluster.exec("docker run --rm --name far -p 1.2.3.4:80:80 alpine true");
    expect(stderr).toMatch(
      /driver failed programming external connectivity on endpoint far \([0-9a-f]{64}\): failed to bind host port for 1\.2\.3\.4:80:172\.17\.0\.\d+:80\/tcp: cannot assign requested address\n/,
    );
  });

  it("of a network with a container attached by hand", async () => {
    await cluster.run(
      "docker network create -d overlay --attachable lent && docker run -d --name guest --network lent alpine sleep 1000",
    );
    const { stderr } = await cluster.exec("docker network rm lent");
    expect(stderr).toMatch(
      /^Error response from daemon: rpc error: code = FailedPrecondition desc = network \w{25} is in use by task \w{25}\nexit status 1\n$/,
    );
  });
});

it("tells a linked container's ports in the environment", async () => {
  await cluster.run("docker run -d --name served --expose 90-91 -e A=b alpine sleep 1000");
  const { stdout } = await cluster.exec("docker run --rm --name one --link served:db alpine env");
  const [, , ...lines] = stdout.split("\n");
  expect(lines.slice(0, 10)).toEqual([
    expect.stringMatching(/^DB_PORT=tcp:\/\/172\.17\.0\.\d+:90$/),
    expect.stringMatching(/^DB_PORT_90_TCP=tcp:/),
    expect.stringMatching(/^DB_PORT_90_TCP_ADDR=172\.17\.0\.\d+$/),
    "DB_PORT_90_TCP_PORT=90",
    "DB_PORT_90_TCP_PROTO=tcp",
    expect.stringMatching(/^DB_PORT_91_TCP=tcp:/),
    expect.stringMatching(/^DB_PORT_91_TCP_ADDR=/),
    "DB_PORT_91_TCP_PORT=91",
    "DB_PORT_91_TCP_PROTO=tcp",
    expect.stringMatching(/^DB_PORT_90_TCP_START=tcp:/),
  ]);
  expect(stdout).toContain("DB_NAME=/one/db\nDB_ENV_A=b\n");
});

it("rejects tasks on nodes for which a small network has no address left", async () => {
  await cluster.run("docker network create -d overlay --subnet 10.77.0.0/29 tiny");
  await cluster.run("docker service create -d --name many --network tiny --replicas 6 traefik/whoami");
  await cluster.advance(35_000);
  const shown = await cluster.run("docker service ps many --no-trunc --format '{{.CurrentState}} {{.Error}}'");
  const lines = shown.trim().split("\n");
  expect(
    lines.filter((line) =>
      /^Rejected .* "node is missing network attachments, ip addresses may be exhausted"$/.test(line),
    ),
  ).toHaveLength(4);
  await cluster.run("docker service rm many");
});

it("gives each node an address on the network of a global service", async () => {
  await cluster.run("docker network create -d overlay wide");
  await cluster.run("docker service create -d --name all --mode global --network wide traefik/whoami");
  await cluster.advance(10_000);
  const { Containers } = await cluster.docker<Inspected>("/networks/wide", "node2");
  expect(Containers["lb-wide"]?.Name).toBe("wide-endpoint");
});

it.each([
  ["nc -zv web 80", 0, "web (10.0.1.2:80) open\n"],
  ["nc -zv web 81", 1, "nc: web (10.0.1.2:81): Connection refused\n"],
  ["nc nosuch 80", 1, "nc: bad address 'nosuch'\n"],
])("busybox says of %s", async (command, exitCode, stderr) => {
  await cluster.run("docker network create -d overlay --attachable shop 2>/dev/null || true");
  await cluster.run(
    "docker service inspect front-web >/dev/null 2>&1 || docker service create -d --name front-web --network name=shop,alias=web traefik/whoami",
  );
  await cluster.advance(10_000);
  const answer = await cluster.exec(`docker run --rm --network shop alpine ${command}`);
  expect([answer.exitCode, answer.stderr.replace(/10\.0\.\d+\.2/, "10.0.1.2")]).toEqual([exitCode, stderr]);
});

it("wget reads a host with a port as no scheme", async () => {
  await cluster.run("docker service ps web -q");
  const answer = await cluster.run("docker run --rm --network host alpine wget -qO- localhost:8080");
  expect(answer).toMatch(/^Hostname: /);
});

describe("a port of the machine that is taken", () => {
  it("by the routing mesh, for a container: found out when it is bound", async () => {
    await cluster.run("docker service ps web -q");
    const { stderr } = await cluster.exec("docker run --rm --name late -p 8080:80 alpine true");
    expect(stderr).toMatch(
      /on endpoint late \([0-9a-f]{64}\): failed to bind host port for 0\.0\.0\.0:8080:172\.17\.0\.\d+:80\/tcp: address already in use\n/,
    );
  });

  it("by a server on the machine's own network, and the other way round", async () => {
    await cluster.run("docker run -d --name own --network host traefik/whoami --port 9100");
    const { stderr } = await cluster.exec("docker run --rm -p 9100:80 alpine true");
    expect(stderr).toContain("9100:172.17.0.");
    expect(stderr).toContain(":80/tcp: address already in use\n");
    await cluster.run("docker run -d --name other --network host traefik/whoami --port 8080");
    await cluster.advance(1_000);
    const { State } = await cluster.docker<{ State: { Status: string } }>("/containers/other/json");
    expect(State.Status).toBe("exited");
  });
});
