/** Containers that use Docker: the daemon's socket file, mounted, and those who speak through it. */
import { beforeAll, describe, expect, it } from "vitest";
import { type HostCluster, hostCluster } from "../support/host";

const MOUNT = "-v /var/run/docker.sock:/var/run/docker.sock";

describe("the socket file of a daemon", () => {
  let cluster: HostCluster;
  beforeAll(async () => {
    cluster = await hostCluster({ machines: 2 });
  });

  it("is a socket on the machine and in a container that mounts it", async () => {
    const shown = /^srw-rw---- +1 root +(docker|999) +0 /;
    expect(await cluster.run("ls -l /var/run/docker.sock")).toMatch(shown);
    expect(await cluster.run(`docker run --rm ${MOUNT} alpine ls -l /var/run/docker.sock`)).toMatch(shown);
    expect(await cluster.run(`docker run --rm ${MOUNT} alpine sh -c '[ -S /var/run/docker.sock ]'`)).toBe("");
  });

  it("cannot be read as a file", async () => {
    expect(await cluster.exec("cat /var/run/docker.sock")).toMatchObject({
      stderr: "cat: /var/run/docker.sock: No such device or address\n",
      exitCode: 1,
    });
  });

  it("answers curl on the machine and in a container with the machine's own Engine API", async () => {
    for (const machine of ["node1", "node2"]) {
      const name = `.Name == "${machine}"`;
      expect(
        await cluster.run(
          `curl -s --unix-socket /var/run/docker.sock http://localhost/v1.47/info | jq '${name}'`,
          machine,
        ),
      ).toBe("true\n");
      expect(
        await cluster.run(
          `docker run --rm ${MOUNT} alpine/curl -s --unix-socket /var/run/docker.sock http://localhost/info | jq '${name}'`,
          machine,
        ),
      ).toBe("true\n");
    }
  });

  it("takes what curl posts, and shows the daemon's headers as Go writes them", async () => {
    const answer = await cluster.run(
      `curl -si --unix-socket /var/run/docker.sock -H 'Content-Type: application/json' -d '{"Name":"data"}' http://localhost/v1.47/volumes/create`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
    expect(answer).toContain("\r\nApi-Version: 1.51\r\n");
    expect(answer).toContain('"Name":"data"');
    expect(await cluster.run("docker volume ls -q")).toBe("data\n");
  });

  it("streams until the transfer's time is over", async () => {
    const stream = `curl -sS -N -m 5 --unix-socket /var/run/docker.sock http://localhost/events`;
    const { stdout, stderr, exitCode } = await cluster.exec(`(sleep 1; docker volume create seen) & ${stream}`);
    expect(stdout).toContain('"Type":"volume","Action":"create"');
    expect([stderr, exitCode]).toEqual([
      expect.stringMatching(/^curl: \(28\) Operation timed out after 50\d\d milliseconds with \d{3} bytes received\n$/),
      28,
    ]);
  });

  it("refuses where there is none, where it is none, and who may not write to it", async () => {
    const refused = "curl: (7) Failed to connect to localhost port 80 after 0 ms: Couldn't connect to server\n";
    for (const path of ["/nosuch.sock", "/etc/passwd"])
      expect(await cluster.exec(`curl --unix-socket ${path} http://localhost/`)).toMatchObject({
        stderr: refused,
        exitCode: 7,
      });
    expect(
      await cluster.exec(
        `docker run --rm ${MOUNT} curlimages/curl -sS --unix-socket /var/run/docker.sock http://localhost/info`,
      ),
    ).toMatchObject({ stderr: expect.stringContaining(refused), exitCode: 7 });
  });
});

describe("docker in a container", () => {
  let cluster: HostCluster;
  beforeAll(async () => {
    cluster = await hostCluster({ machines: 2 });
  });

  it("talks to the daemon of its own machine", async () => {
    await cluster.run(`docker run -d --name there ${MOUNT} docker:cli sleep 1000`, "node2");
    expect(await cluster.run("docker exec there docker ps --format '{{.Names}}'", "node2")).toBe("there\n");
    expect(await cluster.run(`docker run --rm ${MOUNT} docker ps -aq | wc -l`)).toBe("1\n"); // itself
    await cluster.run(`docker exec there docker run --name child busybox true`, "node2");
    expect(await cluster.run("docker ps -a --filter name=child --format '{{.Image}}'", "node2")).toBe("busybox\n");
  });

  it("fails in Docker's words without the socket", async () => {
    await cluster.run("docker run -d --name bare docker:cli sleep 1000");
    expect(await cluster.exec("docker exec bare docker ps")).toMatchObject({
      stderr: "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n",
      exitCode: 1,
    });
    // The image's own start looks for a daemon called docker.
    const { stderr } = await cluster.exec("docker run --rm docker:cli ps");
    expect(stderr).toMatch(
      /^error during connect: Get "http:\/\/docker:2375\/v1\.\d+\/containers\/json": dial tcp: lookup docker/,
    );
  });

  it("fails in Docker's words for a user who may not use the socket", async () => {
    expect(await cluster.exec(`docker run --rm -u 1000 ${MOUNT} docker:cli docker ps`)).toMatchObject({
      stderr: expect.stringMatching(
        /^permission denied while trying to connect to the Docker daemon socket at unix:\/\/\/var\/run\/docker\.sock: Get "http:\/\/%2Fvar%2Frun%2Fdocker\.sock\/v1\.\d+\/containers\/json": dial unix \/var\/run\/docker\.sock: connect: permission denied\n$/,
      ),
      exitCode: 1,
    });
  });
});

describe("dockersamples/visualizer", () => {
  it("passes the swarm of the mounted socket on to its page", async () => {
    const cluster = await hostCluster({ machines: 2 });
    await cluster.swarm();
    await cluster.run(
      "docker service create -d --name viz -p 8080:8080 --constraint node.role==manager --mount type=bind,source=/var/run/docker.sock,target=/var/run/docker.sock dockersamples/visualizer:stable",
    );
    await cluster.run("docker service create -d --name web --replicas 2 nginx:alpine");
    await cluster.advance(60_000);
    const page = await cluster.get("node2", 8080);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.headers.get("content-security-policy")).toMatch(/^sandbox (?!.*allow-same-origin)/);
    expect(await page.text()).toContain('fetch("apis/"');
    const objects = async (path: string) =>
      ((await (await cluster.get("node2", 8080, `/apis/${path}`)).json()) as { objects: unknown[] }).objects;
    expect(await objects("nodes")).toEqual(await cluster.docker("/nodes"));
    expect(await objects("tasks")).toHaveLength(3);
    expect(await objects("services")).toHaveLength(2);
  });

  it("has an empty page and a complaint in its log without the socket", async () => {
    const cluster = await hostCluster();
    await cluster.run("docker run -d --name viz -p 8080:8080 dockersamples/visualizer:stable");
    expect((await cluster.get("node1", 8080)).status).toBe(200);
    const asked = cluster.get("node1", 8080, "/apis/nodes");
    await cluster.advance(1000);
    expect(await cluster.run("docker logs viz")).toContain(
      "problem with request: connect ENOENT /var/run/docker.sock\n",
    );
    await cluster.advance(120_000);
    expect((await asked).status).toBe(502);
  });
});
