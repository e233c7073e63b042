/**
 * Real time -> simulated time; with `Waker.now` the only reader of the wall clock. Simulated time follows real time x
 * speed from the last touch, at most five real minutes past it: then the cluster stands still like a laptop with its
 * lid closed, so that catching up is bounded and an idle cluster costs nothing.
 */
import type { Millis } from "../core/time/agenda";

/** Real milliseconds that may pass in the simulation after the last touch. */
export const LONGEST_UNTOUCHED = 5 * 60_000;

/** What is kept on disk: the simulated and the real instant of the last touch. */
export interface PaceState {
  readonly real: number;
  readonly simulated: Millis;
  readonly speed: number;
  readonly paused: boolean;
}

export class Pace {
  #state: PaceState;
  readonly #wallClock: () => number;

  constructor(state: PaceState, wallClock: () => number) {
    this.#state = state;
    this.#wallClock = wallClock;
  }

  get state(): PaceState {
    return this.#state;
  }

  get speed(): number {
    return this.#state.speed;
  }

  get paused(): boolean {
    return this.#state.paused;
  }

  /** The simulated instant that is due now, never before what was reached already. */
  now(): Millis {
    const { real, simulated, speed, paused } = this.#state;
    if (paused) return simulated;
    const passed = Math.min(Math.max(0, this.#wallClock() - real), LONGEST_UNTOUCHED);
    return Math.floor(simulated + passed * speed);
  }

  /** Somebody is here: time goes on from now. */
  touch(): void {
    this.#state = { ...this.#state, simulated: this.now(), real: this.#wallClock() };
  }

  /** Time was moved ahead by hand. */
  jumpTo(simulated: Millis): void {
    this.#state = { ...this.#state, simulated: Math.max(simulated, this.now()), real: this.#wallClock() };
  }

  change(change: { speed?: number; paused?: boolean }): void {
    this.touch();
    this.#state = { ...this.#state, ...change };
  }

  /** Real milliseconds until that simulated instant; undefined when it does not come by itself. */
  realDelay(simulated: Millis): number | undefined {
    if (this.#state.paused) return undefined;
    return Math.max(0, (simulated - this.now()) / this.#state.speed);
  }
}
