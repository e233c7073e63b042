/**
 * What a container's process writes, on its way to the log: what is written in one turn becomes one step, a flood waits,
 * and what a recovered process says again is swallowed.
 */
import type { Output } from "../api/process";
import type { Waker } from "./ports";

/** Bytes a process may write at once, and per real second after that. More waits. */
const BURST = 256 * 1024;

export interface Allowance {
  /** Bytes that may still go out now. */
  left: number;
  since: number;
}

export class OutputBuffer implements Output {
  #parts: Uint8Array[] = [];
  #scheduled: Promise<void> | undefined;
  readonly #deliver: (bytes: Uint8Array) => void;
  readonly #waker: Waker;
  readonly #allowance: Allowance;
  readonly #skip: { left: number };

  /** `skip` (shared by the streams of a process) counts the bytes to swallow. */
  constructor(deliver: (bytes: Uint8Array) => void, waker: Waker, allowance: Allowance, skip: { left: number }) {
    this.#deliver = deliver;
    this.#waker = waker;
    this.#allowance = allowance;
    this.#skip = skip;
  }

  async write(data: Uint8Array | string): Promise<void> {
    let bytes = typeof data === "string" ? new TextEncoder().encode(data) : data.slice();
    const swallowed = Math.min(this.#skip.left, bytes.length);
    this.#skip.left -= swallowed;
    bytes = bytes.subarray(swallowed);
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#scheduled ??= Promise.resolve().then(() => this.flush());
    await this.#scheduled;
    await this.#throttle(bytes.length);
  }

  flush(): void {
    this.#scheduled = undefined;
    const parts = this.#parts;
    this.#parts = [];
    if (parts.length === 1) this.#deliver(parts[0] as Uint8Array);
    else if (parts.length > 1) this.#deliver(join(parts));
  }

  async #throttle(length: number): Promise<void> {
    const allowance = this.#allowance;
    const now = this.#waker.now();
    allowance.left = Math.min(BURST, allowance.left + ((now - allowance.since) * BURST) / 1000) - length;
    allowance.since = now;
    if (allowance.left >= 0) return;
    await new Promise<void>((resolve) => this.#waker.setTimer(resolve, Math.ceil((-allowance.left * 1000) / BURST)));
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function newAllowance(waker: Waker): Allowance {
  return { left: BURST, since: waker.now() };
}
