/** The command behind `npm run simulate`. */
import { drawHistory } from "./history";
import { play, shrink } from "./play";

export interface Order {
  readonly histories: number;
  readonly seed: number;
  readonly verbose: boolean;
  readonly shrink: boolean;
}

/** Returns how many histories failed. */
export function simulate({ histories, seed, verbose, shrink: smaller }: Order, say: (line: string) => void): number {
  const failed = new Map<number, number[]>();
  for (let n = 0; n < histories; n++) {
    const failure = play(drawHistory(seed + n), verbose ? say : undefined);
    if (!failure) continue;
    const seeds = failed.get(failure.invariant) ?? [];
    failed.set(failure.invariant, [...seeds, failure.seed]);
    if (seeds.length >= 2) continue; // the first of each kind are enough to read
    say(`seed ${failure.seed}: ${failure.message}\n  at ${failure.at}`);
    if (!smaller) continue;
    for (const action of shrink(failure.seed)?.history.actions ?? []) say(`  ${JSON.stringify(action)}`);
  }
  for (const [invariant, seeds] of failed)
    say(`invariant ${invariant}: ${seeds.length} histories, ${seeds.slice(0, 10).join(" ")}`);
  return [...failed.values()].reduce((sum, seeds) => sum + seeds.length, 0);
}
