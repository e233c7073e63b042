/** Machines that fail, by the API: what students and their programs then see. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MachineDocument } from "../../src/api/cluster";
import { createCluster, type TestCluster } from "../support/cluster";
import { type Server, startServer } from "../support/server";

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const FAST = 100;
const change = (cluster: TestCluster, name: string, body: object) =>
  cluster.json<MachineDocument>("POST", `/machines/${name}`, body);
const said = async (cluster: TestCluster, command: string, machine = "node1"): Promise<string> => {
  const { stdout, stderr } = await cluster.exec(command, { machine });
  return stdout + stderr;
};

describe("POST machines/NAME", () => {
  it("answers with the machine as it then is, and GET with all of them", async () => {
    const cluster = await createCluster(server.origin, { machines: 2 });
    const sick = { power: "on", network: { cut: ["node1"], latency: "200ms", loss: 2.5 }, daemon: "up" };
    const wanted = { ...sick, disk: "full", registry: { slow: 4 } };
    expect(await change(cluster, "node2", wanted)).toEqual({ name: "node2", address: "192.168.99.102", ...wanted });
    const well = { power: "on", network: "ok", daemon: "up", disk: "ok", registry: "ok" };
    await change(cluster, "node2", well);
    expect(await cluster.json("GET", "/machines")).toEqual({
      machines: [
        { name: "node1", address: "192.168.99.101", ...well },
        { name: "node2", address: "192.168.99.102", ...well },
      ],
    });
  });

  it.each([
    [{ power: "maybe" }, "power is one of on, off"],
    [{ daemon: "gone" }, "daemon is one of up, crashed, stopped"],
    [{ disk: 5 }, "disk is one of ok, full"],
    [{ network: 1 }, "network is ok, cut, or an object with cut, latency, loss"],
    [{ network: { cut: ["node9"] } }, "network.cut: no such machine: node9"],
    [{ network: { cut: "node1" } }, "network.cut: node1 has no cable to itself"],
    [{ network: { latency: "soon" } }, "network.latency is a duration from 0s to 1m"],
    [{ network: { loss: 101 } }, "network.loss is a percentage, 0 to 100"],
    [
      { registry: { slow: 0 } },
      "registry is ok, unreachable, or an object with slow: how many times as long, 1 to 1000",
    ],
    [{ colour: "red" }, "unknown field colour: there is power, network, daemon, disk, registry"],
    ["[]", "the body is not a JSON object"],
    ["{", "the body is not a JSON object"],
  ])("refuses %j", async (body, message) => {
    const cluster = await createCluster(server.origin);
    const answer = await cluster.api("POST", "/machines/node1", body);
    expect([answer.status, await answer.json()]).toEqual([400, { message }]);
  });

  it("keeps the last machine, and takes 64 at most", async () => {
    const cluster = await createCluster(server.origin, { machines: 64 });
    expect((await cluster.api("POST", "/machines", {})).status).toBe(400);
    const alone = await createCluster(server.origin);
    expect((await alone.api("DELETE", "/machines/node1")).status).toBe(409);
  });
});

describe("a full disk", () => {
  it("refuses writes, pulls, volumes and containers in the words of the system", async () => {
    const cluster = await createCluster(server.origin, { speed: FAST });
    await cluster.run("docker pull -q alpine && docker create --name kept alpine true");
    await change(cluster, "node1", { disk: "full" });
    const start = await said(cluster, "docker start kept");
    expect(start).toMatch(
      /^Error response from daemon: mkdir \/var\/lib\/docker\/overlay2\/[0-9a-f]{64}\/merged: no space left on device\n/,
    );
    expect(await said(cluster, "docker create alpine")).toMatch(
      /^Error response from daemon: mkdir \/var\/lib\/docker\/overlay2\/[0-9a-f]{64}-init: no space left on device\n$/,
    );
    expect(await said(cluster, "docker pull -q redis")).toMatch(
      /^Error response from daemon: write \/var\/lib\/docker\/tmp\/GetImageBlob\d+: no space left on device\n$/,
    );
    expect(await said(cluster, "docker volume create data")).toBe(
      "Error response from daemon: create data: error while creating volume root path '/var/lib/docker/volumes/data': mkdir /var/lib/docker/volumes/data: no space left on device\n",
    );
    expect(await said(cluster, "echo hi > file; mkdir folder; rm file && echo gone")).toBe(
      "gone\nbash: line 1: echo: write error: No space left on device\nmkdir: cannot create directory 'folder': No space left on device\n",
    );
    await change(cluster, "node1", { disk: "ok" });
    expect(await cluster.run("docker start kept")).toBe("kept\n");
  });
});

describe("a registry out of reach", () => {
  it("makes a pull fail as Docker words it, and a slow one take longer", async () => {
    const cluster = await createCluster(server.origin, { speed: FAST, machines: 2 });
    await change(cluster, "node1", { registry: "unreachable" });
    const url = 'Error response from daemon: Get "https://registry-1.docker.io/v2/": ';
    expect(await said(cluster, "docker pull -q alpine")).toBe(
      `${url}net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)\n`,
    );
    await change(cluster, "node1", { registry: "ok", network: "cut" });
    expect(await said(cluster, "docker pull -q alpine")).toMatch(
      /: dial tcp: lookup registry-1\.docker\.io on 192\.168\.99\.1:53: read udp 192\.168\.99\.101:\d+->192\.168\.99\.1:53: i\/o timeout\n$/,
    );
    await change(cluster, "node2", { registry: { slow: 50 } });
    const clock = async () => Date.parse((await cluster.json<{ clock: string }>("GET")).clock);
    const before = await clock();
    await cluster.run("docker pull -q alpine", { machine: "node2" });
    expect(await clock()).toBeGreaterThan(before + 50 * 180);
  });
});

describe("a daemon that stops", () => {
  it("ends its containers first, and starts again what its policy says", async () => {
    const cluster = await createCluster(server.origin);
    const program = `alpine sh -c 'trap "exit 7" TERM; while :; do sleep 1; done'`;
    await cluster.run(
      `docker run -d --name plain ${program} && docker run -d --name always --restart always ${program}`,
    );
    await change(cluster, "node1", { daemon: "stopped" });
    expect(await said(cluster, "docker ps")).toBe(
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n",
    );
    await cluster.advance("12s");
    await change(cluster, "node1", { daemon: "up" });
    expect(await cluster.run("docker ps -a --format '{{.Names}} {{.State}}'")).toBe("always running\nplain exited\n");
    expect(await cluster.run("docker inspect -f '{{.State.ExitCode}}' plain")).toBe("7\n");
  });
});

describe("ssh and docker-machine", () => {
  it("reach other machines, and say why when they do not", async () => {
    const cluster = await createCluster(server.origin, { machines: 3, speed: FAST });
    expect(await said(cluster, "ssh node2 'hostname; exit 3'; echo $?")).toBe("node2\n3\n");
    expect(await said(cluster, "ssh bob@node2; ssh nowhere")).toBe(
      "bob@node2: Permission denied (publickey).\nssh: Could not resolve hostname nowhere: Name or service not known\n",
    );
    await change(cluster, "node2", { power: "off" });
    await change(cluster, "node1", { network: { cut: "node3" } });
    expect(await said(cluster, "ssh node2; ssh -p 22 192.168.99.103")).toBe(
      "ssh: connect to host node2 port 22: No route to host\nssh: connect to host 192.168.99.103 port 22: No route to host\n",
    );
    expect((await cluster.api("POST", "/exec", { command: "true", machine: "node2" })).status).toBe(503);
  });

  it("make machines and let docker speak to them, as the classic lesson does", async () => {
    const cluster = await createCluster(server.origin, { speed: FAST });
    expect(await cluster.run("docker-machine create --driver virtualbox myvm1")).toMatch(
      /Docker is up and running!\nTo see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: docker-machine env myvm1\n$/,
    );
    expect(
      await cluster.run('docker-machine ssh myvm1 "docker swarm init --advertise-addr $(docker-machine ip myvm1)"'),
    ).toContain("192.168.99.102:2377");
    await cluster.run("eval $(docker-machine env myvm1)");
    expect(await cluster.run("docker node ls --format '{{.Hostname}} {{.ManagerStatus}}'; docker-machine active")).toBe(
      "myvm1 Leader\nmyvm1\n",
    );
    expect((await cluster.run("docker-machine ls")).split("\n").slice(0, 3)).toEqual([
      "NAME    ACTIVE   DRIVER       STATE     URL                         SWARM   DOCKER    ERRORS",
      "node1   -        virtualbox   Running   tcp://192.168.99.101:2376           v28.5.2   ",
      "myvm1   *        virtualbox   Running   tcp://192.168.99.102:2376           v28.5.2   ",
    ]);
    await cluster.run(
      "eval $(docker-machine env -u); echo 'services: {}' > stack.yml; docker-machine scp stack.yml myvm1:~",
    );
    expect(
      await cluster.run(
        "docker-machine ssh myvm1 cat stack.yml; docker-machine rm -y myvm1 > /dev/null; docker-machine status myvm1 2>&1 || true",
      ),
    ).toBe(
      'services: {}\nDocker machine "myvm1" does not exist. Use "docker-machine ls" to list machines. Use "docker-machine create" to create a new one.\n',
    );
  });
});
