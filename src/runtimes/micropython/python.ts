/** The `python` command: its options, and how a program is found. The rest is `process.ts`. */
import type { Program, Sys } from "../../api/process";
import { type Invocation, PythonProcess } from "./process";
import { fullVersion, type PythonVersion } from "./version";

type Parsed =
  | Pick<Invocation, "mode" | "target" | "argv" | "unbuffered">
  | { readonly say: string; readonly code: number; readonly error?: boolean };

/** The interpreter of one version. `machine` gives the compiled wasm, once per isolate; `pip` is what `-m pip` runs. */
export function pythonProgram(
  version: PythonVersion,
  machine: () => Promise<WebAssembly.Module>,
  pip?: Program,
): Program {
  return async (sys) => {
    const call = parse(sys, version);
    if ("say" in call) {
      await (call.error ? sys.stderr : sys.stdout).write(call.say);
      return call.code;
    }
    if (pip && call.mode === "module" && call.target === "pip") {
      return pip(Object.create(sys, { argv: { value: ["pip", ...call.argv.slice(1)] } }) as Sys);
    }
    if (call.mode === "interactive") await sys.stdout.write(banner(version));
    return new PythonProcess(sys, { ...call, version }, await machine()).run();
  };
}

function parse(sys: Sys, version: PythonVersion): Parsed {
  const args = sys.argv.slice(1);
  let unbuffered = false;
  let interactive = false;
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (arg === "-V" || arg === "--version") {
      return { say: `Python ${fullVersion(version)}\n`, code: 0, error: version.major === 2 };
    }
    if (arg === "-h" || arg === "--help") return { say: usage(sys), code: 0 };
    if (arg === "-c" || arg === "-m") {
      const target = args.shift();
      if (target === undefined) {
        return { say: `Argument expected for the ${arg} option\n${usage(sys)}`, code: 2, error: true };
      }
      return { mode: arg === "-c" ? "command" : "module", target, argv: [arg, ...args], unbuffered };
    }
    if (arg === "-") return { mode: "stdin", target: "", argv: ["-", ...args], unbuffered };
    if (!arg.startsWith("-")) return { mode: "file", target: arg, argv: [arg, ...args], unbuffered };
    if (arg === "-W" || arg === "-X") args.shift();
    else if (!/^-[bBdEiIOPqsSuvx]+$/.test(arg)) {
      return { say: `unknown option ${arg.slice(0, 2)}\n${usage(sys)}`, code: 2, error: true };
    }
    unbuffered ||= arg.includes("u");
    interactive ||= arg.includes("i");
  }
  return { mode: sys.tty || interactive ? "interactive" : "stdin", target: "", argv: [""], unbuffered };
}

const usage = (sys: Sys) =>
  `usage: ${sys.argv[0]} [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry \`python -h' for more information.\n`;

function banner(version: PythonVersion): string {
  const build =
    version.major === 2
      ? "(default, Apr 20 2020, 13:11:00) \n[GCC 8.3.0] on linux2"
      : "(main, Oct 21 2025, 02:11:43) [GCC 14.2.0] on linux";
  return `Python ${fullVersion(version)} ${build}\nType "help", "copyright", "credits" or "license" for more information.\n`;
}
