/** The cluster lifecycle that `/api/clusters` promises. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { ClockDocument, ClusterDocument } from "../../src/api/cluster";
import { createCluster, fetchLocal } from "../support/cluster";
import { type Server, startServer } from "../support/server";

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const message = async (answer: Response): Promise<string> => ((await answer.json()) as { message: string }).message;

describe("POST /api/clusters", () => {
  it("answers 201 with the addresses of a new cluster", async () => {
    const { document, id } = await createCluster(server.origin, { machines: 3 });
    const other = await createCluster(server.origin);
    expect(id).toMatch(/^[a-z2-7]{26}$/);
    expect(other.id).not.toBe(id);
    expect(document.url).toContain(`${server.origin}/`);
    expect(document.url).toContain(id);
    expect(document.dockerHost).toBe(`tcp://localhost:${server.port}/c/${id}`);
    expect(document.ingress).toContain(id);
    expect(document.machines).toEqual([
      { name: "node1", address: "192.168.99.101" },
      { name: "node2", address: "192.168.99.102" },
      { name: "node3", address: "192.168.99.103" },
    ]);
    expect(other.document.machines).toHaveLength(1);
  });

  it.each([
    ["{", "the body is not valid JSON"],
    ['{"machines":0}', "machines must be an integer from 1 to 64"],
    ['{"machines":65}', "machines must be an integer from 1 to 64"],
    ['{"speed":"fast"}', "speed must be a number from 0.01 to 1000"],
  ])("refuses %s", async (body, sentence) => {
    const answer = await fetch(`${server.origin}/api/clusters`, { method: "POST", body });
    expect([answer.status, answer.headers.get("content-type"), await message(answer)]).toEqual([
      400,
      "application/json",
      sentence,
    ]);
  });

  it("gives the same cluster for the same seed and the same calls", async () => {
    const history = async (seed: number): Promise<string> => {
      const cluster = await createCluster(server.origin, { seed });
      await cluster.run("docker pull -q alpine"); // takes simulated time: not while it stands still
      await cluster.json("POST", "/clock", { paused: true });
      await cluster.run("docker run -d alpine sleep 100");
      return cluster.run("docker ps --no-trunc --format '{{.ID}} {{.Names}}'");
    };
    const first = await history(7);
    expect(await history(7)).toBe(first);
    expect(await history(8)).not.toBe(first);
  });
});

describe("one cluster", () => {
  it("GET answers the same document with its clock", async () => {
    const { document, json } = await createCluster(server.origin, { speed: 2 });
    const now = await json<ClusterDocument>("GET");
    expect(now).toMatchObject({
      id: document.id,
      url: document.url,
      dockerHost: document.dockerHost,
      ingress: document.ingress,
    });
    expect([now.speed, now.paused]).toEqual([2, false]);
    expect(Date.parse(now.clock)).not.toBeNaN();
  });

  it("POST clock moves, paces and stops time", async () => {
    const { json, api } = await createCluster(server.origin);
    const stopped = await json<ClockDocument>("POST", "/clock", { paused: true });
    const later = await json<ClockDocument>("POST", "/clock", { advance: "1m30s", speed: 4 });
    expect([stopped.paused, later.paused, later.speed]).toEqual([true, true, 4]);
    expect(Date.parse(later.clock) - Date.parse(stopped.clock)).toBe(90_000);
    expect((await json<ClusterDocument>("GET")).clock).toBe(later.clock);
    for (const body of [{ advance: "soon" }, { advance: "-1s" }, { speed: 0 }])
      expect((await api("POST", "/clock", body)).status).toBe(400);
  });

  it("POST reset makes it as new", async () => {
    const cluster = await createCluster(server.origin);
    await cluster.put("/root/mine.txt", "mine");
    await cluster.run(
      "docker swarm init && docker volume create data && docker run -d --name sleeper alpine sleep 100",
    );
    expect((await cluster.api("POST", "/reset")).status).toBe(200);
    const left =
      "docker ps -aq; docker images -q; docker volume ls -q; docker info --format '{{.Swarm.LocalNodeState}}'";
    expect((await cluster.exec(left)).stdout).toBe("inactive\n");
    expect((await cluster.api("GET", "/files/root/mine.txt")).status).toBe(404);
  });

  it("POST reset forgets what was pushed", async () => {
    const cluster = await createCluster(server.origin);
    await cluster.run("docker pull -q alpine && docker tag alpine ada/mine:1 && docker login -u ada -p secret");
    await cluster.run("docker push -q ada/mine:1 && docker rmi ada/mine:1 && docker pull -q ada/mine:1");
    await cluster.api("POST", "/reset");
    const { exitCode, stderr } = await cluster.exec("docker pull ada/mine:1");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("pull access denied for ada/mine");
  });

  it("DELETE removes it: every address of it answers 404", async () => {
    const cluster = await createCluster(server.origin);
    expect((await cluster.api("DELETE")).status).toBe(204);
    const { origin } = server;
    const host = `http://80--${cluster.id}.localhost:${server.port}/`;
    for (const url of [
      `${origin}/api/clusters/${cluster.id}`,
      `${origin}/api/clusters/${cluster.id}/ws`,
      `${origin}/c/${cluster.id}/version`,
      `${origin}/c/node2@${cluster.id}/_ping`,
      `${origin}/p/${cluster.id}/80/`,
      host,
    ])
      expect([url, (await fetchLocal(url)).status]).toEqual([url, 404]);
    expect((await cluster.api("DELETE")).status).toBe(404);
  });
});

describe("POST exec", () => {
  it("runs one line, with its output, exit code and directory", async () => {
    const { json } = await createCluster(server.origin);
    expect(await json("POST", "/exec", { command: "echo out; echo err >&2; cd /tmp; false" })).toEqual({
      stdout: "out\n",
      stderr: "err\n",
      exitCode: 1,
      cwd: "/tmp",
    });
  });

  it("keeps directory and variables between calls", async () => {
    const { run } = await createCluster(server.origin);
    await run("mkdir -p /root/a && cd /root/a && NAME=World");
    expect(await run('echo "$PWD $NAME"')).toBe("/root/a World\n");
  });

  it("takes a directory and a machine", async () => {
    const { exec } = await createCluster(server.origin, { machines: 2 });
    expect((await exec("hostname", { machine: "node2" })).stdout).toBe("node2\n");
    expect((await exec("pwd", { cwd: "/etc" })).stdout).toBe("/etc\n");
    expect((await exec("pwd")).stdout).toBe("/root\n");
  });

  it.each([[{}], [{ command: 5 }], [{ command: "true", machine: "node9" }]])("refuses %j", async (body) => {
    const { api } = await createCluster(server.origin);
    const answer = await api("POST", "/exec", body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await message(answer)).not.toBe("");
  });
});

describe("machines", () => {
  it("are added and removed", async () => {
    const { json, api } = await createCluster(server.origin);
    expect((await api("POST", "/machines", {})).status).toBe(201);
    expect((await api("POST", "/machines", { name: "extra" })).status).toBe(201);
    const names = async (): Promise<string[]> => (await json<ClusterDocument>("GET")).machines.map(({ name }) => name);
    expect(await names()).toEqual(["node1", "node2", "extra"]);
    expect((await api("POST", "/machines", { name: "extra" })).status).toBe(409);
    expect((await api("DELETE", "/machines/extra")).status).toBe(204);
    expect((await api("DELETE", "/machines/extra")).status).toBe(404);
    expect(await names()).toEqual(["node1", "node2"]);
  });

  it("fail and come back", async () => {
    const cluster = await createCluster(server.origin, { machines: 2 });
    await cluster.run("docker run -d --name sleeper alpine sleep 1000", { machine: "node2" });
    const ping = async (): Promise<number> => (await cluster.docker("GET", "/_ping", undefined, "node2")).status;
    await cluster.json("POST", "/machines/node2", { network: "cut" });
    expect(await ping()).toBe(200);
    await cluster.json("POST", "/machines/node2", { network: "ok", power: "off" });
    expect(await ping()).toBe(503);
    await cluster.json("POST", "/machines/node2", { power: "on" });
    expect(await ping()).toBe(200);
    expect(await cluster.run("docker ps -a --format '{{.Names}} {{.State}}'", { machine: "node2" })).toBe(
      "sleeper exited\n",
    );
    for (const body of [{ power: "maybe" }, { network: 1 }])
      expect((await cluster.api("POST", "/machines/node2", body)).status).toBe(400);
  });
});

describe("files", () => {
  it("are read, written and removed as raw bytes, the same that the shell sees", async () => {
    const cluster = await createCluster(server.origin, { machines: 2 });
    const bytes = new Uint8Array([0, 255, 10, 13, 128]);
    expect((await cluster.api("PUT", "/files/root/b.bin", bytes)).ok).toBe(true);
    const answer = await cluster.api("GET", "/files/root/b.bin");
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    expect(await cluster.run("wc -c < /root/b.bin")).toBe("5\n");
    await cluster.run("echo hi > /root/c.txt");
    expect(await (await cluster.api("GET", "/files/root/c.txt")).text()).toBe("hi\n");
    expect((await cluster.api("GET", "/files/root/c.txt?machine=node2")).status).toBe(404);
    expect((await cluster.api("DELETE", "/files/root/c.txt")).ok).toBe(true);
    expect((await cluster.exec("cat /root/c.txt")).exitCode).toBe(1);
  });

  it("are found from the shell's directory too", async () => {
    const cluster = await createCluster(server.origin);
    await cluster.run("mkdir -p /root/app && cd /root/app && echo one > Dockerfile");
    expect(await (await cluster.api("GET", "/files/Dockerfile")).text()).toBe("one\n");
  });
});

describe("GET ws", () => {
  it("greets with the cluster and its picture", async () => {
    const { id } = await createCluster(server.origin);
    const socket = new WebSocket(`ws://localhost:${server.port}/api/clusters/${id}/ws`);
    const types = await new Promise<string[]>((resolve, reject) => {
      const seen: string[] = [];
      socket.on("open", () => socket.send(JSON.stringify({ type: "hello" })));
      socket.on("message", (data) => {
        seen.push((JSON.parse(String(data)) as { type: string }).type);
        if (seen.includes("hello") && seen.includes("picture")) resolve(seen);
      });
      socket.on("error", reject);
    });
    socket.close();
    expect(types.slice(0, 2)).toEqual(["hello", "picture"]);
  });

  it("is closed to pages of other origins", async () => {
    const { id } = await createCluster(server.origin);
    const socket = new WebSocket(`ws://localhost:${server.port}/api/clusters/${id}/ws`, {
      headers: { Origin: `http://80--${id}.localhost:${server.port}` },
    });
    const refused = await new Promise<string>((resolve) => socket.on("error", (error) => resolve(error.message)));
    expect(refused).toContain("403");
  });
});
