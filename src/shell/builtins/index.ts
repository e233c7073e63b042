/** The commands that run inside the shell, by name. Each is a small function of its call. */
import { ExitError, ReturnError } from "../control";
import { type Builtin, fail, numeric, printed } from "./call";
import { cd, dirs } from "./directories";
import { fg, jobs, kill, trap, wait } from "./jobs";
import { getopts, set, shopt } from "./options";
import { echo, printf, test } from "./printing";
import { mapfile, read } from "./reading";
import { command, evaluate, exec, loopControl, source, statusOf, type } from "./running";
import { alias, declare, history, unset } from "./variables";

/** All builtins by name. */
export const builtins: Readonly<Record<string, Builtin>> = {
  ":": async () => 0,
  true: async () => 0,
  false: async () => 1,
  cd,
  echo,
  printf,
  test,
  "[": test,
  declare,
  typeset: declare,
  local: declare,
  export: declare,
  readonly: declare,
  set,
  shopt,
  read,
  getopts,
  source,
  ".": source,
  eval: evaluate,
  exec,
  type,
  command,
  trap,
  jobs,
  wait,
  fg,
  bg: fg,
  kill,
  unset,
  alias,
  history,
  dirs,
  pushd: dirs,
  popd: dirs,
  mapfile,
  readarray: mapfile,
  pwd: async (call) => printed(call, `${call.shell.cwd}\n`),
  exit: async (call) => {
    if (call.args[0] !== undefined && !numeric(call.args[0])) {
      await fail(
        call,
        call.shell.bash ? `${call.args[0]}: numeric argument required` : `Illegal number: ${call.args[0]}`,
      );
      throw new ExitError(2);
    }
    throw new ExitError(statusOf(call));
  },
  return: async (call) => {
    throw new ReturnError(statusOf(call));
  },
  break: loopControl("break"),
  continue: loopControl("continue"),
  shift: async (call) => {
    const count = Number(call.args[0] ?? 1);
    if (count > call.shell.params.length) return 1;
    call.shell.params = call.shell.params.slice(count);
    return 0;
  },
  let: async (call) => {
    let value = 0n;
    for (const arg of call.args) value = call.shell.arithmetic(arg);
    return value === 0n ? 1 : 0;
  },
  unalias: async (call) => {
    if (call.args[0] === "-a") call.shell.aliases.clear();
    for (const arg of call.args) call.shell.aliases.delete(arg);
    return 0;
  },
  builtin: async (call) => {
    const inner = call.shell.builtin(call.args[0] ?? "");
    if (!inner) return fail(call, `${call.args[0]}: not a shell builtin`);
    return inner({ ...call, argv: call.args, args: call.args.slice(1) });
  },
  umask: async (call) => (call.args.length === 0 ? printed(call, "0022\n") : 0),
  ulimit: async (call) => printed(call, "unlimited\n"),
  hash: async () => 0,
  disown: async () => 0,
  times: async (call) => printed(call, "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n"),
};

export type { Builtin, Call } from "./call";
export { jobLines } from "./jobs";
