/** Assignments: `a=1`, `a+=1`, `a[2]=x`, `a=(x y)`. */
import type { Assignment } from "./ast";
import { expandString, expandWords } from "./expand";
import type { Shell } from "./shell";

/** Throws ReadonlyError. */
export async function assignTo(shell: Shell, assign: Assignment): Promise<void> {
  const { name, append } = assign;
  if (assign.array) return assignArray(shell, assign);
  const variable = shell.vars.find(name);
  let value = await expandString(assign.value, shell);
  if (variable?.integer) value = String(shell.arithmetic(append ? `${variable.value || 0}+(${value || 0})` : value));
  if (assign.index) {
    const text = await expandString(assign.index, shell);
    const key = variable?.associative ? text : String(shell.arithmetic(text));
    return shell.vars.setItem(name, key, append ? (shell.vars.item(name, key) ?? "") + value : value);
  }
  shell.vars.set(name, append && !variable?.integer ? (shell.vars.get(name) ?? "") + value : value);
  if (shell.options.has("allexport")) shell.vars.export(name);
}

async function assignArray(shell: Shell, assign: Assignment): Promise<void> {
  const variable = shell.vars.declare(assign.name);
  const items = new Map(
    assign.append ? shell.vars.keys(assign.name).map((key) => [key, shell.vars.item(assign.name, key) ?? ""]) : [],
  );
  let next = Math.max(-1, ...[...items.keys()].map(Number).filter(Number.isFinite)) + 1;
  for (const item of assign.array ?? []) {
    if (item.key) {
      const key = await expandString(item.key, shell);
      const at = variable.associative ? key.replace(/^(["'])(.*)\1$/, "$2") : String(shell.arithmetic(key));
      items.set(at, await expandString(item.value, shell));
      if (!variable.associative) next = Number(at) + 1;
    } else for (const word of await expandWords([item.value], shell)) items.set(String(next++), word);
  }
  shell.vars.setArray(assign.name, items);
}

/** Assignments before a command: in force for it only, until the function that this gives is called, unless they are to stay. */
export async function assignForNow(shell: Shell, assigns: readonly Assignment[], keep: boolean): Promise<() => void> {
  const undo: (() => void)[] = [];
  for (const assign of assigns) {
    const old = shell.vars.find(assign.name);
    const before = old ? { ...old } : undefined;
    await shell.assign(assign);
    shell.vars.declare(assign.name).exported = true;
    undo.push(() => {
      if (before) Object.assign(shell.vars.declare(assign.name), before);
      else shell.vars.unset(assign.name);
    });
  }
  return () => {
    if (!keep) for (const step of undo.reverse()) step();
  };
}
