/** Where the shell stands: `cd`, `pushd`, `popd`, `dirs`. */
import { absolute } from "../paths";
import { type Call, fail, out } from "./call";

export async function cd(call: Call): Promise<number> {
  const { shell } = call;
  const args = call.args.filter((arg) => !/^-[LPe@]$/.test(arg) && arg !== "--");
  if (args.length > 1 && shell.bash) return fail(call, "too many arguments");
  let target = args[0] ?? shell.vars.get("HOME");
  if (target === undefined) return fail(call, "HOME not set");
  const back = target === "-";
  if (back) {
    target = shell.vars.get("OLDPWD");
    if (target === undefined) return fail(call, "OLDPWD not set");
  }
  const path = absolute(shell.cwd, target);
  try {
    if (shell.files.stat(path).type !== "dir")
      return fail(
        call,
        shell.bash ? `${target}: Not a directory` : `can't cd to ${target}: Not a directory`,
        shell.bash ? 1 : 2,
      );
  } catch {
    return fail(
      call,
      shell.bash
        ? `${target}: No such file or directory`
        : `can't cd to ${target}${shell.dialect === "dash" ? "" : ": No such file or directory"}`,
      shell.bash ? 1 : 2,
    );
  }
  shell.vars.set("OLDPWD", shell.cwd);
  shell.cwd = path;
  shell.vars.export("PWD", path);
  if (back) await out(call, `${path}\n`);
  return 0;
}

export async function dirs(call: Call): Promise<number> {
  const { shell } = call;
  if (call.argv[0] === "pushd") {
    const before = shell.cwd;
    const target = call.args[0] ?? shell.dirs.shift();
    if (target === undefined) return fail(call, "no other directory");
    const status = await cd({ ...call, args: [target] });
    if (status !== 0) return status;
    shell.dirs.unshift(before);
  } else if (call.argv[0] === "popd") {
    const target = shell.dirs.shift();
    if (target === undefined) return fail(call, "directory stack empty");
    await cd({ ...call, args: [target] });
  }
  const home = shell.vars.get("HOME") ?? "/root";
  await out(
    call,
    `${[shell.cwd, ...shell.dirs].map((d) => (d === home || d.startsWith(`${home}/`) ? `~${d.slice(home.length)}` : d)).join(" ")}\n`,
  );
  return 0;
}
