import { describe, expect, it } from "vitest";
import { createEngineApp } from "./app";
import { fakeBackend } from "./testing";

const get = async (path: string, method = "GET") => {
  const response = await createEngineApp(fakeBackend().backend).fetch(new Request(`http://docker${path}`, { method }));
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
};

describe("the engine's router", () => {
  it.each([
    [
      "/v1.60/info",
      400,
      "application/json",
      '{"message":"client version 1.60 is too new. Maximum supported API version is 1.51"}\n',
    ],
    [
      "/v1.20/info",
      400,
      "text/plain; charset=utf-8",
      "client version 1.20 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version\n",
    ],
    [
      "/v1/info",
      400,
      "text/plain; charset=utf-8",
      "client version 1 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version\n",
    ],
    ["/nosuch", 404, "application/json", '{"message":"page not found"}\n'],
    ["/v1.50/nosuch", 404, "application/json", '{"message":"page not found"}\n'],
  ])("answers %s with %i", async (path, status, type, text) => {
    expect(await get(path)).toEqual({ status, type, text });
  });

  it("finds a route with and without a version, and refuses by the error's kind", async () => {
    const refusal = {
      status: 503,
      type: "application/json",
      text: '{"message":"This node is not a swarm manager. Use \\"docker swarm init\\" or \\"docker swarm join\\" to connect this node to swarm and try again."}\n',
    };
    expect(await get("/swarm")).toEqual(refusal);
    expect(await get("/v1.24/swarm")).toEqual(refusal);
    expect(await get("/v1.51/swarm")).toEqual(refusal);
  });

  it("says who it is on every answer", async () => {
    const response = await createEngineApp(fakeBackend().backend).fetch(new Request("http://docker/v9.9/x"));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      server: "Docker/28.5.2 (linux)",
      "api-version": "1.51",
      ostype: "linux",
      "docker-experimental": "false",
      "content-encoding": "identity",
    });
  });
});
