/** Compound commands: groups, conditions, loops, `case`, `[[ ]]` and `(( ))`. */
import type { Command, Cond, List, Word } from "./ast";
import { type Fds, LoopError } from "./control";
import { expandPattern, expandRegex, expandString, expandWords } from "./expand";
import { matchGlob } from "./patterns";
import { compileRegex } from "./regex";
import type { Shell } from "./shell";
import { testExpression, testUnary } from "./test-expression";

/** Runs one, its redirections applied. Its exit status. */
export async function compound(shell: Shell, command: Exclude<Command, { t: "simple" }>, fds: Fds): Promise<number> {
  switch (command.t) {
    case "group":
      return shell.list(command.body, fds);
    case "subshell": {
      const inner = shell.fork();
      inner.exitFds = fds;
      return inner.subshell(() => inner.list(command.body, fds));
    }
    case "if":
      for (const arm of command.arms) if (await shell.test(arm.test, fds)) return runBody(shell, arm.body, fds);
      return command.other ? runBody(shell, command.other, fds) : 0;
    case "while":
      return loop(shell, async () => (await shell.test(command.test, fds)) !== command.until, command.body, fds);
    case "for": {
      const words = command.words ? await expandWords(command.words, shell) : [...shell.params];
      let i = 0;
      return loop(
        shell,
        async () => {
          if (i >= words.length) return false;
          shell.vars.set(command.name, words[i++] as string);
          return true;
        },
        command.body,
        fds,
      );
    }
    case "cfor":
      return countingLoop(shell, command, fds);
    case "case":
      return caseOf(shell, command, fds);
    case "arith":
      return shell.arithmetic(await expandString(command.expr, shell, true)) !== 0n ? 0 : 1;
    case "cond":
      return (await condition(shell, command.cond, fds)) ? 0 : 1;
    case "function":
      shell.functions.set(command.name, { body: command.body, source: command.source });
      return 0;
  }
}

async function runBody(shell: Shell, list: List, fds: Fds): Promise<number> {
  shell.status = 0;
  return shell.list(list, fds);
}

async function loop(
  shell: Shell,
  more: () => Promise<boolean>,
  body: List,
  fds: Fds,
  after?: () => Promise<void>,
): Promise<number> {
  let status = 0;
  shell.loopDepth++;
  try {
    while (await more()) {
      await shell.tick(fds);
      try {
        status = await shell.list(body, fds);
      } catch (error) {
        if (!(error instanceof LoopError)) throw error;
        status = 0;
        if (error.left > 1 && shell.loopDepth > 1) {
          error.left--;
          throw error;
        }
        if (error.kind === "break") break;
      }
      await after?.();
    }
    return status;
  } finally {
    shell.loopDepth--;
  }
}

async function countingLoop(shell: Shell, command: Command & { t: "cfor" }, fds: Fds): Promise<number> {
  const run = async (word: Word) => shell.arithmetic(await expandString(word, shell, true));
  await run(command.init);
  const test = async () =>
    command.test.every((p) => p.t === "lit" && p.v.trim() === "") || (await run(command.test)) !== 0n;
  return loop(shell, test, command.body, fds, async () => {
    await run(command.step);
  });
}

async function caseOf(shell: Shell, command: Command & { t: "case" }, fds: Fds): Promise<number> {
  const text = await expandString(command.word, shell);
  let through = false;
  let status = 0;
  for (const arm of command.arms) {
    let hit = through;
    for (const pattern of arm.patterns) hit ||= matchGlob(await expandPattern(pattern, shell), text);
    if (!hit) continue;
    status = await runBody(shell, arm.body, fds);
    if (arm.end === ";;") return status;
    through = arm.end === ";&";
  }
  return status;
}

async function condition(shell: Shell, cond: Cond, fds: Fds): Promise<boolean> {
  switch (cond.t) {
    case "and":
      return (await condition(shell, cond.a, fds)) && condition(shell, cond.b, fds);
    case "or":
      return (await condition(shell, cond.a, fds)) || condition(shell, cond.b, fds);
    case "not":
      return !(await condition(shell, cond.a, fds));
    case "unary":
      return testUnary(cond.op, await expandString(cond.a, shell), shell, fds);
    case "binary": {
      const a = await expandString(cond.a, shell);
      if (cond.op === "=~") return matches(shell, a, await expandRegex(cond.b, shell));
      if (cond.op === "==" || cond.op === "=") return matchGlob(await expandPattern(cond.b, shell), a);
      if (cond.op === "!=") return !matchGlob(await expandPattern(cond.b, shell), a);
      const b = await expandString(cond.b, shell);
      if (/^-(eq|ne|lt|le|gt|ge)$/.test(cond.op)) {
        return testExpression([String(shell.arithmetic(a)), cond.op, String(shell.arithmetic(b))], shell, fds);
      }
      return testExpression([a, cond.op, b], shell, fds);
    }
  }
}

/** What does not compile matches nothing. */
function matches(shell: Shell, text: string, source: string): boolean {
  const expression = source.replace(
    /\[\[:(\w+):\]\]/g,
    (_, n: string) => `[${n === "digit" ? "0-9" : n === "alpha" ? "a-zA-Z" : n === "alnum" ? "a-zA-Z0-9" : "\\s"}]`,
  );
  const groups = groupsOf(expression, text);
  shell.vars.setArray("BASH_REMATCH", new Map((groups ?? []).map((part, i) => [String(i), part ?? ""])));
  return groups !== undefined;
}

function groupsOf(expression: string, text: string): readonly (string | undefined)[] | undefined {
  try {
    return compileRegex(expression, { longest: true }).find(text)?.groups;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
