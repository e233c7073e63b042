import { describe, expect, it } from "vitest";
import { joinToken } from "../swarm";
import { testEngine } from "../testing";

const sleeper = { Cmd: ["sleep", "1000"] };
const machine = "node1";
const on = (network: string, more: object = {}) => ({
  ...sleeper,
  HostConfig: { NetworkMode: network },
  NetworkingConfig: { EndpointsConfig: { [network]: more } },
});
const addressOf = (engine: ReturnType<typeof testEngine>, id: string) =>
  engine.core.view
    .table("endpoints")
    .by("container", id)
    .map((row) => row.address)
    .join();

describe("addresses", () => {
  it("are the lowest that are free, and free again after a stop", () => {
    const engine = testEngine();
    const ids = [1, 2, 3].map(() => engine.start(sleeper));
    expect(ids.map((id) => addressOf(engine, id))).toEqual(["172.17.0.2", "172.17.0.3", "172.17.0.4"]);
    engine.exit(ids[1] as string, 0);
    expect(addressOf(engine, engine.start(sleeper))).toBe("172.17.0.3");
  });

  it("go around a gateway and a wish", () => {
    const engine = testEngine();
    const ipam = { Config: [{ Subnet: "10.20.0.0/24", Gateway: "10.20.0.254" }] };
    engine.run("network.create", { machine, name: "net2", ipam });
    const ids = [on("net2"), on("net2", { IPAMConfig: { IPv4Address: "10.20.0.2" } }), on("net2")].map((request) =>
      engine.start(request),
    );
    expect(ids.map((id) => addressOf(engine, id))).toEqual(["10.20.0.1", "10.20.0.2", "10.20.0.3"]);
    const clash = engine.create(on("net2", { IPAMConfig: { IPv4Address: "10.20.0.2" } }));
    expect(() => engine.run("container.start", { machine, ref: clash })).toThrow(
      "failed to set up container networking: Address already in use",
    );
    expect(() => engine.create(on("net2", { IPAMConfig: { IPv4Address: "10.99.0.1" } }))).toThrow(
      "invalid config for network net2: invalid endpoint settings:\nno configured subnet or ip-range contain the IP address 10.99.0.1",
    );
    expect(() => engine.create(on("bridge", { IPAMConfig: { IPv4Address: "172.17.0.9" } }))).toThrow(
      "invalid config for network bridge: invalid endpoint settings:\n* user specified IP address is supported on user defined networks only\n* user specified IP address is supported only when connecting to networks with user configured subnets",
    );
  });

  it("of networks come from the pools, the first free one", () => {
    const engine = testEngine();
    for (const name of ["n1", "n2"]) engine.run("network.create", { machine, name });
    engine.run("network.remove", { machine, ref: "n1" });
    engine.run("network.create", { machine, name: "n3" });
    const rows = engine.core.view.table("networks").by("machine", machine);
    expect(rows.map(({ name, subnet }) => `${name} ${subnet}`)).toEqual([
      "bridge 172.17.0.0/16",
      "host ",
      "none ",
      "n2 172.19.0.0/16",
      "n3 172.18.0.0/16",
    ]);
  });
});

describe("networks", () => {
  it.each([
    [{ name: "bridge" }, "operation is not permitted on predefined bridge network "],
    [{ name: "net1" }, "network with name net1 already exists"],
    [{ name: "x", driver: "nosuch" }, 'plugin "nosuch" not found'],
    [{ name: "x", ipam: { Driver: "nosuch" } }, 'plugin "nosuch" not found'],
    [
      { name: "x", options: { "com.docker.network.driver.mtu": "abc" } },
      'failed to parse com.docker.network.driver.mtu value: abc (strconv.Atoi: parsing "abc": invalid syntax)',
    ],
    [
      { name: "x", ipam: { Config: [{ Subnet: "10.20.0.0/33" }] } },
      "invalid network config:\ninvalid subnet 10.20.0.0/33: invalid CIDR block notation",
    ],
    [
      { name: "x", ipam: { Config: [{ Subnet: "172.18.128.0/17" }] } },
      "invalid pool request: Pool overlaps with other one on this address space",
    ],
  ])("are refused: %j", (args, message) => {
    const engine = testEngine();
    engine.run("network.create", { machine, name: "net1" });
    expect(() => engine.run("network.create", { machine, ...args })).toThrow(message);
  });

  it("stay while they are used, and are pruned when not", () => {
    const engine = testEngine();
    for (const name of ["used", "idle"]) engine.run("network.create", { machine, name });
    const id = engine.start(on("used"), "web");
    const endpoint = engine.core.view.table("endpoints").by("container", id)[0]?.id.slice(0, 12);
    expect(() => engine.run("network.remove", { machine, ref: "used" })).toThrow(
      `error while removing network: network used has active endpoints (name:"web" id:"${endpoint}")`,
    );
    expect(engine.run("network.prune", { machine, filters: {} })).toEqual({ deleted: ["idle"] });
    expect(() => engine.run("network.remove", { machine, ref: "bridge" })).toThrow(
      "bridge is a pre-defined network and cannot be removed",
    );
  });

  it("are joined and left while the container runs", () => {
    const engine = testEngine();
    engine.run("network.create", { machine, name: "net1" });
    const id = engine.start(sleeper, "c1");
    engine.run("network.connect", { machine, ref: "net1", container: "c1" });
    expect(addressOf(engine, id)).toBe("172.17.0.2,172.18.0.2");
    expect(() => engine.run("network.connect", { machine, ref: "net1", container: "c1" })).toThrow(
      "endpoint with name c1 already exists in network net1",
    );
    engine.run("network.disconnect", { machine, ref: "net1", container: "c1" });
    expect(() => engine.run("network.disconnect", { machine, ref: "net1", container: "c1" })).toThrow(
      `container ${id} is not connected to network net1`,
    );
    expect(addressOf(engine, id)).toBe("172.17.0.2");
  });
});

describe("names", () => {
  it("are known on user-defined networks only, to those who share one", () => {
    const engine = testEngine();
    engine.run("network.create", { machine, name: "net1" });
    const a = engine.start(on("net1"), "a1");
    const b = engine.start(on("net1", { Aliases: ["bee"] }), "b1");
    const outside = engine.start(sleeper, "c1");
    const ask = (containerId: string, host: string) =>
      engine.run("net.resolve", { from: { machine, containerId }, host });
    expect(ask(a, "b1")).toEqual(["172.18.0.3"]);
    expect(ask(a, "BEE")).toEqual(["172.18.0.3"]);
    expect(ask(a, b.slice(0, 12))).toEqual(["172.18.0.3"]);
    expect(ask(a, "c1")).toEqual([]);
    expect(ask(outside, "a1")).toEqual([]);
    expect(ask(outside, outside.slice(0, 12))).toEqual(["172.17.0.2"]);
    engine.exit(b, 0);
    expect(ask(a, "b1")).toEqual([]);
  });
});

describe("connections", () => {
  const web = { ...sleeper, HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "4000" }] } } };

  it("reach a published port from its machine and from others", () => {
    const engine = testEngine(2);
    const id = engine.start(web, "web");
    expect(engine.connect("localhost", 4000)).toEqual({ kind: "reset", address: "127.0.0.1", latency: 1 });
    engine.listen(id, 80);
    expect(engine.connect("localhost", 4000)).toMatchObject({
      kind: "container",
      containerId: id,
      port: 80,
      clientAddress: "172.17.0.1",
    });
    expect(engine.connect("node1", 4000, undefined, "node2")).toMatchObject({
      containerId: id,
      clientAddress: "192.168.99.102",
    });
    expect(engine.connect("localhost", 4001)).toMatchObject({ kind: "refused" });
    expect(engine.connect("nosuch", 80)).toEqual({ kind: "unknownName" });
    engine.run("machine.update", { name: "node1", network: "cut" });
    expect(engine.connect("192.168.99.101", 4000, undefined, "node2")).toMatchObject({ kind: "unreachable" });
    expect(engine.connect("localhost", 4000)).toMatchObject({ containerId: id });
  });

  it("bound to loopback do not come from outside", () => {
    const engine = testEngine(2);
    const id = engine.start({
      ...sleeper,
      HostConfig: { PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "4000" }] } },
    });
    engine.listen(id, 80);
    expect(engine.connect("127.0.0.1", 4000)).toMatchObject({ containerId: id });
    expect(engine.connect("node1", 4000, undefined, "node2")).toMatchObject({ kind: "refused" });
  });

  it("between containers need a common network", () => {
    const engine = testEngine();
    for (const name of ["net1", "net2"]) engine.run("network.create", { machine, name });
    const server = engine.start(
      { ...on("net1"), HostConfig: { NetworkMode: "net1", PortBindings: web.HostConfig.PortBindings } },
      "server",
    );
    engine.listen(server, 80);
    const friend = engine.start(on("net1"));
    const stranger = engine.start(on("net2"));
    expect(engine.connect("server", 80, friend)).toMatchObject({ containerId: server, clientAddress: "172.18.0.3" });
    expect(engine.connect("server", 81, friend)).toMatchObject({ kind: "refused" });
    expect(engine.connect("server", 80, stranger)).toEqual({ kind: "unknownName" });
    expect(engine.connect("172.18.0.2", 80, stranger)).toMatchObject({ kind: "timeout" });
    expect(engine.connect("172.19.0.1", 4000, stranger)).toMatchObject({ containerId: server });
    expect(engine.connect("172.18.0.2", 80)).toMatchObject({ containerId: server, clientAddress: "172.18.0.1" });
  });

  it("do not leave an internal network", () => {
    const engine = testEngine();
    engine.run("network.create", { machine, name: "inner", internal: true });
    const id = engine.start(on("inner"));
    expect(engine.connect("192.168.99.101", 80, id)).toEqual({
      kind: "unreachable",
      address: "192.168.99.101",
      after: 0,
    });
  });

  it("share the sandbox of --network container:X", () => {
    const engine = testEngine();
    const id = engine.start(web, "web");
    const guest = engine.start({ ...sleeper, HostConfig: { NetworkMode: "container:web" } });
    engine.listen(guest, 80);
    expect(engine.connect("localhost", 4000)).toMatchObject({ containerId: guest });
    expect(engine.connect("localhost", 80, id)).toMatchObject({ containerId: guest });
  });

  it("to a virtual address take its backends in turn", () => {
    const engine = testEngine(2);
    const run = engine.run;
    run("swarm.init", {
      machine,
      advertiseAddr: "",
      spec: {},
      autoLock: false,
      availability: "",
      addressPool: null,
      subnetSize: 24,
      dataPathPort: 0,
      forceNewCluster: false,
    });
    run("service.create", {
      machine,
      spec: {
        Name: "web",
        TaskTemplate: { ContainerSpec: { Image: "busybox", Args: ["sleep", "9"] } },
        Mode: { Replicated: { Replicas: 3 } },
        EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 8080 }] },
      },
    });
    engine.pass(10_000);
    const containers = engine.core.view
      .table("containers")
      .by("machine", machine)
      .filter((row) => row.state === "running");
    expect(containers).toHaveLength(3);
    for (const { id } of containers) engine.listen(id, 80);
    const hits = Array.from({ length: 9 }, () => {
      const route = engine.connect("localhost", 8080);
      return route.kind === "container" ? route.containerId : route.kind;
    });
    expect(new Set(hits.slice(0, 3)).size).toBe(3);
    expect(hits.slice(3, 6)).toEqual(hits.slice(0, 3));
    expect(hits.slice(6)).toEqual(hits.slice(0, 3));
  });
});

describe("overlay networks", () => {
  const swarm = (attachable: boolean) => {
    const engine = testEngine(2);
    engine.run("swarm.init", {
      machine,
      advertiseAddr: "",
      spec: {},
      autoLock: false,
      availability: "",
      addressPool: null,
      subnetSize: 24,
      dataPathPort: 0,
      forceNewCluster: false,
    });
    engine.pass(1000);
    const token = joinToken(
      [...engine.core.view.table("swarms").all()][0] as Parameters<typeof joinToken>[0],
      "worker",
    );
    const remotes = ["192.168.99.101:2377"];
    engine.run("swarm.join", { machine: "node2", advertiseAddr: "", remotes, token, availability: "" });
    engine.run("swarmNetwork.create", { machine, spec: { Name: "ov", Driver: "overlay", Attachable: attachable } });
    engine.pass(5000);
    return engine;
  };

  it("join containers of different machines when they are attachable", () => {
    const engine = swarm(true);
    const server = engine.start(on("ov"), "server");
    const client = engine.start(on("ov"), "client", "node2");
    engine.listen(server, 80);
    expect(engine.connect("server", 80, client, "node2")).toMatchObject({
      containerId: server,
      clientAddress: "10.0.1.3",
    });
    engine.run("machine.update", { name: "node2", network: "cut" });
    expect(engine.connect("server", 80, client, "node2")).toMatchObject({ kind: "unreachable" });
    engine.exit(server, 0);
    expect([...engine.core.view.table("addresses").all()].some((row) => row.owner === `container:${server}`)).toBe(
      false,
    );
  });

  it("refuse containers that no task stands for when they are not", () => {
    const engine = swarm(false);
    engine.create(on("ov"), "server");
    expect(() => engine.run("container.start", { machine, ref: "server" })).toThrow(
      "Could not attach to network ov: rpc error: code = PermissionDenied desc = network ov not manually attachable",
    );
  });
});
