/** The server may be killed at any moment: the cluster goes on where it was, whole. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createCluster, type TestCluster } from "../support/cluster";
import { type Server, startServer } from "../support/server";

const COMPOSE = `version: "3"
services:
  web:
    image: traefik/whoami
    deploy:
      replicas: 5
      restart_policy:
        condition: on-failure
    ports:
      - "4000:80"
    networks:
      - webnet
networks:
  webnet:
`;

let server: Server;
let cluster: TestCluster;
beforeEach(async () => {
  server = await startServer();
  cluster = await createCluster(server.origin, { seed: 1 });
  await cluster.run("docker swarm init");
  await cluster.put("/root/docker-compose.yml", COMPOSE);
});
afterEach(() => server.stop());

interface TaskLine {
  readonly name: string;
  readonly state: string;
  readonly desired: string;
}

/** Every task the service ever had. */
async function tasks(): Promise<TaskLine[]> {
  const { stdout } = await cluster.exec(
    "docker service ps --no-trunc --format '{{.Name}}|{{.CurrentState}}|{{.DesiredState}}' app_web",
  );
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", state = "", desired = ""] = line.split("|");
      return { name, state: state.split(" ")[0] as string, desired };
    });
}

/** Lets simulated time pass until the service has come to rest, or too much has passed. */
async function settle(): Promise<void> {
  for (let step = 0; step < 30; step++) {
    const all = await tasks();
    if (all.length > 0 && all.every(({ state, desired }) => state === desired || desired === "Shutdown")) return;
    await cluster.advance("2s");
  }
}

async function expectWhole(): Promise<void> {
  await settle();
  const all = await tasks();
  expect(
    all
      .filter(({ desired }) => desired === "Running")
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["app_web.1", "app_web.2", "app_web.3", "app_web.4", "app_web.5"]);
  expect(all.every(({ state, desired }) => desired !== "Running" || state === "Running")).toBe(true);
  expect(await cluster.run("docker service ls --format '{{.Name}} {{.Replicas}}'")).toBe("app_web 5/5\n");
  expect((await cluster.run("docker ps -q")).trim().split("\n")).toHaveLength(5);
  const hostnames = new Set<string>();
  for (let request = 0; request < 5; request++) {
    const answer = await fetch(`${server.origin}/p/${cluster.id}/4000/`);
    hostnames.add(/Hostname: (\w+)/.exec(await answer.text())?.[1] ?? "none");
  }
  expect(hostnames.size).toBe(5);
}

/** Milliseconds after the deploy began at which the power fails: before, during and after the tasks start. */
it.each([0, 40, 120, 400])(
  "reaches 5/5 with no task lost or doubled when killed %i ms into a deploy",
  async (millis) => {
    const deployed = cluster.exec("docker stack deploy -c /root/docker-compose.yml app").catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, millis));
    await server.crash();
    await deployed;
    await server.start();
    // A deploy that was cut short is given again, as a person would; one that went through is not touched by it.
    await cluster.run("docker stack deploy -c /root/docker-compose.yml app");
    await expectWhole();
  },
);

it("goes on by itself after the runtime alone was killed, with every container as it was", async () => {
  await cluster.run("docker stack deploy -c /root/docker-compose.yml app");
  await settle();
  const before = await cluster.run("docker ps --no-trunc --format '{{.ID}} {{.Names}}'");
  server.crashRuntime();
  // The connection that this process kept open died with the runtime; the next one is served.
  await cluster.run("true").catch(() => undefined);
  expect(await cluster.run("docker ps --no-trunc --format '{{.ID}} {{.Names}}'")).toBe(before);
  await expectWhole();
});
