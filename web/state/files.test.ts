import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { editFile, fileAt, fileChanged, openFile, openFiles, resolveConflict, saveOpen, startFiles } from "./files";

const path = "/root/app.py";
let machine: Map<string, string>;

/** How long each next request is under way, ms: 0 when nothing is said. */
let delays: number[];
/** What happens on the machine right after a writing, before the page hears of it. */
let afterWriting: () => void;

/** The files routes of a server, in memory. */
async function answer(url: string, init?: RequestInit): Promise<Response> {
  const file = `/${new URL(url, "http://x").pathname.split("/files/")[1]}`;
  if (init?.method !== "PUT") {
    const read = machine.get(file);
    await wait();
    return read === undefined ? new Response("{}", { status: 404 }) : new Response(read);
  }
  await wait();
  machine.set(file, String(init.body));
  afterWriting();
  return new Response("");
}

async function wait(): Promise<void> {
  const delay = delays.shift();
  if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
}

beforeEach(async () => {
  vi.useFakeTimers();
  delays = [];
  afterWriting = () => {};
  machine = new Map([[path, "one"]]);
  vi.stubGlobal("fetch", answer);
  openFiles.value = [];
  startFiles("test", () => {});
  await fileChanged(path, "node1", true);
  await openFile(path);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("saves a moment after the last keystroke", async () => {
  editFile(path, "two");
  expect(fileAt(path)?.state).toBe("unsaved");
  await vi.advanceTimersByTimeAsync(1_000);
  expect([machine.get(path), fileAt(path)?.state]).toEqual(["two", "saved"]);
});

it("takes in what changed on the machine while nothing was typed", async () => {
  machine.set(path, "theirs");
  await fileChanged(path, "node1", true);
  expect(fileAt(path)).toMatchObject({ text: "theirs", state: "saved" });
});

it("asks when both sides changed, and overwrites nothing before the answer", async () => {
  editFile(path, "mine");
  machine.set(path, "theirs");
  await fileChanged(path, "node1", true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([machine.get(path), fileAt(path)?.state]).toEqual(["theirs", "conflict"]);
  resolveConflict(path, true);
  await vi.advanceTimersByTimeAsync(0);
  expect([machine.get(path), fileAt(path)?.state]).toEqual(["mine", "saved"]);
});

it("creates a file with the given text, and never over one that exists", async () => {
  await fileChanged("/root/new", "node1", false);
  await openFile("/root/new", "node1", "fresh");
  await openFile(path, "node1", "must not win");
  expect([machine.get("/root/new"), machine.get(path)]).toEqual(["fresh", "one"]);
});

it("writes one text after the other: an older one that is slow does not arrive last", async () => {
  delays = [3_000];
  editFile(path, "par");
  await vi.advanceTimersByTimeAsync(1_000);
  editFile(path, "partial");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(fileAt(path)?.state).not.toBe("saved");
  await vi.advanceTimersByTimeAsync(5_000);
  expect([machine.get(path), fileAt(path)?.state]).toEqual(["partial", "saved"]);
});

it("does not take its own writing for a change by somebody else", async () => {
  delays = [1_000];
  editFile(path, "two");
  await vi.advanceTimersByTimeAsync(700); // being written
  editFile(path, "two and more");
  machine.set(path, "two");
  await fileChanged(path, "node1", true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([machine.get(path), fileAt(path)?.state]).toEqual(["two and more", "saved"]);
});

it("throws away what it read when the file was written meanwhile", async () => {
  editFile(path, "two");
  machine.set(path, "stale");
  delays = [2_000];
  const told = fileChanged(path, "node1", true);
  await vi.advanceTimersByTimeAsync(600);
  expect(machine.get(path)).toBe("two");
  await vi.advanceTimersByTimeAsync(5_000);
  await told;
  expect(fileAt(path)).toMatchObject({ text: "two", state: "saved" });
});

it("sees what somebody else wrote while it was writing itself", async () => {
  delays = [1_000];
  editFile(path, "mine");
  await vi.advanceTimersByTimeAsync(600);
  afterWriting = () => machine.set(path, "theirs");
  await fileChanged(path, "node1", true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(fileAt(path)).toMatchObject({ text: "theirs", state: "saved" });
});

it("saves at once when the student leaves the editor", async () => {
  editFile(path, "two");
  saveOpen();
  await vi.advanceTimersByTimeAsync(0);
  expect([machine.get(path), fileAt(path)?.state]).toEqual(["two", "saved"]);
});

it("saves what was typed while a writing failed", async () => {
  vi.stubGlobal("fetch", async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    vi.stubGlobal("fetch", answer);
    throw new Error("the network is gone");
  });
  editFile(path, "two");
  await vi.advanceTimersByTimeAsync(1_000);
  editFile(path, "two and more");
  await vi.advanceTimersByTimeAsync(5_000);
  expect([machine.get(path), fileAt(path)?.state]).toEqual(["two and more", "saved"]);
});
