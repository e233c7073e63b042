/** The standard streams of a Python process as devices: CPython's buffering outside, plain bytes inside. */
import type { Input, Output } from "../../api/process";
import { OUTPUT_BUFFER_BYTES } from "../limits";
import type { Device } from "./descriptors";

const NEWLINE = 10;

/** When bytes leave: after every write, after a line, or when the buffer is full. */
export type Buffering = "none" | "line" | "block";

/** Standard output or error. */
export class OutputDevice implements Device {
  #parts: Uint8Array[] = [];
  #size = 0;
  #pending: Promise<void> = Promise.resolve();
  /** Set once nobody reads any more. */
  broken = false;

  constructor(
    private readonly output: Output,
    private readonly buffering: Buffering,
  ) {}

  read(): Uint8Array {
    return new Uint8Array(0);
  }

  write(data: Uint8Array): void {
    this.#parts.push(data);
    this.#size += data.length;
    if (this.buffering === "none" || this.#size >= OUTPUT_BUFFER_BYTES) this.flush();
    else if (this.buffering === "line" && data.includes(NEWLINE)) this.flush();
  }

  flush(): void {
    if (this.#size === 0) return;
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#size = 0;
    const written = this.output.write(all);
    this.#pending = Promise.all([this.#pending, written]).then(
      () => {},
      () => {
        this.broken = true;
      },
    );
  }

  /** Resolves when all that was flushed is taken. */
  drained(): Promise<void> {
    return this.#pending;
  }
}

/** Standard input: pieces as they come, cut to what is asked. */
export class InputDevice implements Device {
  #rest: Uint8Array = new Uint8Array(0);
  #ended = false;

  constructor(
    private readonly input: Input,
    private readonly beforeWait: () => void,
  ) {}

  read(size: number): Uint8Array | Promise<Uint8Array> {
    if (this.#rest.length > 0 || this.#ended) return this.#take(size);
    this.beforeWait();
    return this.input.read().then((data) => {
      if (data === undefined) this.#ended = true;
      else this.#rest = data;
      return this.#take(size);
    });
  }

  write(): void {}

  /** One line with its end; empty at the end of input. */
  async line(): Promise<Uint8Array> {
    let line = new Uint8Array(0);
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE);
      const part = this.#take(end < 0 ? this.#rest.length : end + 1);
      const joined = new Uint8Array(line.length + part.length);
      joined.set(line);
      joined.set(part, line.length);
      line = joined;
      if (end >= 0 || this.#ended) return line;
      this.beforeWait();
      const data = await this.input.read();
      if (data === undefined) this.#ended = true;
      else this.#rest = data;
    }
  }

  #take(size: number): Uint8Array {
    const taken = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }
}
