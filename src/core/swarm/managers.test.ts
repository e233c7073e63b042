/** Managers as a raft group: majorities, elections, the root's rotation, locks; and how long the loss of a machine takes. */
import { describe, expect, it } from "vitest";
import { leadership, managedSwarm } from "./access";
import { joinToken } from "./manager/ca";
import { type TestCluster, testCluster } from "./testing";

const NO_LEADER = /The swarm does not have a leader/;

/** `managers` managers, then workers, all settled. */
function swarm(managers: number, workers = 0, autoLock = false): TestCluster {
  const cluster = testCluster(managers + workers);
  cluster.run("swarm.init", {
    machine: "node1",
    advertiseAddr: "",
    spec: {},
    autoLock,
    availability: "",
    addressPool: null,
    subnetSize: 24,
    dataPathPort: 0,
    forceNewCluster: false,
  });
  cluster.pass(2000);
  for (let n = 2; n <= managers + workers; n++) cluster.join(`node${n}`, n <= managers ? "manager" : "worker");
  cluster.pass(2000);
  return cluster;
}

const rowOf = (cluster: TestCluster) => {
  const [row] = cluster.core.view.table("swarms").all();
  if (!row) throw new Error("no swarm");
  return row;
};

const node = (cluster: TestCluster, machine: string) => {
  const row = cluster.core.view.table("nodes").by("machine", machine)[0];
  if (!row) throw new Error(`no node ${machine}`);
  return row;
};

const leader = (cluster: TestCluster) => cluster.core.view.table("nodes").get(rowOf(cluster).leader)?.machine;
const manage = (cluster: TestCluster, machine: string) => managedSwarm(cluster.core.view, machine);

describe("a majority", () => {
  it("elects another leader within 10 to 20 seconds when the first is cut off, which then refuses", () => {
    const cluster = swarm(3, 1);
    cluster.run("test.machine", { name: "node1", cutFrom: ["node2", "node3"] });
    cluster.pass(9900);
    expect(["node1", "node2"].map((machine) => leadership(cluster.core.view, machine))).toEqual([
      "electing",
      "electing",
    ]);
    cluster.pass(10_200);
    expect(["node2", "node3"]).toContain(leader(cluster));
    expect(manage(cluster, "node2").leader).toBe(rowOf(cluster).leader);
    expect(() => manage(cluster, "node1")).toThrow(NO_LEADER);
    expect(node(cluster, "node1").manager?.reachability).toBe("unreachable");
  });

  it("is needed for everything: no node is declared down and no task replaced without it", () => {
    const cluster = swarm(3, 1);
    cluster.create({ Name: "web", Mode: { Replicated: { Replicas: 4 } } });
    cluster.pass(5000);
    for (const name of ["node2", "node3", "node4"]) cluster.run("test.machine", { name, power: "off" });
    cluster.pass(60_000);
    expect(leadership(cluster.core.view, "node1")).toBe("none");
    expect(node(cluster, "node4").status.state).toBe("ready");
    expect(cluster.core.view.table("tasks").size).toBe(4);
    cluster.run("test.machine", { name: "node2", power: "on" });
    cluster.pass(20_500);
    expect(leadership(cluster.core.view, "node1")).toBe("led");
    cluster.pass(45_000);
    expect([node(cluster, "node3").status.state, node(cluster, "node4").status.state]).toEqual(["down", "down"]);
  });

  it("does not count a manager that left by force", () => {
    const cluster = swarm(3);
    for (const machine of ["node2", "node3"]) cluster.run("swarm.leave", { machine, force: true });
    cluster.pass(30_000);
    expect(() => manage(cluster, "node1")).toThrow(NO_LEADER);
  });

  it("of one comes back by itself", () => {
    const cluster = swarm(1);
    cluster.run("test.machine", { name: "node1", power: "off" });
    cluster.pass(60_000);
    cluster.run("test.machine", { name: "node1", power: "on" });
    cluster.pass(3000);
    expect([leader(cluster), node(cluster, "node1").status.state]).toEqual(["node1", "ready"]);
  });
});

describe("the root's rotation", () => {
  const rotate = (cluster: TestCluster) => {
    const { version, spec } = rowOf(cluster);
    cluster.run("swarm.update", {
      machine: "node1",
      version,
      spec: { ...spec, CAConfig: { ...spec.CAConfig, ForceRotate: (spec.CAConfig.ForceRotate ?? 0) + 1 } },
      rotateWorkerToken: false,
      rotateManagerToken: false,
      rotateManagerUnlockKey: false,
    });
  };

  it("waits for a node that is away, then changes root and tokens", () => {
    const cluster = swarm(1, 2);
    const before = rowOf(cluster);
    const old = joinToken(before, "worker");
    cluster.run("test.machine", { name: "node3", power: "off" });
    cluster.pass(20_000);
    rotate(cluster);
    cluster.pass(10_000);
    const issuers = ["node1", "node2", "node3"].map(
      (machine) => node(cluster, machine).tls?.issuerPublicKey === before.issuerPublicKey,
    );
    expect([issuers, rowOf(cluster).trustRoot]).toEqual([[false, false, true], before.trustRoot]);
    cluster.run("test.machine", { name: "node3", power: "on" });
    cluster.pass(10_000);
    const after = rowOf(cluster);
    expect([after.rotation, after.trustRoot === before.trustRoot]).toEqual([undefined, false]);
    expect([...cluster.core.view.table("nodes").all()].filter((row) => row.tls)).toEqual([]);
    cluster.run("swarm.leave", { machine: "node3", force: false });
    expect(() => cluster.join("node3", "worker", old)).toThrow(
      /^remote CA does not match fingerprint\. Expected: [0-9a-f]{64}$/,
    );
    cluster.join("node3", "worker");
  });
});

describe("autolock", () => {
  it("asks a manager that was away for the key of the day it went down", () => {
    const cluster = swarm(3, 0, true);
    const { unlockKey: first } = rowOf(cluster);
    cluster.run("test.machine", { name: "node3", power: "off" });
    const { version, spec } = rowOf(cluster);
    cluster.run("swarm.update", {
      machine: "node1",
      version,
      spec,
      rotateWorkerToken: false,
      rotateManagerToken: false,
      rotateManagerUnlockKey: true,
    });
    cluster.run("test.machine", { name: "node3", power: "on" });
    cluster.pass(3000);
    expect(() => manage(cluster, "node3")).toThrow(/^Swarm is encrypted and needs to be unlocked/);
    expect(node(cluster, "node3").manager?.reachability).toBe("unreachable");
    const { unlockKey } = rowOf(cluster);
    expect(() => cluster.run("swarm.unlock", { machine: "node3", key: unlockKey })).toThrow(
      "swarm could not be unlocked: invalid key provided",
    );
    cluster.run("swarm.unlock", { machine: "node3", key: first });
    cluster.pass(3000);
    expect(manage(cluster, "node3").leader).toBe(rowOf(cluster).leader);
  });
});

describe("a worker that loses its power", () => {
  const tasksOn = (cluster: TestCluster, machine: string) =>
    cluster.core.view
      .table("tasks")
      .by("node", node(cluster, machine).id)
      .map(({ slot, desiredState, status }) => `${slot} ${desiredState} ${status.state}`)
      .sort();

  it("is down after 8.5 to 16.5 s; its tasks run elsewhere 5 s later; back again it gets nothing back", () => {
    const cluster = swarm(1, 2);
    cluster.create({ Name: "web", Mode: { Replicated: { Replicas: 3 } } });
    cluster.pass(10_000);
    const [lost = ""] = tasksOn(cluster, "node3");
    expect(lost).toMatch(/^\d running running$/);
    const slot = lost[0];
    const off = cluster.core.now;
    cluster.run("test.machine", { name: "node3", power: "off" });
    while (node(cluster, "node3").status.state === "ready") cluster.pass(100);
    expect(cluster.core.now - off).toBeGreaterThanOrEqual(8500);
    expect(cluster.core.now - off).toBeLessThanOrEqual(16_600);
    expect(node(cluster, "node3").status.message).toBe("heartbeat failure");
    expect(tasksOn(cluster, "node3")).toEqual([`${slot} shutdown running`]);
    const elsewhere = () =>
      [...tasksOn(cluster, "node1"), ...tasksOn(cluster, "node2")].filter((text) => text[0] === slot);
    cluster.pass(4800);
    expect(elsewhere()).toEqual([`${slot} ready ready`]);
    cluster.pass(1200);
    expect(elsewhere()).toEqual([`${slot} running running`]);
    cluster.run("test.machine", { name: "node3", power: "on" });
    cluster.pass(60_000);
    expect(node(cluster, "node3").status.state).toBe("ready");
    expect(tasksOn(cluster, "node3").filter((text) => text.includes("running"))).toEqual([]);
    expect(elsewhere()).toEqual([`${slot} running running`]);
  });

  it("is not missed when it is back within the grace", () => {
    const cluster = swarm(1, 1);
    cluster.pass(5000);
    cluster.run("test.machine", { name: "node2", network: "cut" });
    cluster.pass(8000);
    cluster.run("test.machine", { name: "node2", network: "ok" });
    cluster.pass(20_000);
    expect(node(cluster, "node2").status).toMatchObject({ state: "ready", message: "" });
  });
});
