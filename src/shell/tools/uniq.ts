/** `uniq`, streaming: neighbouring equal lines become one. Counts are seven wide, as both coreutils and busybox print them. */
import type { Program } from "../../api/process";
import { decode, Reader } from "../streams";
import { eachInput, here, options } from "./common";

/** The line as it is compared: without the first fields and characters, in one case. */
function keyOf(line: string, fields: number, chars: number, width: number | undefined, fold: boolean): string {
  let key = line;
  for (let i = 0; i < fields; i++) key = key.replace(/^[ \t]*[^ \t]+/, "");
  key = key.slice(chars, width === undefined ? undefined : chars + width);
  return fold ? key.toLowerCase() : key;
}

/** The program. */
export const uniq: Program = async (sys) => {
  const opt = options(sys, "fsw");
  const number = (letter: string) => Number(opt.value(letter) ?? 0);
  const width = opt.value("w") === undefined ? undefined : number("w");
  const [input, output] = opt.rest;
  const target = output === undefined || output === "-" ? undefined : here(sys, output);
  if (target !== undefined) sys.files.writeFile(target, "");
  let held: { readonly line: string; readonly key: string; count: number } | undefined;
  const flush = async () => {
    if (!held || (opt.has("d", "repeated") && held.count < 2) || (opt.has("u", "unique") && held.count > 1)) return;
    const text = `${opt.has("c", "count") ? `${String(held.count).padStart(7)} ` : ""}${held.line}\n`;
    if (target === undefined) await sys.stdout.write(text);
    else sys.files.appendFile(target, text);
  };
  const status = await eachInput(sys, input === undefined ? [] : [input], async (source) => {
    const reader = Reader.of(source);
    for (let bytes = await reader.until(); bytes; bytes = await reader.until()) {
      const line = decode(bytes).replace(/\n$/, "");
      const key = keyOf(line, number("f"), number("s"), width, opt.has("i", "ignore-case"));
      if (held?.key === key) held.count++;
      else {
        await flush();
        held = { line, key, count: 1 };
      }
    }
  });
  await flush();
  return status;
};
