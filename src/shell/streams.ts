/** Byte streams inside the shell: pipes with back-pressure, readers that give bytes back, files as streams. */
import type { Files, Input, Output } from "../api/process";
import { PIPE_CAPACITY } from "./limits";

export const encoder = new TextEncoder();
export const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export function toBytes(data: Uint8Array | string): Uint8Array {
  return typeof data === "string" ? encoder.encode(data) : data;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** What a write to a pipe without readers rejects with. */
export function brokenPipe(): Error {
  return Object.assign(new Error("Broken pipe"), { code: "EPIPE" });
}

export const codeOf = (error: unknown): string | undefined => (error as { code?: string } | undefined)?.code;

/** A pipe: at most PIPE_CAPACITY bytes wait in it. */
export class Pipe implements Input, Output {
  #parts: Uint8Array[] = [];
  #size = 0;
  #writeClosed = false;
  #readClosed = false;
  #wake: (() => void)[] = [];

  async read(): Promise<Uint8Array | undefined> {
    while (this.#parts.length === 0) {
      if (this.#writeClosed || this.#readClosed) return undefined;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    const part = this.#parts.shift() as Uint8Array;
    this.#size -= part.length;
    this.#notify();
    return part;
  }

  async write(data: Uint8Array | string): Promise<void> {
    const bytes = toBytes(data);
    if (this.#readClosed) throw brokenPipe();
    if (bytes.length === 0) return;
    this.#parts.push(bytes.slice());
    this.#size += bytes.length;
    this.#notify();
    while (this.#size > PIPE_CAPACITY && !this.#readClosed)
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    if (this.#readClosed) throw brokenPipe();
  }

  closeWrite(): void {
    this.#writeClosed = true;
    this.#notify();
  }

  closeRead(): void {
    this.#readClosed = true;
    this.#parts = [];
    this.#notify();
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}

/** Reads lines and hands unread bytes to the next reader of the same stream. */
export class Reader implements Input {
  readonly #input: Input;
  #rest: Uint8Array | undefined;
  static readonly #known = new WeakMap<Input, Reader>();

  private constructor(input: Input) {
    this.#input = input;
  }

  static of(input: Input): Reader {
    if (input instanceof Reader) return input;
    const known = Reader.#known.get(input) ?? new Reader(input);
    Reader.#known.set(input, known);
    return known;
  }

  async read(): Promise<Uint8Array | undefined> {
    const rest = this.#rest;
    this.#rest = undefined;
    return rest ?? this.#input.read();
  }

  /** Bytes up to and including `end`; undefined at the end of the stream. */
  async until(end = 10): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const bytes = await this.read();
      if (!bytes) return parts.length > 0 ? joinBytes(parts) : undefined;
      const at = bytes.indexOf(end);
      if (at >= 0) {
        if (at + 1 < bytes.length) this.#rest = bytes.subarray(at + 1);
        parts.push(bytes.subarray(0, at + 1));
        return joinBytes(parts);
      }
      parts.push(bytes);
    }
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#rest = this.#rest ? joinBytes([bytes, this.#rest]) : bytes;
  }
}

export function bytesInput(data: Uint8Array | string): Input {
  let left: Uint8Array | undefined = toBytes(data);
  return {
    read: async () => {
      const bytes = left;
      left = undefined;
      return bytes && bytes.length > 0 ? bytes : undefined;
    },
  };
}

export const nullOutput: Output = { write: async () => undefined };

/** Appends to a file; the content was emptied before when it is `>`. */
export function fileOutput(files: Files, path: string): Output {
  if (path === "/dev/null") return nullOutput;
  return { write: async (data) => files.appendFile(path, data) };
}

/** Collects output; rejects when it is more than `limit` bytes. */
export class Collector implements Output {
  readonly parts: Uint8Array[] = [];
  #size = 0;
  readonly #limit: number;
  constructor(limit: number) {
    this.#limit = limit;
  }

  async write(data: Uint8Array | string): Promise<void> {
    const bytes = toBytes(data);
    this.#size += bytes.length;
    if (this.#size > this.#limit) throw brokenPipe();
    this.parts.push(bytes.slice());
  }

  get text(): string {
    return decode(joinBytes(this.parts));
  }
}

/** All of an input, as bytes. */
export async function readAll(input: Input, limit = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let bytes = await input.read(); bytes; bytes = await input.read()) {
    parts.push(bytes);
    size += bytes.length;
    if (size > limit) break;
  }
  return joinBytes(parts);
}
