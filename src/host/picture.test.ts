import { expect, it } from "vitest";
import { testCluster } from "../core/swarm/testing";
import { PictureTracker } from "./picture";

it("shows who leads after an election in which no node's own row changed", () => {
  const cluster = testCluster(3);
  cluster.init();
  cluster.pass(2000);
  for (const name of ["node2", "node3"]) cluster.join(name, "manager");
  cluster.pass(2000);
  const swarm = () => [...cluster.core.view.table("swarms").all()][0];
  const before = swarm();
  const tracker = new PictureTracker(cluster.core.view);
  const leads = (nodes: { machine: string; leader: boolean }[]) =>
    nodes.filter((it) => it.leader).map((it) => it.machine);
  expect(leads(tracker.whole().nodes)).toEqual(["node1"]);

  cluster.run("test.machine", { name: "node1", power: "off" });
  cluster.pass(30_000);
  const after = swarm();
  if (!before || !after) throw new Error("no swarm");
  expect(after.leader).not.toBe(before.leader);
  tracker.note([{ table: "swarms", id: after.id, before, after }]);
  const nodes = tracker.take()?.upsert.nodes ?? [];
  expect(nodes.map((it) => it.leader).sort()).toEqual([false, true]);
  expect(nodes.find((it) => !it.leader)?.machine).toBe("node1");
});
