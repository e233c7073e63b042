import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { editFile, fileAt, fileChanged, openFile, openFiles, resolveConflict, startFiles } from "./files";

const path = "/root/app.py";
let machine: Map<string, string>;

/** The files routes of a server, in memory. */
async function answer(url: string, init?: RequestInit): Promise<Response> {
  const file = `/${new URL(url, "http://x").pathname.split("/files/")[1]}`;
  if (init?.method === "PUT") machine.set(file, String(init.body));
  const text = machine.get(file);
  return text === undefined ? new Response("{}", { status: 404 }) : new Response(text);
}

beforeEach(async () => {
  vi.useFakeTimers();
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
