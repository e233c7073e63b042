/** `tini`: process 1 that starts one program, hands on signals and ends as the program did. */
import type { Child, Program, SignalName } from "../../api/process";
import { codeOf } from "./serving";

const FORWARDED: readonly SignalName[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"];

/** `tini [-s] [-g] [--] PROGRAM [ARG...]` */
export const tini: Program = async (sys) => {
  let at = 1;
  while (sys.argv[at]?.startsWith("-") && sys.argv[at] !== "--") at++;
  if (sys.argv[at] === "--") at++;
  const argv = sys.argv.slice(at);
  if (argv.length === 0) {
    await sys.stderr.write("tini (tini version 0.19.0)\nUsage: tini [OPTIONS] PROGRAM -- [ARGS] | --version\n");
    return 1;
  }
  let child: Child | undefined;
  for (const signal of FORWARDED) sys.onSignal(signal, () => child?.kill(signal));
  try {
    child = sys.spawn(argv);
    return await child.exited;
  } catch (error) {
    const missing = codeOf(error) === "ENOENT";
    const reason = missing ? "No such file or directory" : "Permission denied";
    await sys.stderr.write(`[FATAL tini (${sys.pid + 6})] exec ${argv[0]} failed: ${reason}\n`);
    return missing ? 127 : 126;
  }
};
