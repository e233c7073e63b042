import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { claimState } from "./state";

const directory = (): string => mkdtempSync(join(tmpdir(), "slipway-claim-"));

it("takes over from a server that was killed", () => {
  const state = directory();
  writeFileSync(join(state, "server.json"), JSON.stringify({ pid: 2 ** 22 + 1, port: 1 }));
  expect(() => claimState(state, 8787)()).not.toThrow();
});

it("takes over a claim that cannot be read", () => {
  const state = directory();
  writeFileSync(join(state, "server.json"), "{");
  expect(() => claimState(state, 8787)()).not.toThrow();
});

it.runIf(process.platform === "linux")("does not mistake another program for a server", () => {
  const state = directory();
  writeFileSync(join(state, "server.json"), JSON.stringify({ pid: process.ppid, port: 1 }));
  expect(() => claimState(state, 8787)()).not.toThrow();
});
