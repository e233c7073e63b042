/** Names and their values: `declare` and its kin, `unset`, `alias`. */
import type { Assignment } from "../ast";
import type { Shell } from "../shell";
import { ReadonlyError } from "../variables";
import { type Call, double, fail, numeric, out } from "./call";

export async function declare(call: Call): Promise<number> {
  const { shell } = call;
  const name = call.argv[0] as string;
  const flags = new Set<string>(name === "readonly" ? ["r"] : name === "export" ? ["x"] : []);
  const names: string[] = [];
  let remove = false;
  for (const arg of call.args) {
    if (/^[-+][a-zA-Z]+$/.test(arg)) {
      for (const c of arg.slice(1)) flags.add(c);
      if (arg.startsWith("+") || (name === "export" && arg.includes("n"))) remove = true;
    } else names.push(arg);
  }
  if (name === "local" && !shell.vars.inFunction) return fail(call, "can only be used in a function");
  if (flags.has("f") || flags.has("F")) return listFunctions(call, names, flags.has("F"));
  if (names.length + call.declared.length === 0) return listVariables(call, flags);
  if (flags.has("p") && name !== "export" && name !== "readonly") return showVariables(call, names);
  const local = name === "local" || (/^(declare|typeset)$/.test(name) && shell.vars.inFunction && !flags.has("g"));
  const prepare = (variable: string) => {
    const v = local ? shell.vars.local(variable) : shell.vars.declare(variable);
    if (flags.has("a") || flags.has("A")) v.items ??= new Map();
    if (flags.has("A")) v.associative = true;
    if (flags.has("i")) v.integer = !remove;
    if (flags.has("x")) v.exported = !remove;
    return v;
  };
  let status = 0;
  for (const word of names) {
    const match = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(word);
    if (!match) {
      status = await fail(call, `\`${word}': not a valid identifier`);
      continue;
    }
    const v = prepare(match[1] as string);
    if (match[2] !== undefined) shell.vars.set(match[1] as string, match[2]);
    if (flags.has("r")) v.readonly = true;
  }
  for (const assign of call.declared) {
    // The value is expanded before the name becomes local: `local x=$x`.
    const value = assign.array ? undefined : await valueOfAssignment(shell, assign);
    const v = prepare(assign.name);
    await shell.assign(value === undefined ? assign : { ...assign, value: [{ t: "quoted", v: value }] });
    if (flags.has("r")) v.readonly = true;
  }
  return status;
}

async function valueOfAssignment(shell: Shell, assign: Assignment): Promise<string> {
  const { expandString } = await import("../expand");
  return expandString(assign.value, shell);
}

async function listFunctions(call: Call, names: readonly string[], short: boolean): Promise<number> {
  let status = 0;
  for (const name of names.length > 0 ? names : [...call.shell.functions.keys()].sort()) {
    const fn = call.shell.functions.get(name);
    if (!fn) status = 1;
    else await out(call, short ? `${names.length > 0 ? "" : "declare -f "}${name}\n` : `${fn.source}\n`);
  }
  return status;
}

async function listVariables(call: Call, flags: ReadonlySet<string>): Promise<number> {
  const { vars, bash } = call.shell;
  for (const name of vars.names()) {
    const v = vars.find(name);
    if (!v || (flags.has("x") && !v.exported) || (flags.has("r") && !v.readonly)) continue;
    if (flags.size === 0) await out(call, `${name}=${v.value}\n`);
    else if (bash) await showVariables(call, [name]);
    else await out(call, `${flags.has("r") ? "readonly" : "export"} ${name}${v.unset ? "" : `='${v.value}'`}\n`);
  }
  return 0;
}

async function showVariables(call: Call, names: readonly string[]): Promise<number> {
  const { vars } = call.shell;
  let status = 0;
  for (const name of names) {
    const v = vars.find(name);
    if (!v) {
      status = await fail(call, `${name}: not found`);
      continue;
    }
    const letters = `${v.items ? (v.associative ? "A" : "a") : ""}${v.integer ? "i" : ""}${v.readonly ? "r" : ""}${v.exported ? "x" : ""}`;
    const items = vars.keys(name).map((key) => `[${key}]=${double(vars.item(name, key) ?? "")}`);
    const value = v.items
      ? `=(${items.join(" ")}${v.associative && items.length ? " " : ""})`
      : v.unset
        ? ""
        : `=${double(v.value)}`;
    await out(call, `declare -${letters || "-"} ${name}${value}\n`);
  }
  return status;
}

export async function unset(call: Call): Promise<number> {
  for (const name of call.args.filter((arg) => !/^-[fvn]$/.test(arg))) {
    try {
      const item = /^(\w+)\[(.+)\]$/.exec(name);
      if (item) call.shell.vars.unset(item[1] as string, (item[2] as string).replace(/^["']|["']$/g, ""));
      else if (call.args[0] === "-f" || (!call.shell.vars.find(name) && call.args[0] !== "-v"))
        call.shell.functions.delete(name);
      else call.shell.vars.unset(name);
    } catch (error) {
      if (!(error instanceof ReadonlyError)) throw error;
      await fail(call, error.message);
      return 1;
    }
  }
  return 0;
}

export async function alias(call: Call): Promise<number> {
  const { aliases } = call.shell;
  if (call.args.length === 0)
    for (const [name, value] of [...aliases].sort()) await out(call, `alias ${name}='${value}'\n`);
  let status = 0;
  for (const arg of call.args) {
    const at = arg.indexOf("=");
    if (at > 0) aliases.set(arg.slice(0, at), arg.slice(at + 1));
    else if (aliases.has(arg)) await out(call, `alias ${arg}='${aliases.get(arg)}'\n`);
    else status = await fail(call, `${arg}: not found`);
  }
  return status;
}

export async function history(call: Call): Promise<number> {
  const all = call.shell.history;
  if (call.args[0] === "-c") all.length = 0;
  const count = numeric(call.args[0]) ? Number(call.args[0]) : all.length;
  for (let i = Math.max(0, all.length - count); i < all.length; i++)
    await out(call, `${String(i + 1).padStart(5)}  ${all[i]}\n`);
  return 0;
}
