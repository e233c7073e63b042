import { describe, expect, it } from "vitest";
import { testApi } from "../../testing-engine";

const names = (json: { Name: string }[]) => json.map(({ Name }) => Name).sort();

describe("networks", () => {
  it("are created, inspected with who is attached, kept while in use, and removed", async () => {
    const api = testApi();
    const body = {
      Name: "net1",
      Driver: "bridge",
      Labels: { a: "b" },
      IPAM: { Driver: "default", Options: {}, Config: [{ Subnet: "10.20.0.0/24" }] },
    };
    const created = await api.call("POST", "/networks/create", body);
    expect([created.status, created.json]).toEqual([201, { Id: expect.stringMatching(/^[0-9a-f]{64}$/), Warning: "" }]);
    const id = api.engine.start({ HostConfig: { NetworkMode: "net1" } }, "c1");
    const endpoint = api.backend.view.table("endpoints").by("container", id)[0];
    expect((await api.call("GET", "/networks/net1")).json).toEqual({
      Name: "net1",
      Id: created.json.Id,
      Created: "2026-01-01T00:01:00Z",
      Scope: "local",
      Driver: "bridge",
      EnableIPv4: true,
      EnableIPv6: false,
      IPAM: { Driver: "default", Options: {}, Config: [{ Subnet: "10.20.0.0/24" }] },
      Internal: false,
      Attachable: false,
      Ingress: false,
      ConfigFrom: { Network: "" },
      ConfigOnly: false,
      Containers: {
        [id]: {
          Name: "c1",
          EndpointID: endpoint?.id,
          MacAddress: endpoint?.mac,
          IPv4Address: "10.20.0.2/24",
          IPv6Address: "",
        },
      },
      Options: {},
      Labels: { a: "b" },
    });
    const refused = await api.call("DELETE", "/networks/net1");
    expect([refused.status, refused.json.message]).toEqual([
      403,
      `error while removing network: network net1 has active endpoints (name:"c1" id:"${endpoint?.id.slice(0, 12)}")`,
    ]);
    const leave = { Container: "c1", Force: false };
    expect((await api.call("POST", "/networks/net1/disconnect", leave)).status).toBe(200);
    expect((await api.call("DELETE", "/networks/net1")).status).toBe(204);
    expect((await api.call("GET", "/networks/net1")).json).toEqual({ message: "network net1 not found" });
  });

  it.each([
    ["{}", ["bridge", "host", "net1", "none"]],
    ['{"type":["builtin"]}', ["bridge", "host", "none"]],
    ['{"type":{"custom":true}}', ["net1"]],
    ['{"dangling":["true"]}', ["net1"]],
    ['{"driver":["null"]}', ["none"]],
    ['{"name":["^n"]}', ["net1", "none"]],
    ['{"label":["a"]}', ["net1"]],
    ['{"scope":["swarm"]}', []],
  ])("are listed by %s", async (filters, expected) => {
    const api = testApi();
    await api.call("POST", "/networks/create", { Name: "net1", Labels: { a: "b" } });
    expect(names((await api.call("GET", `/networks?filters=${encodeURIComponent(filters)}`)).json)).toEqual(expected);
  });

  it.each([
    ["GET", '/networks?filters={"type":["x"]}', undefined, 500, "invalid filter: 'type'='x'"],
    [
      "GET",
      '/networks?filters={"dangling":["x"]}',
      undefined,
      400,
      `invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`,
    ],
    ["GET", "/networks/bridge?scope=swarm", undefined, 404, "network bridge not found"],
    ["POST", "/networks/create", { Name: "bridge" }, 403, "operation is not permitted on predefined bridge network "],
    ["POST", "/networks/create", { Name: "" }, 400, "invalid name: name is empty"],
    [
      "POST",
      "/networks/create",
      { Name: 7 },
      400,
      "invalid JSON: json: cannot unmarshal number into Go struct field CreateRequest.Name of type string",
    ],
    ["DELETE", "/networks/bridge", undefined, 403, "bridge is a pre-defined network and cannot be removed"],
    ["POST", "/networks/bridge/connect", {}, 400, 'invalid name or ID supplied: ""'],
    ["POST", "/networks/bridge/connect", { Container: "nosuch" }, 404, "No such container: nosuch"],
    [
      "POST",
      "/networks/create",
      { Name: "o", Driver: "overlay" },
      503,
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
    ],
  ])("%s %s with %j is refused", async (method, path, body, status, message) => {
    const reply = await testApi().call(method, path, body);
    expect([reply.status, reply.json]).toEqual([status, { message }]);
  });

  it("prune names what went, null for nothing", async () => {
    const api = testApi();
    await api.call("POST", "/networks/create", { Name: "net1" });
    expect((await api.call("POST", "/networks/prune")).json).toEqual({ NetworksDeleted: ["net1"] });
    expect((await api.call("POST", "/networks/prune")).json).toEqual({ NetworksDeleted: null });
  });
});
