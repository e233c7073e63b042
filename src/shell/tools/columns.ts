/** cut and tr: line by line and chunk by chunk, so that they show what an endless writer has written so far. */
import type { Program } from "../../api/process";
import { decode, Reader } from "../streams";
import { complain, eachInput, options, type ToolTable } from "./common";

type Range = readonly [from: number, to: number];

function parseRanges(text: string): Range[] | undefined {
  const ranges: Range[] = [];
  for (const part of text.split(",")) {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!match || part === "" || part === "-") return undefined;
    const [, from, dash, to] = match;
    const first = from ? Number(from) : 1;
    if (first === 0) return undefined;
    ranges.push([first, dash ? (to ? Number(to) : Number.POSITIVE_INFINITY) : first]);
  }
  return ranges;
}

const cut: Program = async (sys) => {
  const opt = options(sys, "dfcb");
  const delimiter = opt.value("d") ?? opt.value("delimiter") ?? "\t";
  const fields = opt.value("f") ?? opt.value("fields");
  const list = fields ?? opt.value("c") ?? opt.value("b") ?? opt.value("characters") ?? opt.value("bytes");
  if (list === undefined) return complain(sys, "you must specify a list of bytes, characters, or fields");
  const ranges = parseRanges(list);
  if (!ranges) return complain(sys, `invalid ${fields === undefined ? "byte or character position" : "field range"}`);
  const picked = (n: number) => ranges.some(([from, to]) => n >= from && n <= to) !== opt.has("complement");
  const joint = opt.value("output-delimiter") ?? (fields === undefined ? "" : delimiter);
  return eachInput(sys, opt.rest, async (input) => {
    const reader = Reader.of(input);
    for (let bytes = await reader.until(); bytes; bytes = await reader.until()) {
      const line = decode(bytes).replace(/\n$/, "");
      if (fields !== undefined && !line.includes(delimiter)) {
        if (!opt.has("s")) await sys.stdout.write(`${line}\n`);
        continue;
      }
      const parts = fields === undefined ? [...line] : line.split(delimiter);
      await sys.stdout.write(`${parts.filter((_, i) => picked(i + 1)).join(joint)}\n`);
    }
  });
};

const CLASSES: Readonly<Record<string, string>> = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  digit: "0123456789",
  alpha: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  alnum: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  space: "\t\n\v\f\r ",
  blank: "\t ",
  punct: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
};
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", "0": "\0", a: "\x07" };

/** The characters of a set as tr writes it: `a-z`, `[:upper:]`, `\n`. */
function charactersOf(set: string): string[] {
  const out: string[] = [];
  const pieces = set.match(/\[:\w+:\]|\\[0-7]{1,3}|\\.|[\s\S]/g) ?? [];
  const plain = (piece: string) =>
    /^\\[0-7]+$/.test(piece)
      ? String.fromCharCode(Number.parseInt(piece.slice(1), 8))
      : piece.length > 1
        ? (ESCAPES[piece[1] ?? ""] ?? piece.slice(1))
        : piece;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] as string;
    const named = /^\[:(\w+):\]$/.exec(piece)?.[1];
    if (named) out.push(...(CLASSES[named] ?? ""));
    else if (pieces[i + 1] === "-" && pieces[i + 2] !== undefined) {
      const last = plain(pieces[i + 2] as string).charCodeAt(0);
      for (let code = plain(piece).charCodeAt(0); code <= last; code++) out.push(String.fromCharCode(code));
      i += 2;
    } else out.push(plain(piece));
  }
  return out;
}

const tr: Program = async (sys) => {
  const opt = options(sys);
  const [first, second] = opt.rest;
  if (first === undefined) return complain(sys, "missing operand");
  const removes = opt.has("d");
  if (second === undefined && !removes && !opt.has("s"))
    return complain(sys, `missing operand after '${first}'\nTwo strings must be given when translating.`);
  const from = charactersOf(first);
  const to = second === undefined ? [] : charactersOf(second);
  const inverse = opt.has("c", "C");
  const known = new Map(from.map((c, i) => [c, i]));
  const hit = (c: string) => known.has(c) !== inverse;
  const squeezed = new Set(second === undefined ? from : to);
  const squeezes = (c: string) => opt.has("s") && (second === undefined ? hit(c) : squeezed.has(c));
  const decoder = new TextDecoder();
  let last = "";
  const work = (text: string): string => {
    let out = "";
    for (const c of text) {
      if (removes && hit(c)) continue;
      const at = inverse ? to.length - 1 : Math.min(known.get(c) ?? 0, to.length - 1);
      const made = !removes && to.length > 0 && hit(c) ? (to[at] ?? c) : c;
      if (made === last && squeezes(made)) continue;
      out += made;
      last = made;
    }
    return out;
  };
  for (let bytes = await sys.stdin.read(); bytes; bytes = await sys.stdin.read())
    await sys.stdout.write(work(decoder.decode(bytes, { stream: true })));
  await sys.stdout.write(work(decoder.decode()));
  return 0;
};

export const columnTools: ToolTable = { cut, tr };
