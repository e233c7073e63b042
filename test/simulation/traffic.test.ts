/** Updates, drains and scaling under load: a well-behaved server loses no request (connection draining, invariant 36). */
import { describe, expect, it } from "vitest";
import { type HostCluster, hostCluster } from "../support/host";

const MACHINES = ["node1", "node2", "node3"] as const;
/** Simulated milliseconds between two requests: 200 a second. */
const BETWEEN = 5;

async function swarm(): Promise<HostCluster> {
  const cluster = await hostCluster({ machines: MACHINES.length });
  await cluster.swarm();
  await cluster.advance(2_000);
  return cluster;
}

/** Lets time pass until the service has that many running tasks. */
async function running(cluster: HostCluster, service: string, count: number): Promise<void> {
  for (let n = 0; n < 300; n++) {
    const ps = await cluster.run(`docker service ps -q -f desired-state=running ${service}`);
    const ls = await cluster.run(`docker service ls --filter name=${service} --format '{{.Replicas}}'`);
    if (ps.trim().split("\n").length === count && ls.startsWith(`${count}/${count}`)) return;
    await cluster.advance(1_000);
  }
  throw new Error(`${service} does not come to ${count} tasks:\n${await cluster.run(`docker service ps ${service}`)}`);
}

interface Load {
  readonly sent: number;
  readonly lost: readonly string[];
  /** Requests answered, by what the server said. */
  readonly answers: ReadonlyMap<string, number>;
}

/** Sends a request every five simulated milliseconds, to the machines in turn, until `done` says so (asked every second). */
async function load(cluster: HostCluster, path: string, done: () => Promise<boolean>): Promise<Load> {
  const lost: string[] = [];
  const answers = new Map<string, number>();
  const open = new Set<Promise<void>>();
  let sent = 0;
  const send = async (second: number) => {
    const machine = MACHINES[sent++ % MACHINES.length] as string;
    const answer = await cluster.get(machine, 8080, path);
    const text = await answer.text();
    if (answer.status !== 200) lost.push(`${second}s ${machine}: ${answer.status} ${text.trim()}`);
    const who = /^Hostname: (.*)$/m.exec(text)?.[1] ?? text;
    answers.set(who, (answers.get(who) ?? 0) + 1);
  };
  for (let second = 0; second < 300; second++) {
    for (let n = 0; n < 1000 / BETWEEN; n++) {
      const request = send(second);
      open.add(request);
      void request.then(() => open.delete(request));
      await cluster.advance(BETWEEN);
    }
    if (await done()) break;
  }
  for (let n = 0; n < 1000 && open.size > 0; n++) await cluster.advance(100);
  expect(open.size).toBe(0);
  return { sent, lost, answers };
}

/** True some seconds after the update is over, when what it replaced has ended as well. */
function updated(cluster: HostCluster, service: string): () => Promise<boolean> {
  let seconds = 0;
  return async () => {
    const state = await cluster.run(`docker service inspect ${service} --format '{{.UpdateStatus.State}}'`);
    if (state.trim() === "completed") seconds++;
    return seconds > 5;
  };
}

const APP = `import os, socket, time
from flask import Flask

app = Flask(__name__)

@app.route("/")
def hello():
    return "Hello!\\nHostname: %s\\nColour: %s\\n" % (socket.gethostname(), os.getenv("COLOUR", "blue"))

@app.route("/slow")
def slow():
    time.sleep(0.015)
    return hello()

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=80)
`;

const DOCKERFILE = `FROM python:3.12-slim
WORKDIR /app
RUN pip install flask
COPY app.py .
CMD ["python", "app.py"]
`;

/** Builds the application and gives it to all machines through the registry. */
async function buildApp(cluster: HostCluster): Promise<void> {
  await cluster.put("app/app.py", APP);
  await cluster.put("app/Dockerfile", DOCKERFILE);
  await cluster.run(
    "docker build -q -t student/app app && docker login -u student -p secret && docker push -q student/app",
  );
}

const HEALTHCHECK = `--health-cmd 'python -c "import urllib.request; urllib.request.urlopen(\\"http://localhost/\\")"' --health-interval 2s`;

describe("200 requests a second", { timeout: 120_000 }, () => {
  it.each(["start-first", "stop-first"])("lose none during a rolling update of whoami, %s", async (order) => {
    const cluster = await swarm();
    await cluster.run(
      `docker service create -d --name web --replicas 5 --update-order ${order} --publish 8080:80 traefik/whoami`,
    );
    await running(cluster, "web", 5);
    await cluster.run("docker service update -d --env-add COLOUR=green web");
    const { sent, lost, answers } = await load(cluster, "/", updated(cluster, "web"));
    expect(lost.slice(0, 10)).toEqual([]);
    expect(sent).toBeGreaterThan(2_000);
    expect(answers.size).toBe(10);
  });

  it.each([
    ["start-first", "", "/"],
    ["start-first", HEALTHCHECK, "/slow"],
    ["stop-first", HEALTHCHECK, "/"],
  ])("lose none during a rolling update of a Flask application, %s %s %s", async (order, health, path) => {
    const cluster = await swarm();
    await buildApp(cluster);
    await cluster.run(
      `docker service create -d --with-registry-auth --name web --replicas 5 --update-order ${order} ${health} --publish 8080:80 student/app`,
    );
    await running(cluster, "web", 5);
    await cluster.run("docker service update -d --env-add COLOUR=green web");
    const { sent, lost, answers } = await load(cluster, path, updated(cluster, "web"));
    expect(lost.slice(0, 10)).toEqual([]);
    expect(sent).toBeGreaterThan(2_000);
    expect(answers.size).toBe(10);
  });

  it("lose none while a machine is drained", async () => {
    const cluster = await swarm();
    await cluster.run("docker service create -d --name web --replicas 5 --publish 8080:80 traefik/whoami");
    await running(cluster, "web", 5);
    await cluster.run("docker node update --availability drain node2");
    let seconds = 0;
    const { lost, answers } = await load(cluster, "/", async () => ++seconds > 20);
    expect(lost.slice(0, 10)).toEqual([]);
    expect(answers.size).toBeGreaterThan(5);
    const nodes = await cluster.run("docker service ps web -f desired-state=running --format '{{.Node}}'");
    expect(nodes).not.toContain("node2");
  });
});
