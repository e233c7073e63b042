/**
 * A thousand random histories of a swarm under failures, in shards that run side by side. A failing seed is played again with
 * `npm run simulate -- --histories 1 --seed SEED --verbose`, and made shorter with `--shrink`.
 */
import { describe, expect, it } from "vitest";
import { drawHistory } from "../swarm/history";
import { play } from "../swarm/play";

const SHARD = 250;
const BATCH = 50;

/** The histories of one shard, numbered from 0. */
export function playShard(shard: number): void {
  const batches = Array.from({ length: SHARD / BATCH }, (_, n) => shard * SHARD + n * BATCH + 1);
  describe("a swarm under random commands and failures", () => {
    it.each(batches)("keeps its invariants and comes to rest, seeds from %i", { timeout: 120_000 }, (first) => {
      const failures = Array.from({ length: BATCH }, (_, n) => play(drawHistory(first + n)));
      expect(failures.flatMap((failure) => (failure ? [replay(failure.seed), failure] : []))).toEqual([]);
    });
  });
}

const replay = (seed: number) => `npm run simulate -- --histories 1 --seed ${seed} --verbose`;
