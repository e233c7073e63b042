/** `ssh`: a shell or one command on another machine, in this terminal. Every machine knows the others' keys. */
import type { Program, Sys } from "../../api/process";
import { codeOf } from "../streams";
import type { MachineDoors } from "./doors";

/** Options of ssh(1) that take a value; those that do not are taken without effect. */
const VALUED = "BbcDEeFIiJLlmOopQRSWw";
const USERS: ReadonlySet<string> = new Set(["", "root", "docker"]);
const USAGE = `usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface] [-b bind_address]
           [-c cipher_spec] [-D [bind_address:]port] [-E log_file]
           [-e escape_char] [-F configfile] [-I pkcs11] [-i identity_file]
           [-J destination] [-L address] [-l login_name] [-m mac_spec]
           [-O ctl_cmd] [-o option] [-P tag] [-p port] [-R address]
           [-S ctl_path] [-W host:port] [-w local_tun[:remote_tun]]
           destination [command [argument ...]]
`;

interface Call {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly quiet: boolean;
  readonly terminal: "auto" | "never";
  readonly command?: string;
}

/** Reads the command line; undefined when there is nowhere to go, a string when it is wrong. */
export function parseSsh(args: readonly string[]): Call | undefined {
  let [user, port, quiet] = ["", 22, false];
  let terminal: Call["terminal"] = "auto";
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] as string;
    if (!/^-./.test(arg)) break;
    if (arg === "--") {
      at++;
      break;
    }
    for (let n = 1; n < arg.length; n++) {
      const letter = arg[n] as string;
      if (letter === "q") quiet = true;
      else if (letter === "T") terminal = "never";
      if (!VALUED.includes(letter)) continue;
      const value = arg.slice(n + 1) || (args[++at] ?? "");
      if (letter === "l") user = value;
      if (letter === "p") port = Number(value);
      break;
    }
  }
  const destination = args[at]?.replace(/^ssh:\/\//, "");
  if (!destination) return undefined;
  const cut = destination.lastIndexOf("@");
  const [, host = "", inUrl] = /^([^:]*)(?::(\d+))?$/.exec(destination.slice(cut + 1)) ?? ["", destination];
  const command = args.slice(at + 1).join(" ");
  return {
    user: cut < 0 ? user : destination.slice(0, cut),
    host,
    port: inUrl ? Number(inUrl) : port,
    quiet,
    terminal,
    ...(command === "" ? {} : { command }),
  };
}

const REASONS: Record<string, string> = {
  EHOSTUNREACH: "No route to host",
  ENETUNREACH: "Network is unreachable",
  ETIMEDOUT: "Connection timed out",
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset by peer",
};

/** Finds the machine behind a name, or says in ssh's words why there is none. */
export async function connectTo(
  doors: MachineDoors,
  sys: Sys,
  { user, host, port }: { readonly user: string; readonly host: string; readonly port: number },
): Promise<string | undefined> {
  try {
    const machine = await doors.dial(sys, host, port);
    if (USERS.has(user)) return machine;
    await sys.stderr.write(`${user}@${host}: Permission denied (publickey).\n`);
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (code === "ENOTFOUND")
      await sys.stderr.write(`ssh: Could not resolve hostname ${host}: Name or service not known\n`);
    else if (REASONS[code]) await sys.stderr.write(`ssh: connect to host ${host} port ${port}: ${REASONS[code]}\n`);
    else throw error;
  }
  return undefined;
}

/** Runs what was asked on a machine; resolves with ssh's exit code. */
export async function runThere(
  doors: MachineDoors,
  sys: Sys,
  machine: string,
  call: Pick<Call, "host" | "quiet" | "terminal" | "command">,
): Promise<number> {
  const { host, command } = call;
  const terminal = command === undefined && call.terminal === "auto" ? sys.tty : undefined;
  if (command === undefined && !terminal && !call.quiet && call.terminal === "auto")
    await sys.stderr.write("Pseudo-terminal will not be allocated because stdin is not a terminal.\n");
  const remote = doors.open(sys, {
    machine,
    stdin: sys.stdin,
    stdout: sys.stdout,
    stderr: sys.stderr,
    ...(command === undefined ? {} : { command }),
    ...(terminal ? { tty: terminal } : {}),
  });
  const undo = sys.onSignal("SIGINT", () => remote.signal("SIGINT"));
  sys.killed.addEventListener("abort", () => remote.signal("SIGKILL"), { once: true });
  const end = await remote.ended;
  undo();
  sys.tty?.setRaw(false);
  if (end === "closed") await sys.stderr.write(`Connection to ${host} closed by remote host.\n`);
  if (end === "lost") await sys.stderr.write(`Timeout, server ${host} not responding.\n`);
  if (terminal && !call.quiet && end !== "lost") await sys.stderr.write(`Connection to ${host} closed.\n`);
  return typeof end === "number" ? end : 255;
}

export const ssh =
  (doors: MachineDoors): Program =>
  async (sys) => {
    const args = sys.argv.slice(1);
    if (args[0] === "-V") {
      await sys.stderr.write("OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025\n");
      return 0;
    }
    const call = parseSsh(args);
    if (!call) {
      await sys.stderr.write(USAGE);
      return 255;
    }
    const machine = await connectTo(doors, sys, call);
    return machine === undefined ? 255 : await runThere(doors, sys, machine, call);
  };
