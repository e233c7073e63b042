import { expect, it } from "vitest";
import { docker } from "../../testing";

it("docker volume update refuses a volume of the machine", async () => {
  const answers = { "GET /volumes/v1": { json: { Name: "v1" } } };
  expect(await docker(["volume", "update", "--availability", "drain", "v1"], { answers })).toMatchObject({
    code: 1,
    stderr: "can only update cluster volumes\n",
    requests: ["GET /volumes/v1"],
  });
});

it("docker volume update changes the availability of a volume of the swarm", async () => {
  const Spec = { Availability: "active", Group: "g" };
  const answers = {
    "GET /volumes/v1": { json: { Name: "v1", ClusterVolume: { ID: "abc", Version: { Index: 7 }, Spec } } },
    "PUT /volumes/abc?version=7": { status: 200 },
  };
  const outcome = await docker(["volume", "update", "--availability", "drain", "v1"], { answers });
  expect([outcome.code, outcome.stderr, outcome.requests]).toEqual([0, "", Object.keys(answers)]);
});
