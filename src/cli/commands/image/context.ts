/** The build context: the files of a directory as a tar, without what `.dockerignore` names. */
import type { Sys } from "../../../api/process";
import { CliError } from "../../errors";
import { ignoreMatcher } from "../../parse/dockerignore";
import { absolute } from "../../parse/path";
import { type TarEntry, writeTar } from "../../tar";

export interface BuildContext {
  readonly tar: Uint8Array<ArrayBuffer>;
  /** The Dockerfile's name inside the context. */
  readonly dockerfile: string;
}

/** Packs a directory. Throws `unable to prepare context: ...`. */
export function directoryContext(sys: Sys, path: string, file: string, random: () => number): BuildContext {
  const root = absolute(sys.cwd, path);
  const { files } = sys;
  if (!files.exists(root) || files.stat(root).type !== "dir")
    throw new CliError(`unable to prepare context: path ${JSON.stringify(path)} not found`);
  const dockerfile = file === "" ? `${root === "/" ? "" : root}/Dockerfile` : absolute(sys.cwd, file);
  if (!files.exists(dockerfile)) {
    throw new CliError(
      `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ${dockerfile}: no such file or directory`,
    );
  }
  const prefix = root === "/" ? "/" : `${root}/`;
  const inside = dockerfile.startsWith(prefix) ? dockerfile.slice(prefix.length) : undefined;
  const ignoreFile = `${prefix}.dockerignore`;
  const ignored = files.exists(ignoreFile)
    ? ignoreMatcher(new TextDecoder().decode(files.readFile(ignoreFile)))
    : () => false;
  const keep = new Set([inside, ".dockerignore"]);
  const entries = walk(sys, root, "", (name) => ignored(name) && !keep.has(name));
  if (inside !== undefined) return { tar: writeTar(entries), dockerfile: inside };
  const name = `.dockerfile.${Array.from({ length: 20 }, () => Math.floor(random() * 16).toString(16)).join("")}`;
  entries.push({ name, type: "file", mode: 0o600, mtime: 0, data: files.readFile(dockerfile) });
  return { tar: writeTar(entries), dockerfile: name };
}

/** A Dockerfile given on standard input is a context of its own. */
export function dockerfileContext(content: Uint8Array): BuildContext {
  return {
    tar: writeTar([{ name: "Dockerfile", type: "file", mode: 0o600, mtime: 0, data: content }]),
    dockerfile: "Dockerfile",
  };
}

/** Everything below a directory, in order; an ignored directory is still searched for files taken back in. */
export function walk(sys: Sys, root: string, prefix: string, skip: (name: string) => boolean): TarEntry[] {
  const entries: TarEntry[] = [];
  for (const item of sys.files.readdir(prefix === "" ? root : `${root}/${prefix}`)) {
    const name = prefix === "" ? item : `${prefix}/${item}`;
    const path = `${root}/${name}`;
    const stat = sys.files.lstat(path);
    const skipped = skip(name);
    const { type, mode, mtime } = stat;
    if (!skipped && type === "dir") entries.push({ name, type, mode, mtime });
    if (!skipped && type === "file") entries.push({ name, type, mode, mtime, data: sys.files.readFile(path) });
    if (!skipped && type === "symlink")
      entries.push({ name, type, mode: 0o777, mtime, target: sys.files.readlink(path) });
    if (stat.type === "dir") entries.push(...walk(sys, root, name, skip));
  }
  return entries;
}
