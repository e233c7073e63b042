/** Reading from standard input: `read`, `mapfile`. */
import { readerOf, write } from "../control";
import type { Shell } from "../shell";
import { decode } from "../streams";
import type { Call } from "./call";

export async function read(call: Call): Promise<number> {
  const { shell, fds } = call;
  const names: string[] = [];
  const options: Record<string, string> = {};
  for (let i = 0; i < call.args.length; i++) {
    const arg = call.args[i] as string;
    const flag = /^-([a-zA-Z])(.*)$/.exec(arg);
    if (!flag || names.length > 0) names.push(arg);
    else if ("pdnNtuia".includes(flag[1] as string)) options[flag[1] as string] = flag[2] || (call.args[++i] ?? "");
    else for (const c of arg.slice(1)) options[c] = "1";
  }
  if (options.p !== undefined && fds.get(0)?.tty) await write(fds, 2, options.p);
  const reader = readerOf(fds, Number(options.u ?? 0));
  const end = options.d === undefined ? 10 : options.d.charCodeAt(0) || 0;
  const limit = Number(options.n ?? options.N ?? 0);
  let text = "";
  let complete = false;
  while (reader && !complete) {
    const bytes = await stoppable(shell, reader.until(end));
    if (!bytes) break;
    complete = bytes.at(-1) === end;
    text += decode(complete ? bytes.subarray(0, -1) : bytes);
    if (limit > 0) {
      if (text.length > limit) reader.unread(new TextEncoder().encode(text.slice(limit) + (complete ? "\n" : "")));
      if (text.length >= limit) complete = true;
      text = text.slice(0, limit);
    } else if (complete && !options.r && /(^|[^\\])(\\\\)*\\$/.test(text)) {
      text = text.slice(0, -1);
      complete = false;
    }
  }
  const ifs = shell.vars.get("IFS") ?? " \t\n";
  const plain = (value: string) => (options.r ? value : value.replace(/\\(.)/g, "$1"));
  if (options.a !== undefined) {
    shell.vars.setArray(options.a, new Map(splitRead(text, ifs, 0).map((v, i) => [String(i), plain(v)])));
  } else if (names.length === 0) shell.vars.set("REPLY", plain(text));
  else {
    const values = splitRead(text, ifs, names.length);
    names.forEach((name, i) => {
      shell.vars.set(name, plain(values[i] ?? ""));
    });
  }
  return complete ? 0 : 1;
}

/** Splits a line for `read`: at most `count` fields (0: all), the last takes the rest. */
function splitRead(text: string, ifs: string, count: number): string[] {
  const blank = [...ifs].filter((c) => " \t\n".includes(c)).join("");
  const trim = (v: string, start: boolean, end: boolean) => {
    let [a, b] = [0, v.length];
    while (start && a < b && blank.includes(v[a] as string)) a++;
    while (end && b > a && blank.includes(v[b - 1] as string)) b--;
    return v.slice(a, b);
  };
  const fields: string[] = [];
  let rest = trim(text, true, true);
  while (rest !== "" && (count === 0 || fields.length < count - 1)) {
    let at = 0;
    while (at < rest.length && !ifs.includes(rest[at] as string)) at += rest[at] === "\\" ? 2 : 1;
    fields.push(rest.slice(0, at));
    if (at >= rest.length) return fields;
    const after = trim(rest.slice(at), true, false);
    rest = trim(
      after !== "" && ifs.includes(after[0] as string) && !blank.includes(after[0] as string) ? after.slice(1) : after,
      true,
      false,
    );
  }
  if (rest !== "") fields.push(rest);
  return fields;
}

export async function mapfile(call: Call): Promise<number> {
  const reader = readerOf(call.fds);
  const name = call.args.filter((arg) => !arg.startsWith("-"))[0] ?? "MAPFILE";
  const items = new Map<string, string>();
  for (let line = await reader?.until(); line; line = await reader?.until()) {
    const text = decode(line);
    items.set(String(items.size), call.args.includes("-t") ? text.replace(/\n$/, "") : text);
  }
  call.shell.vars.setArray(name, items);
  return 0;
}

/** What a builtin waits for, given up when Ctrl-C comes. */
export async function stoppable<T>(shell: Shell, work: Promise<T>): Promise<T> {
  const { signal } = shell.foreground.abort;
  const stop = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  stop.catch(() => undefined);
  try {
    return await Promise.race([work, stop]);
  } catch (error) {
    await shell.tick(new Map());
    throw error;
  }
}
