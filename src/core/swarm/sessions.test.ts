/** The session between manager and agents over links that lose, delay and reorder messages. */
import { describe, expect, it } from "vitest";
import { testCluster } from "./testing";

const swarm = (seed: number) => {
  const cluster = testCluster(3, { seed });
  cluster.init();
  cluster.pass(1000);
  cluster.join("node2");
  cluster.join("node3");
  cluster.pass(2000);
  return cluster;
};

describe("messages that overtake each other", () => {
  const disturb = (cluster: ReturnType<typeof swarm>, reorder: number) => {
    for (const name of ["node2", "node3"]) cluster.run("test.machine", { name, reorder });
  };

  it.each([1, 2, 3, 4, 5])("lead to the same tasks, seed %i", (seed) => {
    const cluster = swarm(seed);
    disturb(cluster, 0.5);
    for (let round = 0; round < 16; round++) {
      const replicas = 6 + 3 * (round % 2);
      if (round === 0) cluster.create({ Name: "web", Mode: { Replicated: { Replicas: replicas } } });
      else cluster.update("web", (spec) => ({ ...spec, Mode: { Replicated: { Replicas: replicas } } }));
      cluster.pass(round > 4 ? 130 : 700); // short: the next assignments are sent while the last are on their way
      if (round > 4) continue;
      // a session that ends in the middle: registrations and assignments cross each other
      cluster.run("test.machine", { name: "node2", network: "cut", reorder: 0.5 });
      cluster.run("test.machine", { name: "node2", network: "ok", reorder: 0.5 });
      cluster.pass(900);
    }
    cluster.pass(30_000);
    const { view } = cluster.core;
    const wanted = [...view.table("tasks").all()].filter((task) => task.desiredState === "running");
    expect(wanted.map((task) => task.status.state)).toEqual(Array(9).fill("running"));
    const running = [...view.table("containers").all()].filter((container) => container.state === "running");
    expect(running.map((container) => container.taskId).sort()).toEqual(wanted.map((task) => task.id).sort());
    for (const member of view.table("swarmNodes").all())
      expect(member.session).toBe(view.table("nodes").get(member.nodeId)?.session);
    expect(view.table("mail").size).toBe(0);
  });

  it("do not bring a node back that has left", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const cluster = swarm(seed);
      disturb(cluster, 0.5);
      cluster.run("test.machine", { name: "node3", network: "cut", reorder: 0.5 });
      cluster.run("test.machine", { name: "node3", network: "ok", reorder: 0.5 });
      cluster.pass(700);
      cluster.run("swarm.leave", { machine: "node3", force: true }); // its registration may be on its way yet
      cluster.pass(20_000);
      expect(cluster.core.view.table("nodes").by("machine", "node3")[0]?.status.state).toBe("down");
    }
  });
});
