/**
 * One cluster's core, kept in step with real time and with the disk. Everything that changes the cluster passes
 * `dispatch`; everything that watches it subscribes here.
 */
import type { Core, Outcome } from "../core/core";
import type { ArgsOf, CommandKind, ReplyOf } from "../core/room";
import type { View } from "../core/store/store";
import type { Millis } from "../core/time/agenda";
import type { StepNews } from "../engine-api/backend";
import type { Ledger } from "./ledger";
import type { Pace } from "./pace";
import type { Waker } from "./ports";
import { Sleepers } from "./sleepers";

/** Timers run in one slice before the thread is given back. */
const SLICE = 2_000;
/** Simulated lag up to which catching up is done at once, without waiting for programs in between. */
const SMALL_LAG: Millis = 1_500;
/** Real milliseconds that catching up may take while programs are given their turns. */
const PATIENCE = 3_000;
/** Real milliseconds for which time is driven on after the last touch, so that what was begun comes to rest. */
const AFTERGLOW = 20_000;
/** Densest wake-up, real milliseconds: not more than fifty a second. */
const DENSEST = 20;

export class Simulation {
  readonly core: Core;
  readonly pace: Pace;
  readonly sleepers: Sleepers;
  readonly #ledger: Ledger;
  readonly #waker: Waker;
  readonly #listeners = new Set<(step: StepNews) => void>();
  /** Lets programs run until they wait for something; given by the process table. */
  settle: () => Promise<void> = async () => undefined;
  /** Whether any program computes now. */
  busy: () => boolean = () => false;
  #holds = 0;
  #driving = false;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #lastTouch = 0;
  #jumping: Promise<void> | undefined;

  constructor(core: Core, pace: Pace, ledger: Ledger, waker: Waker) {
    this.core = core;
    this.pace = pace;
    this.#ledger = ledger;
    this.#waker = waker;
    this.sleepers = new Sleepers(
      () => this.core.now,
      () => this.#drive(),
    );
  }

  get view(): View {
    return this.core.view;
  }

  now(): Millis {
    return this.core.now;
  }

  subscribe(listener: (step: StepNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Somebody enters: time is brought up to now, with the programs in step. Await it before the first look. */
  async enter(): Promise<void> {
    this.#lastTouch = this.#waker.now();
    if (this.#jumping) await this.#jumping;
    const target = this.pace.now();
    this.pace.touch();
    if (target - this.core.now > SMALL_LAG) await this.#advance(target);
    else this.catchUp();
    this.#drive();
  }

  /** One command, now. Throws the refusal. */
  dispatch<K extends CommandKind>(kind: K, args: ArgsOf<K>): ReplyOf<K> {
    if (!this.#jumping) this.catchUp();
    const outcome = this.core.dispatch(kind, args);
    this.#publish(outcome);
    if (outcome.error) throw outcome.error;
    this.#drive();
    return outcome.reply as ReplyOf<K>;
  }

  /** The same without moving the clock: for the hot path of the ingress, which entered just now. */
  dispatchQuick<K extends CommandKind>(kind: K, args: ArgsOf<K>): ReplyOf<K> {
    const outcome = this.core.dispatch(kind, args);
    this.#publish(outcome);
    if (outcome.error) throw outcome.error;
    return outcome.reply as ReplyOf<K>;
  }

  /** Runs what fell due until now, at once. */
  catchUp(): void {
    const target = this.pace.now();
    const due = this.#nextDue();
    if (due === undefined || due > target) {
      // Nothing to do on the way: time is told when somebody needs it, without a step of its own.
      if (target > this.core.now + 50) this.#runTo(target);
      return;
    }
    this.#runTo(target);
  }

  /** Jumps ahead: all that falls due runs in order, and programs get their turns in between. */
  async jump(millis: Millis): Promise<void> {
    await this.enter();
    const target = this.core.now + millis;
    await this.#advance(target);
    this.pace.jumpTo(target);
    this.#drive();
  }

  changePace(change: { speed?: number; paused?: boolean }): void {
    this.catchUp();
    this.pace.change(change);
    this.#rescheduleTimer();
  }

  /** While somebody holds, time is driven on by itself. */
  hold(): () => void {
    this.#holds++;
    this.#drive();
    let held = true;
    return () => {
      if (held) this.#holds--;
      held = false;
    };
  }

  /** Stops driving: the host goes away. */
  stop(): void {
    this.#cancelTimer?.();
    this.#listeners.clear();
  }

  #nextDue(): Millis | undefined {
    const timers = this.core.nextDue();
    const sleepers = this.sleepers.nextDue();
    if (timers === undefined) return sleepers;
    return sleepers === undefined ? timers : Math.min(timers, sleepers);
  }

  #runTo(target: Millis): void {
    for (;;) {
      const { outcome, done } = this.core.advanceTo(target, SLICE);
      this.#publish(outcome);
      if (done) break;
    }
    this.sleepers.wake(target);
  }

  async #advance(target: Millis): Promise<void> {
    const before = this.#jumping;
    let finish: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => {
      finish = resolve;
    });
    this.#jumping = mine;
    try {
      await before;
      const end = this.#waker.now() + PATIENCE;
      await this.settle();
      for (;;) {
        const next = this.#nextDue();
        if (next === undefined || next > target || this.#waker.now() > end) break;
        this.#runTo(Math.max(next, this.core.now));
        await this.settle();
      }
      if (target > this.core.now) this.#runTo(target);
    } finally {
      if (this.#jumping === mine) this.#jumping = undefined;
      finish();
    }
  }

  #publish(outcome: Outcome): void {
    this.#ledger.record(outcome.changes);
    if (outcome.changes.length === 0 && outcome.events.length === 0) return;
    for (const listener of [...this.#listeners]) listener(outcome);
  }

  /** Sees to it that somebody wakes us when the next thing falls due, as long as anybody watches. */
  #drive(): void {
    const active = this.#holds > 0 || this.#waker.now() - this.#lastTouch < AFTERGLOW;
    if (!active || this.#driving) return;
    const due = this.#nextDue();
    const delay = due === undefined ? undefined : this.pace.realDelay(due);
    if (delay === undefined) return;
    const at = this.#waker.now() + Math.max(DENSEST, delay);
    if (this.#cancelTimer && this.#timerAt <= at) return;
    this.#cancelTimer?.();
    this.#timerAt = at;
    this.#cancelTimer = this.#waker.setTimer(() => this.#tick(), Math.max(DENSEST, delay));
  }

  #tick(): void {
    this.#cancelTimer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (this.#holds > 0) this.pace.touch();
    this.#driving = true;
    try {
      if (!this.#jumping) this.catchUp();
    } finally {
      this.#driving = false;
    }
    this.#drive();
  }

  #rescheduleTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#drive();
  }
}
