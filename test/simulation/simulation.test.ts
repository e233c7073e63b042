/** Random histories of a swarm under failures. A failing seed is played again with `npm run simulate -- --histories 1 --seed SEED --verbose`. */
import { describe, expect, it } from "vitest";
import { drawHistory } from "./swarm/history";
import { play, rowsAfter } from "./swarm/play";

const HISTORIES = 300;
const BATCH = 100;
const batches = Array.from({ length: HISTORIES / BATCH }, (_, n) => n * BATCH + 1);

describe("a swarm under random commands and failures", () => {
  it.each(batches)("keeps its invariants and comes to rest, seeds from %i", { timeout: 120_000 }, (first) => {
    const failures = Array.from({ length: BATCH }, (_, n) => play(drawHistory(first + n)));
    expect(failures.filter((failure) => failure !== undefined)).toEqual([]);
  });

  it.each([7, 11])(
    "has the same rows with an eviction at every step, and with time in many jumps, seed %i",
    { timeout: 120_000 },
    (seed) => {
      const history = { ...drawHistory(seed), machines: 3, managers: 1 };
      const rows = rowsAfter(history, {});
      expect(rowsAfter(history, {}) === rows).toBe(true);
      expect(rowsAfter(history, { jumps: 3 }) === rows).toBe(true);
      expect(rowsAfter(history, { evict: true }) === rows).toBe(true);
    },
  );
});
