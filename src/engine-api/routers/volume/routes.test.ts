import { describe, expect, it } from "vitest";
import { testApi } from "../../testing-engine";

describe("volumes", () => {
  it("are created with a name or without, inspected and listed", async () => {
    const api = testApi();
    const v1 = {
      CreatedAt: "2026-01-01T00:01:00Z",
      Driver: "local",
      Labels: { a: "b" },
      Mountpoint: "/var/lib/docker/volumes/v1/_data",
      Name: "v1",
      Options: null,
      Scope: "local",
    };
    const created = await api.call("POST", "/volumes/create", { Name: "v1", Driver: "local", Labels: { a: "b" } });
    expect([created.status, created.json]).toEqual([201, v1]);
    expect((await api.call("GET", "/volumes/v1")).json).toEqual(v1);
    expect((await api.call("GET", "/volumes")).json).toEqual({ Volumes: [v1], Warnings: null });
    const anonymous = (await api.call("POST", "/volumes/create", {})).json;
    expect([anonymous.Name, anonymous.Labels]).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      { "com.docker.volume.anonymous": "" },
    ]);
  });

  it.each([
    ['{"dangling":["true"]}', ["v2"]],
    ['{"dangling":["false"]}', ["v1"]],
    ['{"name":["v.$"]}', ["v1", "v2"]],
    ['{"label":["a=b"]}', ["v2"]],
    ['{"driver":["x"]}', []],
  ])("are found by %s", async (filters, expected) => {
    const api = testApi();
    await api.call("POST", "/volumes/create", { Name: "v2", Labels: { a: "b" } });
    api.engine.create({ HostConfig: { Binds: ["v1:/data"] } });
    const { json } = await api.call("GET", `/volumes?filters=${encodeURIComponent(filters)}`);
    expect(json.Volumes.map(({ Name }: { Name: string }) => Name).sort()).toEqual(expected);
  });

  it.each([
    ["GET", "/volumes/nosuch", undefined, 404, "get nosuch: no such volume"],
    ["DELETE", "/volumes/nosuch", undefined, 404, "get nosuch: no such volume"],
    ["GET", '/volumes?filters={"dangling":["x"]}', undefined, 400, "invalid filter 'dangling=[x]'"],
    ["GET", '/volumes?filters={"x":["x"]}', undefined, 400, "invalid filter 'x'"],
    [
      "POST",
      "/volumes/create",
      { Name: "x" },
      400,
      "create x: volume name is too short, names should be at least two alphanumeric characters",
    ],
  ])("%s %s with %j is refused", async (method, path, body, status, message) => {
    const reply = await testApi().call(method, path, body);
    expect([reply.status, reply.json]).toEqual([status, { message }]);
  });

  it("go when nobody uses them: by name, and anonymous ones by prune", async () => {
    const api = testApi();
    const id = api.engine.create({ HostConfig: { Binds: ["v1:/data"] } });
    expect((await api.call("DELETE", "/volumes/v1")).json).toEqual({
      message: `remove v1: volume is in use - [${id}]`,
    });
    expect((await api.call("DELETE", "/volumes/nosuch?force=1")).status).toBe(204);
    await api.call("DELETE", `/containers/${id}`);
    expect((await api.call("POST", "/volumes/prune")).json).toEqual({ VolumesDeleted: [], SpaceReclaimed: 0 });
    const all = encodeURIComponent('{"all":{"true":true}}');
    expect((await api.call("POST", `/volumes/prune?filters=${all}`)).json).toEqual({
      VolumesDeleted: ["v1"],
      SpaceReclaimed: 0,
    });
  });
});

it("of the swarm can be updated alone, and only where there is one", async () => {
  const api = testApi();
  await api.call("POST", "/volumes/create", { Name: "v1" });
  const { status, json } = await api.call("PUT", "/volumes/v1?version=1", {});
  expect([status, json.message]).toEqual([
    503,
    "volume update only valid for cluster volumes, but swarm is unavailable",
  ]);
});
