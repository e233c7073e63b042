/** `echo`, `printf` and `test`. */
import { echoEscapes, formatPrintf } from "../printf";
import { TestError, testExpression } from "../test-expression";
import { type Call, fail, out } from "./call";

export async function echo(call: Call): Promise<number> {
  let args = [...call.args];
  let newline = true;
  let escapes = call.shell.dialect === "dash";
  while (args[0] && /^-[neE]+$/.test(args[0]) && !(call.shell.dialect === "dash" && args[0] !== "-n")) {
    for (const c of args[0].slice(1)) {
      if (c === "n") newline = false;
      else escapes = c === "e";
    }
    args = args.slice(1);
  }
  let text = args.join(" ");
  if (escapes) {
    const result = echoEscapes(text);
    text = result.text;
    if (result.stop) newline = false;
  }
  await out(call, newline ? `${text}\n` : text);
  return 0;
}

export async function printf(call: Call): Promise<number> {
  let args = call.args;
  let target: string | undefined;
  if (args[0] === "-v") {
    target = args[1];
    args = args.slice(2);
  }
  if (args[0] === "--") args = args.slice(1);
  if (args.length === 0) return fail(call, "usage: printf [-v var] format [arguments]", 2);
  const { text, errors } = formatPrintf(args[0] as string, args.slice(1));
  for (const bad of errors) await fail(call, `${bad}: invalid number`);
  if (target) call.shell.vars.set(target, text);
  else await out(call, text);
  return errors.length > 0 ? 1 : 0;
}

export async function test(call: Call): Promise<number> {
  let words = call.args;
  if (call.argv[0] === "[") {
    if (words.at(-1) !== "]") return fail(call, "missing `]'", 2);
    words = words.slice(0, -1);
  }
  try {
    return (await testExpression(words, call.shell, call.fds)) ? 0 : 1;
  } catch (error) {
    if (error instanceof TestError) return fail(call, error.message, 2);
    throw error;
  }
}
