/** `seq`: numbers, one after the other, for as long as somebody reads them. */
import type { Sys } from "../../api/process";
import { complain } from "./common";

/** Numbers that are written at once. */
const BATCH = 500;

interface Plan {
  readonly first: number;
  readonly step: number;
  readonly last: number;
  readonly show: (value: number) => string;
  readonly separator: string;
}

export async function seq(sys: Sys): Promise<number> {
  const plan = readPlan(sys.argv.slice(1));
  if (typeof plan === "string") return complain(sys, plan);
  const { first, step, last, show, separator } = plan;
  const count = Math.floor((last - first) / step + 1e-10) + 1;
  if (count <= 0) return 0;
  for (let from = 0; from < count; from += BATCH) {
    const values: string[] = [];
    for (let n = from; n < Math.min(count, from + BATCH); n++) values.push(show(first + n * step));
    await sys.stdout.write((from > 0 ? separator : "") + values.join(separator));
  }
  await sys.stdout.write("\n");
  return 0;
}

function readPlan(args: readonly string[]): Plan | string {
  const operands: string[] = [];
  let separator = "\n";
  let format: string | undefined;
  let equalWidth = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const [, letter = "", value = ""] = /^-([sfw])(.*)$/s.exec(arg) ?? [];
    if (letter === "w") equalWidth = true;
    else if (letter === "s") separator = value || (args[++i] ?? "");
    else if (letter === "f") format = value || (args[++i] ?? "");
    else operands.push(arg);
  }
  if (operands.length === 0) return "missing operand\nTry 'seq --help' for more information.";
  if (operands.length > 3) return `extra operand '${operands[3]}'\nTry 'seq --help' for more information.`;
  const wrong = operands.find((text) => !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text));
  if (wrong !== undefined) return `invalid floating point argument: '${wrong}'\nTry 'seq --help' for more information.`;
  const [first = "1", step = "1", last = ""] =
    operands.length === 1
      ? ["1", "1", operands[0]]
      : operands.length === 2
        ? [operands[0], "1", operands[1]]
        : operands;
  if (Number(step) === 0) return `invalid Zero increment value: '${step}'\nTry 'seq --help' for more information.`;
  const places = Math.max(decimals(first), decimals(step));
  const plain = (value: number) => value.toFixed(places);
  const width = equalWidth ? Math.max(plain(Number(first)).length, plain(Number(last)).length) : 0;
  return {
    first: Number(first),
    step: Number(step),
    last: Number(last),
    separator,
    show: shower(format, plain, width),
  };
}

function shower(format: string | undefined, plain: (value: number) => string, width: number) {
  const [, before = "", flag = "", digits = "", , precision, after = ""] =
    /^(.*?)%(0?)(\d*)(\.(\d+))?[gfe](.*)$/s.exec(format ?? "") ?? [];
  if (format === undefined || !/%/.test(format)) return (value: number) => pad(plain(value), width);
  return (value: number) => {
    const text = precision === undefined ? plain(value) : value.toFixed(Number(precision));
    return before + (flag ? pad(text, Number(digits)) : text.padStart(Number(digits))) + after;
  };
}

const pad = (text: string, width: number) =>
  text.startsWith("-") ? `-${text.slice(1).padStart(width - 1, "0")}` : text.padStart(width, "0");

const decimals = (text: string) => /\.(\d*)/.exec(text)?.[1]?.length ?? 0;
