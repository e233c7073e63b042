/** Our synchronous `Files` as the file system of just-bash. */
import type { IFileSystem } from "just-bash/browser";
import type { FileStat, Sys } from "../../api/process";
import { absolute } from "../paths";
import { decode } from "../streams";

const bytesOf = (content: string | Uint8Array, encoding: unknown): Uint8Array | string => {
  const name = typeof encoding === "string" ? encoding : (encoding as { encoding?: string } | undefined)?.encoding;
  if (typeof content === "string" && (name === "binary" || name === "latin1"))
    return Uint8Array.from(content, (c) => c.charCodeAt(0));
  return content;
};

export function filesFor(sys: Sys): IFileSystem {
  const { files } = sys;
  const show = (stat: FileStat) => ({
    isFile: stat.type === "file",
    isDirectory: stat.type === "dir",
    isSymbolicLink: stat.type === "symlink",
    mode: stat.mode,
    size: stat.size,
    mtime: new Date(stat.mtime),
  });
  const at = (path: string) => absolute(sys.cwd, path);
  const latin = (bytes: Uint8Array) => {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  };
  const found = {
    readFile: async (path: string, encoding?: unknown) =>
      /binary|latin1/.test(JSON.stringify(encoding ?? ""))
        ? latin(files.readFile(at(path)))
        : decode(files.readFile(at(path))),
    readFileBytes: async (path: string) => latin(files.readFile(at(path))),
    readFileBuffer: async (path: string) => files.readFile(at(path)),
    writeFile: async (path: string, content: string | Uint8Array, encoding?: unknown) =>
      files.writeFile(at(path), bytesOf(content, encoding)),
    appendFile: async (path: string, content: string | Uint8Array, encoding?: unknown) =>
      files.appendFile(at(path), bytesOf(content, encoding)),
    exists: async (path: string) => files.exists(at(path)),
    stat: async (path: string) => show(files.stat(at(path))),
    lstat: async (path: string) => show(files.lstat(at(path))),
    mkdir: async (path: string, options?: { recursive?: boolean }) => files.mkdir(at(path), options),
    readdir: async (path: string) => files.readdir(at(path)),
    rm: async (path: string, options?: { recursive?: boolean; force?: boolean }) => files.rm(at(path), options),
    cp: async (from: string, to: string) =>
      files.writeFile(at(to), files.readFile(at(from)), files.stat(at(from)).mode),
    mv: async (from: string, to: string) => files.rename(at(from), at(to)),
    resolvePath: (base: string, path: string) => absolute(base, path),
    getAllPaths: () => [],
    chmod: async (path: string, mode: number) => files.chmod(at(path), mode),
    symlink: async (target: string, path: string) => files.symlink(target, at(path)),
    link: async (from: string, to: string) => files.writeFile(at(to), files.readFile(at(from))),
    readlink: async (path: string) => files.readlink(at(path)),
    realpath: async (path: string) => files.realpath(at(path)),
    utimes: async (path: string, _atime: Date, mtime: Date) => files.utimes(at(path), mtime.getTime()),
  };
  return found as unknown as IFileSystem;
}
