/** The options of the shell and of a script: `set`, `shopt`, `getopts`. */
import { write } from "../control";
import { type Call, fail, out, single } from "./call";

const OPTION_LETTERS: Record<string, string> = {
  e: "errexit",
  u: "nounset",
  x: "xtrace",
  f: "noglob",
  C: "noclobber",
  a: "allexport",
  m: "monitor",
  v: "verbose",
  n: "noexec",
  b: "notify",
  h: "hashall",
  B: "braceexpand",
  E: "errtrace",
};

export async function set(call: Call): Promise<number> {
  const { shell } = call;
  if (call.args.length === 0) {
    for (const name of shell.vars.names()) {
      const v = shell.vars.find(name);
      if (v && !v.unset)
        await out(call, `${name}=${/^[\w@%+=:,./-]*$/.test(v.value) && shell.bash ? v.value : single(v.value)}\n`);
    }
    return 0;
  }
  const args = [...call.args];
  while (args.length > 0) {
    const arg = args[0] as string;
    if (arg === "--") {
      shell.params = args.slice(1);
      return 0;
    }
    if (!/^[-+][a-zA-Z]+$/.test(arg)) break;
    args.shift();
    for (const c of arg.slice(1)) {
      const name = c === "o" ? args.shift() : OPTION_LETTERS[c];
      if (c === "o" && name === undefined) {
        for (const option of Object.values(OPTION_LETTERS).sort())
          await out(call, `${option.padEnd(15)}\t${shell.options.has(option) ? "on" : "off"}\n`);
        return 0;
      }
      if (!name) return fail(call, `-${c}: invalid option`, 2);
      if (arg.startsWith("-")) shell.options.add(name);
      else shell.options.delete(name);
    }
  }
  if (args.length > 0) shell.params = args;
  return 0;
}

export async function shopt(call: Call): Promise<number> {
  for (const name of call.args.filter((arg) => !arg.startsWith("-"))) {
    if (call.args.includes("-s")) call.shell.options.add(name);
    else if (call.args.includes("-u")) call.shell.options.delete(name);
    else return call.shell.options.has(name) ? 0 : 1;
  }
  return 0;
}

export async function getopts(call: Call): Promise<number> {
  const { vars, params } = call.shell;
  const [spec = "", name = "opt", ...given] = call.args;
  const words = given.length > 0 ? given : params;
  let index = Number(vars.get("OPTIND") ?? 1);
  let offset = Number(vars.get("\0getopts") ?? 1);
  if (index === 1 && vars.get("\0last") !== "1") offset = Math.max(1, offset);
  const word = words[index - 1];
  if (word === undefined || !/^-./.test(word) || word === "--") {
    if (word === "--") vars.set("OPTIND", String(index + 1));
    vars.set(name, "?");
    vars.unset("\0getopts");
    return 1;
  }
  const letter = word[offset] ?? "";
  const at = spec.indexOf(letter, spec.startsWith(":") ? 1 : 0);
  const advance = () => {
    offset++;
    if (offset >= word.length) {
      index++;
      offset = 1;
    }
  };
  vars.unset("OPTARG");
  if (at < 0 || letter === ":") {
    advance();
    vars.set(name, "?");
    if (spec.startsWith(":")) vars.set("OPTARG", letter);
    else await write(call.fds, 2, `${call.shell.name}: illegal option -- ${letter}\n`);
  } else if (spec[at + 1] === ":") {
    const value = offset + 1 < word.length ? word.slice(offset + 1) : words[index++];
    index++;
    offset = 1;
    if (value === undefined) {
      index--;
      vars.set(name, spec.startsWith(":") ? ":" : "?");
      if (spec.startsWith(":")) vars.set("OPTARG", letter);
      else await write(call.fds, 2, `${call.shell.name}: option requires an argument -- ${letter}\n`);
    } else {
      vars.set(name, letter);
      vars.set("OPTARG", value);
    }
  } else {
    advance();
    vars.set(name, letter);
  }
  vars.set("OPTIND", String(index));
  vars.set("\0getopts", String(offset));
  return 0;
}
