/** A pipe in memory: bytes in at one end, out at the other, in order, with an end. Writers wait while much lies unread. */
import type { Input, Output } from "../api/process";

/** Bytes that may lie unread before a writer waits. */
const HIGH_WATER = 64 * 1024;

export class ByteQueue implements Input, Output {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #closed = false;
  #readers: (() => void)[] = [];
  #writers: (() => void)[] = [];

  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#size -= chunk.length;
        if (this.#size < HIGH_WATER) for (const wake of this.#writers.splice(0)) wake();
        return chunk;
      }
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => this.#readers.push(resolve));
    }
  }

  async write(data: Uint8Array | string): Promise<void> {
    if (this.#closed) throw brokenPipe();
    if (this.#ended) return;
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    if (bytes.length > 0) this.#chunks.push(bytes);
    this.#size += bytes.length;
    for (const wake of this.#readers.splice(0)) wake();
    while (this.#size >= HIGH_WATER && !this.#closed) await new Promise<void>((resolve) => this.#writers.push(resolve));
    if (this.#closed) throw brokenPipe();
  }

  /** No more will be written: readers get the rest, then the end. */
  end(): void {
    this.#ended = true;
    for (const wake of this.#readers.splice(0)) wake();
  }

  /** Nobody reads any more: writers get EPIPE. */
  close(): void {
    this.#closed = true;
    this.#ended = true;
    this.#chunks = [];
    this.#size = 0;
    for (const wake of this.#writers.splice(0)) wake();
    for (const wake of this.#readers.splice(0)) wake();
  }

  get ended(): boolean {
    return this.#ended;
  }
}

export function brokenPipe(): Error {
  return Object.assign(new Error("Broken pipe"), { code: "EPIPE" });
}

/** Standard input of a process that has none. */
export const emptyInput: Input = { read: async () => undefined };

/** Takes everything and keeps nothing. */
export const nullOutput: Output = { write: async () => undefined };
