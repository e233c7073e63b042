/** What is typed into a terminal arrives in the order it was typed, however much time there is to catch up with in between. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { ServerMessage } from "../../src/api/socket";
import { createCluster } from "../support/cluster";
import { type Server, startServer } from "../support/server";

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

it("keeps keys in order in a cluster whose time runs a thousand times as fast", async () => {
  const { id } = await createCluster(server.origin, { speed: 1000 });
  const socket = new WebSocket(`${server.origin.replace("http", "ws")}/api/clusters/${id}/ws`);
  const send = (message: object): void => socket.send(JSON.stringify(message));
  let shown = "";
  let look = (): void => {};
  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as ServerMessage;
    if (message.type === "terminal.output") shown += message.data;
    look();
  });
  const shows = (pattern: RegExp): Promise<string> =>
    new Promise((resolve) => {
      look = () => {
        const found = pattern.exec(shown);
        if (found) resolve(found[1] ?? "");
      };
      look();
    });
  await new Promise((resolve) => socket.on("open", resolve));
  send({ type: "hello" });
  send({ type: "terminal.open", terminal: "node1", machine: "node1", columns: 120, rows: 24 });
  await shows(/(\$) /);
  const answers: string[] = [];
  for (let round = 0; round < 10; round++) {
    shown = "";
    // The shell turns the letters into capitals, so that the echo of the keys is not taken for the answer.
    for (const key of `word=abcdefghijklmnop${round}; echo \${word^^}\r`)
      send({ type: "terminal.input", terminal: "node1", data: key });
    answers.push(await shows(/\n([^\r\n]+)\r?\n[\s\S]*?node1/)); // the line between Enter and the next prompt
  }
  expect(answers).toEqual(Array.from({ length: 10 }, (_, round) => `ABCDEFGHIJKLMNOP${round}`));
  socket.close();
});
