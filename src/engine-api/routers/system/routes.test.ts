import { describe, expect, it } from "vitest";
import { reader, type TestApi, testApi } from "../../testing-engine";

const lines = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
const actions = (text: string) => lines(text).map(({ Type, Action }) => `${Type} ${Action}`);
const seconds = (api: TestApi, more = 0) => api.engine.core.now / 1000 + more;

describe("the system routes", () => {
  it.each([
    ["GET", "OK", null],
    ["HEAD", "", "0"],
  ])("answer %s /_ping", async (method, body, length) => {
    const response = await testApi().fetch(method, "/_ping");
    expect([response.status, await response.text(), response.headers.get("content-length")]).toEqual([
      200,
      body,
      length,
    ]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "api-version": "1.51",
      "builder-version": "2",
      swarm: "inactive",
      "cache-control": "no-cache, no-store, must-revalidate",
      pragma: "no-cache",
      "content-type": "text/plain; charset=utf-8",
    });
  });

  it("count in /info what there is", async () => {
    const api = testApi();
    api.engine.start({}, "one");
    api.engine.create({}, "two");
    const { json } = await api.call("GET", "/v1.50/info");
    expect(json).toMatchObject({
      Containers: 2,
      ContainersRunning: 1,
      ContainersPaused: 0,
      ContainersStopped: 1,
      Images: 1,
      Name: "node1",
      ServerVersion: "28.5.2",
      Swarm: { LocalNodeState: "inactive" },
      MemTotal: api.backend.view.table("machines").get("node1")?.memory,
    });
    expect((await api.call("GET", "/version")).json).toMatchObject({
      Version: "28.5.2",
      ApiVersion: "1.51",
      MinAPIVersion: "1.24",
    });
  });

  it("know no plugin", async () => {
    const api = testApi();
    expect((await api.call("GET", "/plugins")).json).toEqual([]);
    expect((await api.call("GET", "/plugins/nosuch/json")).json).toEqual({ message: 'plugin "nosuch" not found' });
  });
});

describe("disk usage", () => {
  it("adds up images, written layers and volumes", async () => {
    const api = testApi();
    api.engine.create({ HostConfig: { Binds: ["v1:/data"] } }, "one");
    const { json } = await api.call("GET", "/system/df");
    expect(Object.keys(json)).toEqual(["LayersSize", "Images", "Containers", "Volumes", "BuildCache"]);
    expect(json.LayersSize).toBe(2_063_705);
    expect(json.Images).toMatchObject([
      { Containers: 1, RepoTags: ["busybox:latest"], SharedSize: 0, Size: 2_063_705 },
    ]);
    expect(json.Containers).toMatchObject([{ Names: ["/one"], SizeRootFs: 2_063_705 }]);
    expect(json.Volumes).toMatchObject([{ Name: "v1", UsageData: { RefCount: 1, Size: 0 } }]);
    expect(json.BuildCache).toEqual([]);
  });

  it("gives only what is asked for", async () => {
    const api = testApi();
    expect((await api.call("GET", "/system/df?type=volume&type=build-cache")).json).toEqual({
      LayersSize: 0,
      Images: null,
      Containers: null,
      Volumes: [],
      BuildCache: [],
    });
    const reply = await api.call("GET", "/system/df?type=x");
    expect([reply.status, reply.json]).toEqual([400, { message: "unknown object type: x" }]);
  });
});

describe("events", () => {
  it("of the past end with `until`", async () => {
    const api = testApi();
    const since = seconds(api);
    const id = api.engine.start({ Labels: { z: "1" } }, "web");
    const { text } = await api.call("GET", `/events?since=${since}&until=${seconds(api)}`);
    expect(actions(text)).toEqual(["container create", "network connect", "container start"]);
    expect(lines(text)[0]).toEqual({
      status: "create",
      id,
      from: "busybox",
      Type: "container",
      Action: "create",
      Actor: { ID: id, Attributes: { image: "busybox", name: "web", z: "1" } },
      scope: "local",
      time: since,
      timeNano: since * 1e9,
    });
  });

  it("until the present of a clock outside end with what has been, though the cluster's is ahead", async () => {
    const api = testApi();
    const outside = api.engine.core.now;
    api.backend.wallClock = () => outside;
    api.engine.pass(60_000);
    api.engine.start({}, "web");
    const { text } = await api.call("GET", `/events?since=1&until=${Math.floor(outside / 1000)}`);
    expect(actions(text)).toContain("container start");
  });

  it("to come are told as they happen, and the client's leaving lets the time go", async () => {
    const api = testApi();
    const stream = reader(await api.fetch("GET", "/events"));
    const id = api.engine.start({}, "web");
    api.engine.exit(id, 3);
    const seen: string[] = [];
    while (!seen.includes("container die")) seen.push(...actions((await stream.next()) ?? ""));
    expect(seen).toEqual([
      "container create",
      "network connect",
      "container start",
      "network disconnect",
      "container die",
    ]);
    await stream.cancel();
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(api.holds()).toBe(0);
  });

  it("show signs of life while nothing happens", async () => {
    const api = testApi();
    const stream = reader(await api.fetch("GET", "/events"));
    api.engine.pass(5000);
    expect(await stream.next()).toBe("\n");
    await stream.cancel();
  });

  it.each([
    ['{"type":["container"]}', ["container create", "container start", "container exec_create: sh -c ls"]],
    ['{"event":["exec_create"]}', ["container exec_create: sh -c ls"]],
    ['{"event":{"start":true}}', ["container start"]],
    ['{"container":["we"],"event":["create"]}', ["container create"]],
    ['{"network":["bridge"]}', ["network connect"]],
    ['{"image":["busybox"],"event":["start"]}', ["container start"]],
    ['{"label":["z=2"]}', []],
    ['{"scope":["swarm"]}', []],
    ['{"nosuch":["x"],"event":["start"]}', ["container start"]],
  ])("are chosen by %s", async (filters, expected) => {
    const api = testApi();
    const since = seconds(api);
    api.engine.start({ Labels: { z: "1" } }, "web");
    await api.call("POST", "/containers/web/exec", { Cmd: ["sh", "-c", "ls"] });
    const query = `since=${since}&until=${seconds(api)}&filters=${encodeURIComponent(filters)}`;
    expect(actions((await api.call("GET", `/events?${query}`)).text)).toEqual(expected);
  });

  it("refuse times that are none or in the wrong order", async () => {
    const api = testApi();
    const wrong = await api.call("GET", "/events?since=x");
    expect([wrong.status, wrong.json.message]).toEqual([500, 'strconv.ParseInt: parsing "x": invalid syntax']);
    const turned = await api.call("GET", "/events?since=9&until=8");
    expect([turned.status, turned.json.message]).toEqual([400, "`since` time (9) cannot be after `until` time (8)"]);
  });
});
