/** `scp`: files from one machine to another, by the same connection as `ssh`. */
import type { Files, Program, Sys } from "../../api/process";
import { absolute, basename } from "../paths";
import { errorText } from "../tools/common";
import type { MachineDoors } from "./doors";
import { connectTo } from "./ssh";

const USAGE = `usage: scp [-346ABCOpqRrsTv] [-c cipher] [-D sftp_server_path] [-F ssh_config]
           [-i identity_file] [-J destination] [-l limit] [-o ssh_option]
           [-P port] [-S program] [-X sftp_option] source ... target
`;
const VALUED = "cDFiJloPSX";

/** A file's place: a machine's (undefined: here) and a path. */
interface Place {
  readonly host?: string;
  readonly user: string;
  readonly path: string;
}

export function parsePlace(text: string): Place {
  const [, user = "", host, path = ""] = /^(?:([^@/:]+)@)?([^/:]+):(.*)$/s.exec(text) ?? [];
  return host === undefined ? { user: "", path: text } : { user, host, path };
}

interface End {
  readonly files: Files;
  readonly path: string;
}

/** Copies; `label` is the program's name in complaints. Resolves with the exit code. */
export async function copyFiles(
  doors: MachineDoors,
  sys: Sys,
  call: {
    readonly sources: readonly string[];
    readonly target: string;
    readonly recursive: boolean;
    readonly quiet: boolean;
  },
): Promise<number> {
  const target = await open(doors, sys, parsePlace(call.target));
  if (!target) return 1;
  const intoDirectory = target.files.exists(target.path) && target.files.stat(target.path).type === "dir";
  let status = 0;
  for (const name of call.sources) {
    const source = await open(doors, sys, parsePlace(name));
    if (!source) return 1;
    const to = intoDirectory ? `${target.path === "/" ? "" : target.path}/${basename(source.path)}` : target.path;
    try {
      await copy(sys, source, { ...target, path: to }, name, call);
    } catch (error) {
      const text = error instanceof Refused ? error.message : `${name}: ${errorText(error)}`;
      await sys.stderr.write(`scp: ${text}\n`);
      status = 1;
    }
  }
  return status;
}

class Refused extends Error {}

async function open(doors: MachineDoors, sys: Sys, place: Place): Promise<End | undefined> {
  if (place.host === undefined) return { files: sys.files, path: absolute(sys.cwd, place.path) };
  const machine = await connectTo(doors, sys, { user: place.user, host: place.host, port: 22 });
  if (machine === undefined) {
    await sys.stderr.write("scp: Connection closed\n");
    return undefined;
  }
  return { files: doors.files(machine), path: absolute("/root", place.path.replace(/^~\/?/, "") || ".") };
}

async function copy(
  sys: Sys,
  from: End,
  to: End,
  name: string,
  call: { readonly recursive: boolean; readonly quiet: boolean },
): Promise<void> {
  const stat = from.files.stat(from.path);
  if (stat.type === "dir") {
    if (!call.recursive) throw new Refused(`${name}: not a regular file`);
    if (!to.files.exists(to.path)) to.files.mkdir(to.path, { mode: stat.mode });
    for (const each of from.files.readdir(from.path))
      await copy(sys, below(from, each), below(to, each), `${name}/${each}`, call);
    return;
  }
  to.files.writeFile(to.path, from.files.readFile(from.path), stat.mode);
  if (sys.tty && !call.quiet) await sys.stdout.write(`${progress(basename(from.path), stat.size, sys.tty.columns)}\n`);
}

const below = (end: End, name: string): End => ({
  files: end.files,
  path: `${end.path === "/" ? "" : end.path}/${name}`,
});

/** scp's line for a file that is done. */
function progress(name: string, size: number, columns: number): string {
  const figure = (bytes: number) => (bytes < 10_000 ? `${bytes}  ` : `${Math.floor(bytes / 1024)}KB`);
  const tail = ` 100% ${figure(size).padStart(6)} ${`${(size / 1024).toFixed(1)}KB/s`.padStart(9)}   00:00    `;
  const room = Math.max(1, columns - tail.length);
  return name.slice(0, room).padEnd(room) + tail;
}

export const scp =
  (doors: MachineDoors): Program =>
  async (sys) => {
    const words: string[] = [];
    const letters = new Set<string>();
    for (let at = 1; at < sys.argv.length; at++) {
      const arg = sys.argv[at] as string;
      if (!/^-./.test(arg)) words.push(arg);
      else if (VALUED.includes(arg[1] as string)) at += arg.length === 2 ? 1 : 0;
      else for (const letter of arg.slice(1)) letters.add(letter);
    }
    const target = words.pop();
    if (target === undefined || words.length === 0) {
      await sys.stderr.write(USAGE);
      return 1;
    }
    return copyFiles(doors, sys, { sources: words, target, recursive: letters.has("r"), quiet: letters.has("q") });
  };
