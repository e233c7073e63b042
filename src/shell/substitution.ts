/** `$(...)`, `<(...)` and `$((...))`: what stands in a word for what a command prints or an expression is worth. */
import { evaluate } from "./arith";
import type { List, Part, Word } from "./ast";
import { expandString } from "./expand";
import { MAX_SUBSTITUTION } from "./limits";
import { absolute } from "./paths";
import type { Shell } from "./shell";
import { Collector } from "./streams";

/** What `$(...)` prints, and its status; without one for `$(<file)`, which runs nothing. */
export async function commandSubstitution(
  parent: Shell,
  part: Part & { t: "cmd" },
): Promise<{ text: string; status?: number }> {
  const file = readFileForm(part.body);
  if (file) {
    const path = absolute(parent.cwd, await expandString(file, parent));
    return { text: new TextDecoder().decode(parent.files.readFile(path)) };
  }
  const shell = parent.fork();
  const output = new Collector(MAX_SUBSTITUTION);
  const fds = new Map(parent.currentFds);
  fds.set(1, { output });
  shell.currentFds = fds;
  const status = await shell.subshell(() => shell.list(part.body, fds));
  return { text: output.text.replaceAll("\0", ""), status };
}

function readFileForm(body: List): Word | undefined {
  const command = body.length === 1 && body[0]?.rest.length === 0 ? body[0].first.commands[0] : undefined;
  if (command?.t !== "simple" || command.words.length + command.assigns.length > 0) return undefined;
  const only = command.redirects.length === 1 ? command.redirects[0] : undefined;
  return only?.op === "<" ? only.target : undefined;
}

/** Runs `<(...)` to its end and gives the path of a file with what it printed. */
export async function processSubstitution(shell: Shell, part: Part & { t: "proc" }): Promise<string> {
  const path = `/tmp/.sh-${shell.sys.pid}-${shell.processSubstitutions++}`;
  const text = part.dir === "<" ? await shell.substitute({ t: "cmd", body: part.body }) : "";
  shell.files.writeFile(path, text);
  return path;
}

/** The value of an arithmetic expression over a shell's variables. */
export function evaluateIn(shell: Shell, text: string): bigint {
  return evaluate(text, {
    get: (name, index) => {
      if (index === undefined) return shell.vars.get(name) ?? "";
      return shell.vars.item(name, shell.vars.find(name)?.associative ? index : String(shell.arithmetic(index))) ?? "";
    },
    set: (name, value, index) => {
      if (index === undefined) shell.vars.set(name, value);
      else
        shell.vars.setItem(name, shell.vars.find(name)?.associative ? index : String(shell.arithmetic(index)), value);
    },
  });
}
