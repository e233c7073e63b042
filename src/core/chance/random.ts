/**
 * Seeded chance. Each purpose (ids, scheduler ties, a program) draws from a stream of its own, so that one more draw
 * here changes nothing there. A stream's state is a row: a reload goes on where it stopped.
 */
import type { Row } from "../store/schema";
import type { WriteTable } from "../store/table";

/** sfc32's four words (Chris Doty-Humphrey, PractRand). */
export interface StreamRow extends Row {
  readonly words: readonly [number, number, number, number];
}

declare module "../store/schema" {
  interface Tables {
    streams: StreamRow;
  }
}

export interface Random {
  /** An unsigned 32-bit integer. */
  word(): number;
  /** Uniform in [0, 1). */
  fraction(): number;
  /** Uniform in 0..limit-1. */
  below(limit: number): number;
  bytes(length: number): Uint8Array;
  pick<T>(items: readonly T[]): T;
}

/** The stream of a purpose; created from the seed when first asked. */
export function openStream(streams: WriteTable<StreamRow>, seed: number, purpose: string): Random {
  const word = () => {
    const row = streams.get(purpose) ?? firstState(seed, purpose);
    const [value, words] = step(row.words);
    streams.put({ id: purpose, words });
    return value;
  };
  const below = (limit: number) => Math.floor((word() / 4294967296) * limit);
  return {
    word,
    fraction: () => word() / 4294967296,
    below,
    bytes: (length) => {
      const out = new Uint8Array(length);
      // The row is written once for all words: an id takes eight.
      const words = fill(out, (streams.get(purpose) ?? firstState(seed, purpose)).words);
      if (length > 0) streams.put({ id: purpose, words });
      return out;
    },
    pick: (items) => {
      if (items.length === 0) throw new Error("pick from nothing");
      return items[below(items.length)] as (typeof items)[number];
    },
  };
}

type Words = StreamRow["words"];

function step([a, b, c, d]: Words): [number, Words] {
  const value = (a + b + d) | 0;
  const nextD = (d + 1) | 0;
  const nextA = b ^ (b >>> 9);
  const nextB = (c + (c << 3)) | 0;
  const nextC = (((c << 21) | (c >>> 11)) + value) | 0;
  return [value >>> 0, [nextA, nextB, nextC, nextD]];
}

/** Fills an array word by word, lowest byte first. Returns where the stream is then. */
function fill(out: Uint8Array, [a, b, c, d]: Words): Words {
  for (let i = 0; i < out.length; i += 4) {
    const value = (a + b + d) | 0; // as `step`, without its arrays
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + value) | 0;
    out[i] = value & 255;
    out[i + 1] = (value >>> 8) & 255; // beyond the end nothing is kept
    out[i + 2] = (value >>> 16) & 255;
    out[i + 3] = value >>> 24;
  }
  return [a, b, c, d];
}

function firstState(seed: number, purpose: string): StreamRow {
  let words: Words = [seed | 0, Math.floor(seed / 4294967296) | 0, hash(purpose), 1];
  for (let i = 0; i < 12; i++) words = step(words)[1]; // mixes the seed into all words
  return { id: purpose, words };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}
