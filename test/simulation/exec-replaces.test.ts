/** `exec` of an entrypoint script: the program that it becomes is number 1, and has the signals. */
import { expect, it } from "vitest";
import { hostCluster } from "../support/host";

it("stops nginx behind its entrypoint in order, at once", async () => {
  const cluster = await hostCluster();
  await cluster.run("docker run -d --name ng nginx:alpine");
  await cluster.advance(1_000);
  expect(await cluster.run("docker exec ng ps")).toMatch(/^ {4}1 root .* nginx -g daemon off;$/m);
  await cluster.run("docker stop ng");
  const { State } = await cluster.docker<{ State: { ExitCode: number; StartedAt: string; FinishedAt: string } }>(
    "/containers/ng/json",
  );
  expect(State.ExitCode).toBe(0);
  expect(Date.parse(State.FinishedAt) - Date.parse(State.StartedAt)).toBeLessThan(3_000);
});

it("leaves the shell of a subshell's exec where it is", async () => {
  const cluster = await hostCluster();
  expect(await cluster.run("docker run --rm alpine sh -c '(exec echo a); echo b | cat; exec echo c; echo d'")).toBe(
    "a\nb\nc\n",
  );
});
