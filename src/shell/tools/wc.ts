/** `wc` as GNU coreutils prints it; counts bytes as they are, whatever they mean. */
import type { Program } from "../../api/process";
import { eachInput, here, options } from "./common";

interface Counts {
  lines: number;
  words: number;
  chars: number;
  bytes: number;
}

const isBlank = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13);

async function count(input: { read(): Promise<Uint8Array | undefined> }): Promise<Counts> {
  const counts: Counts = { lines: 0, words: 0, chars: 0, bytes: 0 };
  let inWord = false;
  for (let chunk = await input.read(); chunk; chunk = await input.read()) {
    counts.bytes += chunk.length;
    for (const byte of chunk) {
      if (byte === 10) counts.lines++;
      if ((byte & 0xc0) !== 0x80) counts.chars++; // not a continuation byte of UTF-8
      if (isBlank(byte)) inWord = false;
      else if (!inWord) {
        inWord = true;
        counts.words++;
      }
    }
  }
  return counts;
}

export const wc: Program = async (sys) => {
  const { has, rest } = options(sys);
  const wanted: (keyof Counts)[] = [];
  if (has("l", "lines")) wanted.push("lines");
  if (has("w", "words")) wanted.push("words");
  if (has("m", "chars")) wanted.push("chars");
  if (has("c", "bytes")) wanted.push("bytes");
  if (wanted.length === 0) wanted.push("lines", "words", "bytes");
  const rows: [Counts, string][] = [];
  const status = await eachInput(sys, rest, async (input, name) => {
    rows.push([await count(input), rest.length > 0 ? name : ""]);
  });
  if (rest.length > 1) {
    const total: Counts = { lines: 0, words: 0, chars: 0, bytes: 0 };
    for (const [counts] of rows)
      for (const key of ["lines", "words", "chars", "bytes"] as const) total[key] += counts[key];
    rows.push([total, "total"]);
  }
  const width = widthOf(
    sys.files,
    rest.map((name) => here(sys, name)),
    rest,
    wanted.length,
  );
  for (const [counts, name] of rows) {
    const figures = wanted.map((key) => String(counts[key]).padStart(width)).join(" ");
    await sys.stdout.write(`${figures}${name === "" ? "" : ` ${name}`}\n`);
  }
  return status;
};

/** One figure of one input stands alone; else as wide as the sizes of the files have digits, and 7 where one has no size. */
function widthOf(
  files: Parameters<Program>[0]["files"],
  paths: readonly string[],
  names: readonly string[],
  figures: number,
): number {
  if (names.length <= 1 && figures === 1) return 1;
  if (names.length === 0 || names.includes("-")) return 7;
  let size = 0;
  for (const path of paths) if (files.exists(path)) size += files.stat(path).size;
  return String(size).length;
}
