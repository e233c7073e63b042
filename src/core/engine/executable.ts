/**
 * What runc checks before it starts a process: the program, the working directory, the user. The words of its refusals
 * are runc's (`libcontainer`), the codes the shell's 127 (not found) and 126 (cannot run).
 */
import { decodeUtf8 } from "../bytes";
import { FileError, type FileTree } from "../machine/files";
import { normalise } from "../machine/paths";

export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export class ExecFault extends Error {
  readonly code: 126 | 127;
  constructor(code: 126 | 127, message: string) {
    super(message);
    this.code = code;
  }
}

/** The absolute path of what `name` runs, as execvp(3) finds it. Throws ExecFault. */
export function findExecutable(files: FileTree, name: string, path: string | undefined, cwd: string): string {
  if (name.includes("/")) return checkFile(files, name, normalise(name, cwd));
  for (const folder of (path ?? DEFAULT_PATH).split(":")) {
    const place = normalise(name, folder || cwd);
    const stat = statOf(files, place);
    if (stat?.type === "file" && stat.mode & 0o111) return place;
  }
  throw new ExecFault(127, `exec: "${name}": executable file not found in $PATH`);
}

function checkFile(files: FileTree, name: string, place: string): string {
  const stat = statOf(files, place);
  if (!stat) throw new ExecFault(127, `exec: "${name}": stat ${name}: no such file or directory`);
  if (stat.type === "dir") throw new ExecFault(126, `exec: "${name}": is a directory: permission denied`);
  if ((stat.mode & 0o111) === 0) throw new ExecFault(126, `exec: "${name}": permission denied`);
  return place;
}

function statOf(files: FileTree, place: string) {
  try {
    return files.stat(place);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** Throws ExecFault when a process cannot begin there. */
export function checkDirectory(files: FileTree, cwd: string): void {
  const stat = statOf(files, cwd);
  const head = `chdir to cwd ("${cwd}") set in config.json failed`;
  if (!stat) throw new ExecFault(127, `${head}: no such file or directory`);
  if (stat.type !== "dir") throw new ExecFault(127, `${head}: not a directory`);
}

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** `USER[:GROUP]` by the container's own passwd and group. Returns the fault's text when there is no such user. */
export function resolveUser(files: FileTree, text: string): User | { readonly fault: string } {
  const [user = "", group = ""] = text.split(":");
  const accounts = table(files, "/etc/passwd");
  const account = accounts.find((line) => line[0] === (user || "root") || line[2] === (user || "0"));
  if (!account && user !== "" && !/^\d+$/.test(user))
    return { fault: `unable to find user ${user}: no matching entries in passwd file` };
  const uid = account ? Number(account[2]) : Number(user) || 0;
  const home = account?.[5] || (uid === 0 ? "/root" : "/");
  if (group === "") return { uid, gid: account ? Number(account[3]) : 0, home };
  const found = table(files, "/etc/group").find((line) => line[0] === group || line[2] === group);
  if (!found && !/^\d+$/.test(group))
    return { fault: `unable to find group ${group}: no matching entries in group file` };
  return { uid, gid: found ? Number(found[2]) : Number(group), home };
}

function table(files: FileTree, path: string): string[][] {
  if (statOf(files, path)?.type !== "file") return [];
  return decodeUtf8(files.readFile(path))
    .split("\n")
    .map((line) => line.split(":"));
}
