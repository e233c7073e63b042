/** One student's mistake stays that student's: over the real server, because it is the server that must not fall. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCluster } from "../support/cluster";
import { type Server, startServer } from "../support/server";

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function exec(id: string, command: string, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(`${server.origin}/api/clusters/${id}/exec`, {
    method: "POST",
    body: JSON.stringify({ command }),
    ...(signal ? { signal } : {}),
  });
  const { stdout, stderr } = (await answer.json()) as { stdout: string; stderr: string };
  return stdout + stderr;
}

describe("a student's mistake", () => {
  it("an endless loop gets its Ctrl-C when nobody waits for it any more", async () => {
    const { id } = await createCluster(server.origin);
    await expect(exec(id, "while true; do :; done", AbortSignal.timeout(1000))).rejects.toThrow();
    expect(await exec(id, "echo still here")).toBe("still here\n");
  });

  it.each([
    ["a fork bomb", ":(){ :|:& };:; echo done", "done"],
    ["a variable that doubles", "x=a; while true; do x=$x$x; done", "xrealloc: cannot allocate"],
    ["an expression that takes for ever", `echo ${"a".repeat(60)}! | grep -cE '(a+)+$'`, "0"],
    ["a file larger than the disk", "dd if=/dev/zero of=big bs=1M count=1000", "No space left on device"],
    ["a million replicas", "docker swarm init; docker service create -d --replicas 1000000 alpine true", "holds 2000"],
  ])("%s costs the neighbour nothing", async (_, command, said) => {
    const [mine, neighbour] = await Promise.all([createCluster(server.origin), createCluster(server.origin)]);
    const answer = exec(mine.id, command);
    expect(await exec(neighbour.id, "echo fine")).toBe("fine\n");
    expect(await answer).toContain(said);
    expect(await exec(neighbour.id, "echo fine")).toBe("fine\n");
    expect(await exec(mine.id, "echo still here")).toContain("still here\n");
    await fetch(`${server.origin}/api/clusters/${mine.id}`, { method: "DELETE" });
  });
});
