/** Running other commands, and the flow of control: `source`, `eval`, `exec`, `command`, `break`, `return`. */

import { ExitError, LoopError, ReturnError } from "../control";
import { absolute, findProgram } from "../paths";
import { becomeProgram } from "../run-program";
import { decode } from "../streams";
import { type Builtin, type Call, fail, out } from "./call";

export async function source(call: Call): Promise<number> {
  const { shell } = call;
  const name = call.args[0];
  if (name === undefined) return fail(call, "filename argument required", 2);
  const found = name.includes("/")
    ? undefined
    : findProgram(shell.files, name, shell.vars.get("PATH") ?? "", shell.cwd);
  const path = typeof found === "string" ? found : absolute(shell.cwd, name);
  let text: string;
  try {
    text = decode(shell.files.readFile(path));
  } catch {
    await shell.complain(
      call.fds,
      shell.bash ? `${name}: No such file or directory` : `.: can't open '${name}': No such file or directory`,
    );
    return shell.bash ? 1 : 2;
  }
  const saved = shell.params;
  if (call.args.length > 1) shell.params = [...call.args.slice(1)];
  const line = shell.line;
  try {
    return await shell.runScript(text, call.fds, { label: name });
  } catch (error) {
    if (error instanceof ReturnError) return error.status;
    throw error;
  } finally {
    shell.line = line;
    if (call.args.length > 1) shell.params = saved;
  }
}

export async function evaluate(call: Call): Promise<number> {
  const { shell } = call;
  shell.status = 0;
  return shell.runScript(call.args.join(" "), call.fds, { label: "eval", firstLine: shell.line });
}

export const statusOf = (call: Call) => (call.args[0] === undefined ? call.shell.status : Number(call.args[0]) & 255);

export const loopControl =
  (kind: "break" | "continue"): Builtin =>
  async (call) => {
    if (call.shell.loopDepth === 0) {
      if (call.shell.bash)
        await call.shell.complain(call.fds, `only meaningful in a \`for', \`while', or \`until' loop`, kind);
      return 0;
    }
    throw new LoopError(kind, Number(call.args[0] ?? 1));
  };

export async function exec(call: Call): Promise<number> {
  const found = findProgram(
    call.shell.files,
    call.args[0] as string,
    call.shell.vars.get("PATH") ?? "",
    call.shell.cwd,
  );
  if (typeof found !== "string") {
    await call.shell.complain(
      call.fds,
      `${call.args[0]}: ${found.code === "ENOENT" ? "not found" : "cannot execute: Permission denied"}`,
      "exec",
    );
    const status = found.code === "ENOENT" ? 127 : 126;
    if (call.shell.interactive) return status;
    throw new ExitError(status);
  }
  if (call.shell.replaceable) await becomeProgram(call.shell, call.args, call.fds);
  throw new ExitError(await call.shell.program(call.args, call.fds));
}

export async function type(call: Call): Promise<number> {
  const { shell } = call;
  let status = 0;
  for (const name of call.args.filter((arg) => !/^-[tpaP]$/.test(arg))) {
    const short = call.args[0] === "-t";
    const found = findProgram(shell.files, name, shell.vars.get("PATH") ?? "", shell.cwd);
    if (shell.aliases.has(name))
      await out(call, short ? "alias\n" : `${name} is aliased to \`${shell.aliases.get(name)}'\n`);
    else if (/^(if|then|else|elif|fi|do|done|case|esac|while|until|for|in|function|\{|\}|!|\[\[|\]\])$/.test(name))
      await out(call, short ? "keyword\n" : `${name} is a shell keyword\n`);
    else if (shell.functions.has(name))
      await out(call, short ? "function\n" : `${name} is a function\n${shell.functions.get(name)?.source}\n`);
    else if (shell.builtin(name)) await out(call, short ? "builtin\n" : `${name} is a shell builtin\n`);
    else if (typeof found === "string")
      await out(
        call,
        short ? "file\n" : call.args[0] === "-p" || call.args[0] === "-P" ? `${found}\n` : `${name} is ${found}\n`,
      );
    else {
      status = 1;
      if (!short) {
        if (shell.bash) await fail(call, `${name}: not found`);
        else {
          await out(call, `${name}: not found\n`);
          status = 127;
        }
      }
    }
  }
  return status;
}

export async function command(call: Call): Promise<number> {
  const { shell } = call;
  const flag = call.args[0];
  if (flag !== "-v" && flag !== "-V")
    return shell.dispatch(
      call.args.filter((arg, i) => i > 0 || arg !== "-p"),
      call.fds,
      true,
    );
  let status = 0;
  for (const name of call.args.slice(1)) {
    const found = findProgram(shell.files, name, shell.vars.get("PATH") ?? "", shell.cwd);
    if (flag === "-V") status = await type({ ...call, argv: ["command"], args: [name] });
    else if (shell.aliases.has(name)) await out(call, `alias ${name}='${shell.aliases.get(name)}'\n`);
    else if (shell.functions.has(name) || shell.builtin(name)) await out(call, `${name}\n`);
    else if (typeof found === "string") await out(call, `${found}\n`);
    else status = shell.bash ? 1 : 127;
  }
  return status;
}
