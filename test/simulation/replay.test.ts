/** One history, played in several ways: the rows at its end are the same to the byte (invariant 40). */
import { expect, it } from "vitest";
import { drawHistory } from "./swarm/history";
import { rowsAfter } from "./swarm/play";

const SEEDS = Array.from({ length: 24 }, (_, n) => 2001 + n);

it.each(SEEDS)(
  "is the same again, with time in many jumps, and with an eviction at every step, seed %i",
  {
    timeout: 60_000,
  },
  (seed) => {
    const history = drawHistory(seed);
    const rows = rowsAfter(history, {});
    expect(rowsAfter(history, {}) === rows).toBe(true);
    expect(rowsAfter(history, { jumps: 3 }) === rows).toBe(true);
    expect(rowsAfter(history, { evict: true }) === rows).toBe(true);
  },
);
