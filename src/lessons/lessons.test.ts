import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { like, unmet } from "./checks";
import { course, emptyMemory, findLesson, LessonKeeper, progress, remember, rememberRequest } from "./index";
import { loadCourse } from "./loader";
import type { Condition } from "./schema";
import type { LessonTask, LessonView } from "./view";

const empty: LessonView = {
  readFile: () => undefined,
  images: [],
  containers: [],
  services: [],
  tasks: [],
  swarmActive: false,
  pushed: [],
};
const say = { en: "{have} of {want}, {missing} missing", zh: "{have}/{want}" };
const service = {
  id: "s1",
  name: "lab_web",
  image: "student/app:1",
  replicas: 2,
  updatedAt: 100,
  published: [4000],
  networks: ["lab_webnet"],
  cpus: 0.1,
  memory: 52428800,
};
const task = (id: string, over: Partial<LessonTask> = {}): LessonTask => ({
  id,
  serviceId: "s1",
  state: "running",
  desiredState: "running",
  image: "student/app:1",
  createdAt: 50,
  ...over,
});

describe("the course", () => {
  it("is built from the lessons folder as it is now", () => {
    expect(loadCourse((path) => readFileSync(`lessons/${path}`, "utf8"))).toEqual(course);
  });

  it("has no step that an untouched cluster passes", () => {
    const lesson = findLesson("containers-and-services");
    if (!lesson) throw new Error("lesson not found");
    const steps = progress(lesson, [], empty, emptyMemory());
    expect(steps.filter((step) => step.done)).toEqual([]);
    expect(steps.every((step) => step.missing.every((it) => it.en && it.zh))).toBe(true);
  });

  it("keeps a done step done whatever became of the cluster", () => {
    const lesson = findLesson("containers-and-services");
    if (!lesson) throw new Error("lesson not found");
    expect(progress(lesson, ["build"], empty, emptyMemory())[1]).toEqual({ id: "build", done: true, missing: [] });
  });
});

describe("checks", () => {
  const check = (condition: Record<string, unknown>, view: Partial<LessonView>, memory = emptyMemory()) =>
    unmet({ ...condition, say } as Condition, { ...empty, ...view }, memory)?.en;

  it("names how many tasks are short", () => {
    const view = { services: [service], tasks: [task("a"), task("b", { state: "preparing" })] };
    expect(check({ service: { name: "lab_web", running: 2 } }, view)).toBe("1 of 2, 1 missing");
    expect(
      check({ service: { name: "lab_web", running: 2 } }, { ...view, tasks: [task("a"), task("b")] }),
    ).toBeUndefined();
  });

  it("does not count a task that is on its way out", () => {
    const tasks = [task("a"), task("b", { desiredState: "shutdown" })];
    expect(check({ service: { name: "lab_web", running: 2 } }, { services: [service], tasks })).toBe(
      "1 of 2, 1 missing",
    );
  });

  it("refuses a scaled service whose old tasks were replaced", () => {
    const services = [{ ...service, replicas: 3 }];
    const scaled = { scaled: { service: "lab_web", above: 2, kept: 2 } };
    const fresh = task("c", { createdAt: 150 });
    expect(check(scaled, { services, tasks: [task("a"), task("b"), fresh] })).toBeUndefined();
    expect(check(scaled, { services, tasks: [task("a"), { ...fresh, id: "d" }, fresh] })).toBe("3 of 3, 0 missing");
  });

  it("matches names by glob, a missing tag being latest", () => {
    expect(like("friendlyhello", "friendlyhello:latest")).toBe(true);
    expect(like("student/app:1", "*/*:*")).toBe(true);
    expect(like("python:2.7-slim", "*/*:*")).toBe(false);
  });
});

describe("memory", () => {
  const container = { id: "c1", image: "friendlyhello", running: true, ports: [{ published: 4000, target: 80 }] };

  it("recalls a container that ran and stopped", () => {
    const ran = remember(emptyMemory(), { ...empty, containers: [container] });
    const after = remember(ran, { ...empty, containers: [{ ...container, running: false }] });
    expect(after).toMatchObject({ started: [{ image: "friendlyhello" }], stopped: ["friendlyhello"], up: {} });
  });

  it("tells answers of tasks from answers of containers, and counts each once", () => {
    let memory = remember(emptyMemory(), { ...empty, services: [service], tasks: [task("a")] });
    memory = rememberRequest(memory, { port: 4000, status: 200, containerId: "x" });
    memory = rememberRequest(memory, { port: 4000, status: 200, containerId: "y", serviceId: "s1" });
    expect(rememberRequest(memory, { port: 4000, status: 200, containerId: "y", serviceId: "s1" })).toBe(memory);
    expect(memory.answers).toEqual({ 4000: { containers: ["x"], tasks: ["y"], updated: [] } });
  });

  it("knows when a service is gone and when the swarm was left", () => {
    const before = remember(emptyMemory(), { ...empty, services: [service], swarmActive: true });
    const after = remember(before, empty);
    expect(after.swarm).toBe("left");
    expect(after.services).toEqual({ lab_web: { id: "s1", images: [], gone: true } });
    expect(remember(after, empty)).toBe(after);
  });
});

describe("a keeper", () => {
  const lesson = findLesson("containers-and-services");
  const image = {
    id: "i",
    tags: ["friendlyhello:latest"],
    exposedPorts: ["80/tcp"],
    env: ["NAME=World"],
    workdir: "/app",
    command: ["python", "app.py"],
  };

  it("goes on from its saved state, and has nothing to save when nothing new was seen", () => {
    if (!lesson) throw new Error("lesson not found");
    const keeper = new LessonKeeper();
    const view = { ...empty, images: [image] };
    keeper.look(view);
    expect(keeper.progress(lesson, view)[1]?.done).toBe(true);
    const later = new LessonKeeper(JSON.parse(JSON.stringify(keeper.state)));
    const saved = later.state;
    later.look(empty);
    expect(later.progress(lesson, empty)[1]?.done).toBe(true);
    expect(later.state).toBe(saved);
  });

  it("counts only answers of the new version after an update", () => {
    const keeper = new LessonKeeper();
    keeper.look({ ...empty, services: [service], tasks: [task("a")] });
    const answer = { port: 4000, status: 200, serviceId: "s1" };
    keeper.request({ ...answer, containerId: "old", image: "student/app:1" });
    keeper.request({ ...answer, containerId: "new", image: "student/app:2" });
    expect(keeper.state.memory.answers[4000]?.updated).toEqual(["new"]);
  });
});
