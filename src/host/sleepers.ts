/**
 * Programs that wait for a simulated instant. They live in this isolate only: a recovered program sleeps anew.
 */
import type { Millis } from "../core/time/agenda";

interface Sleeper {
  readonly due: Millis;
  readonly wake: () => void;
}

export class Sleepers {
  readonly #waiting = new Set<Sleeper>();
  readonly #now: () => Millis;
  readonly #onChange: () => void;

  /** `onChange` is told when an earlier instant may have come in. */
  constructor(now: () => Millis, onChange: () => void) {
    this.#now = now;
    this.#onChange = onChange;
  }

  /** Resolves at `now + millis`; rejects with the signal's reason when aborted. */
  sleep(millis: Millis, ...signals: (AbortSignal | undefined)[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (finish: () => void) => () => {
        this.#waiting.delete(sleeper);
        for (const signal of signals) signal?.removeEventListener("abort", aborted);
        finish();
      };
      const sleeper: Sleeper = { due: this.#now() + Math.max(0, millis), wake: done(resolve) };
      const aborted = done(() => reject(abortReason(signals)));
      if (signals.some((signal) => signal?.aborted)) {
        reject(abortReason(signals));
        return;
      }
      for (const signal of signals) signal?.addEventListener("abort", aborted);
      this.#waiting.add(sleeper);
      this.#onChange();
    });
  }

  nextDue(): Millis | undefined {
    let least: Millis | undefined;
    for (const sleeper of this.#waiting) if (least === undefined || sleeper.due < least) least = sleeper.due;
    return least;
  }

  /** Wakes all that are due by then, earliest first; returns how many. */
  wake(until: Millis): number {
    const due = [...this.#waiting].filter((sleeper) => sleeper.due <= until).sort((a, b) => a.due - b.due);
    for (const sleeper of due) sleeper.wake();
    return due.length;
  }
}

function abortReason(signals: readonly (AbortSignal | undefined)[]): unknown {
  return signals.find((signal) => signal?.aborted)?.reason ?? new Error("aborted");
}
