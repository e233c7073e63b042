import { describe, expect, it } from "vitest";
import type { Placement, TaskSpec } from "../../spec";
import type { NodeRow, TaskRow } from "../tables";
import type { NodeBook } from "./books";
import { matchesConstraints, parseConstraints } from "./constraints";
import { Pipeline } from "./filters";
import { place } from "./spread";

const node = (fields: Partial<NodeRow> = {}): NodeRow => ({
  id: "n1",
  swarm: "s",
  version: 1,
  createdAt: 0,
  updatedAt: 0,
  machine: "node1",
  spec: { Role: "worker", Availability: "active", Labels: { disk: "ssd" } },
  role: "worker",
  description: {
    Hostname: "node1",
    Platform: { Architecture: "x86_64", OS: "linux" },
    Resources: { NanoCPUs: 2e9, MemoryBytes: 1e9 },
    Engine: { EngineVersion: "28.5.2", Plugins: [{ Type: "Log", Name: "json-file" }] },
  },
  status: { state: "ready", message: "", addr: "192.168.99.101" },
  session: "x",
  rank: 0,
  addresses: {},
  ...fields,
});

const book = (fields: Partial<NodeBook> = {}): NodeBook => ({
  node: node(),
  cpu: 0,
  memory: 0,
  generic: new Map(),
  active: 0,
  services: new Map(),
  ports: new Map(),
  failures: new Map(),
  ...fields,
});

const task = (spec: TaskSpec, fields: Partial<TaskRow> = {}): TaskRow => ({
  id: "t1",
  swarm: "s",
  version: 1,
  createdAt: 0,
  updatedAt: 0,
  serviceId: "svc",
  serviceName: "web",
  serviceLabels: {},
  slot: 1,
  nodeId: "",
  global: false,
  spec,
  specVersion: 0,
  desiredState: "running",
  status: { state: "pending", message: "", timestamp: 0 },
  attachments: [],
  ...fields,
});

const host = { endpointSpec: { Ports: [{ Protocol: "tcp", PublishedPort: 9000, PublishMode: "host" }] } };
const drained = node({ spec: { Role: "worker", Availability: "drain" } });

describe("filters", () => {
  it.each<[string, TaskRow, NodeBook[]]>([
    ["", task({}), [book()]],
    ["1 node not available for new tasks", task({}), [book({ node: drained })]],
    ["2 nodes not available for new tasks", task({}), [book({ node: drained }), book({ node: drained })]],
    [
      "insufficient resources on 1 node",
      task({ Resources: { Reservations: { NanoCPUs: 1e9 } } }),
      [book({ cpu: 15e8 })],
    ],
    ["insufficient resources on 1 node", task({ Resources: { Reservations: { MemoryBytes: 2e9 } } }), [book()]],
    ["missing plugin on 1 node", task({ LogDriver: { Name: "nosuch" } }), [book()]],
    [
      "scheduling constraints not satisfied on 1 node",
      task({ Placement: { Constraints: ["node.role==manager"] } }),
      [book()],
    ],
    [
      "unsupported platform on 1 node",
      task({ Placement: { Platforms: [{ Architecture: "s390x", OS: "linux" }] } }),
      [book()],
    ],
    ["", task({ Placement: { Platforms: [{ Architecture: "amd64", OS: "linux" }] } }), [book()]],
    ["host-mode port already in use on 1 node", task({}, host), [book({ ports: new Map([["tcp/9000", 1]]) })]],
    [
      "max replicas per node limit exceed",
      task({ Placement: { MaxReplicas: 1 } }),
      [book({ services: new Map([["svc", 1]]) })],
    ],
    [
      "insufficient resources on 2 nodes; 1 node not available for new tasks",
      task({ Resources: { Reservations: { NanoCPUs: 1e9 } } }),
      [book({ node: drained }), book({ cpu: 2e9 }), book({ cpu: 2e9 })],
    ],
  ])("say %j", (text, wanted, books) => {
    const pipeline = new Pipeline(wanted);
    for (const each of books) pipeline.passes(each);
    expect(pipeline.explain()).toBe(text);
  });
});

describe("constraints", () => {
  it.each([
    ["node.labels.disk==SSD", true],
    ["node.labels.Disk==ssd", false],
    ["node.labels.rack!=a", true],
    ["node.hostname == node1", true],
    ["NODE.ROLE != manager", true],
    ["node.ip==192.168.99.0/24", true],
    ["node.ip!=192.168.0.0/16", false],
    ["node.ip!=nonsense", false],
    ["node.platform.arch==amd64", false],
    ["node.nosuch==1", false],
  ])("%s is %s", (text, met) => {
    expect(matchesConstraints([text], node())).toBe(met);
  });

  it.each([
    ["nonsense", "constraint expected one operator from ==, !="],
    ["a=b", "constraint expected one operator from ==, !="],
    ["node role==x", "key 'node role' is invalid"],
    ["node.role==", "value '' is invalid"],
  ])("%s is refused", (text, message) => {
    expect(() => parseConstraints([text])).toThrow(`rpc error: code = Unknown desc = ${message}`);
  });
});

/** Places so many tasks on nodes that have some; returns how many each has then. */
function share(count: number, books: NodeBook[], placement?: Placement): number[] {
  const group = { serviceId: "svc", failureKey: "svc/0", now: 0, placement };
  place(
    books,
    count,
    group,
    ({ node: { spec } }) => spec.Availability === "active",
    (each) => {
      each.active++;
      each.services.set("svc", (each.services.get("svc") ?? 0) + 1);
    },
  );
  return books.map((each) => each.services.get("svc") ?? 0);
}

const zoned = (zone: string, rank: number, availability: "active" | "drain" = "active") =>
  book({ node: node({ rank, spec: { Role: "worker", Availability: availability, Labels: { zone } } }) });
const byZone = { Preferences: [{ Spread: { SpreadDescriptor: "node.labels.zone" } }] };

describe("spreading", () => {
  it("is level on equal nodes", () => {
    expect(share(6, [book(), book(), book()])).toEqual([2, 2, 2]);
  });

  it("levels up an empty node before it goes round", () => {
    expect(share(5, [book({ services: new Map([["svc", 3]]), active: 3 }), book()])).toEqual([4, 4]);
  });

  it("passes over nodes that fail the filters", () => {
    expect(share(4, [zoned("a", 0, "drain"), zoned("a", 1), zoned("a", 2)])).toEqual([0, 2, 2]);
  });

  it("shares by preference first", () => {
    expect(share(6, [zoned("a", 0), zoned("a", 1), zoned("a", 2), zoned("b", 3)], byZone)).toEqual([1, 1, 1, 3]);
  });

  it("gives a full branch's share to the others", () => {
    expect(share(4, [zoned("a", 0), zoned("b", 1, "drain")], byZone)).toEqual([4, 0]);
  });

  it("avoids a node where the service keeps failing", () => {
    const failing = new Map([["svc/0", new Map([1, 2, 3, 4, 5].map((n) => [`t${n}`, 0] as const))]]);
    expect(share(2, [book({ failures: failing }), book({ services: new Map([["svc", 4]]) })])).toEqual([0, 6]);
  });
});
