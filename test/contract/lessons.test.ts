/** Every lesson of the course: where it starts no step is done, and each step's solution does its step. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ClientMessage, LessonStepProgress, ServerMessage } from "../../src/api/socket";
import { course } from "../../src/lessons";
import { createCluster, type TestCluster } from "../support/cluster";
import { type Server, startServer } from "../support/server";

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

interface Watch {
  /** Resolves with the progress once it satisfies the wish. */
  until(wish: (steps: LessonStepProgress[]) => boolean): Promise<LessonStepProgress[]>;
  close(): void;
}

function watch(cluster: TestCluster, lesson: string): Watch {
  const socket = new WebSocket(`${server.origin.replace("http", "ws")}/api/clusters/${cluster.id}/ws`);
  let steps: LessonStepProgress[] = [];
  let look = () => {};
  const send = (message: ClientMessage) => socket.send(JSON.stringify(message));
  socket.onopen = () => {
    send({ type: "hello" });
    send({ type: "lesson.open", lesson });
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as ServerMessage;
    if (message.type !== "lesson.progress" || message.lesson !== lesson) return;
    steps = message.steps;
    look();
  };
  return {
    until: (wish) =>
      new Promise((resolve) => {
        look = () => steps.length > 0 && wish(steps) && resolve(steps);
        look();
      }),
    close: () => socket.close(),
  };
}

const lessons = course.topics.flatMap((topic) => topic.lessons);

it.each(lessons.map((lesson) => [lesson.document.id, lesson] as const))("%s", async (id, lesson) => {
  const cluster = await createCluster(server.origin, { seed: 1, speed: 20 });
  const seen = watch(cluster, id);
  const start = await seen.until(() => true);
  expect(start.filter((step) => step.done).map((step) => step.id)).toEqual([]);
  for (const { id: step, solution } of lesson.steps) {
    await cluster.run(solution);
    await cluster.advance("3m");
    await seen.until((steps) => steps.some((it) => it.id === step && it.done));
  }
  seen.close();
});
