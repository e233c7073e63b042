/** Paths: absolute, normalised, and the search through PATH. */
import type { Files } from "../api/process";

/** `path` seen from `cwd`, without `.`, `..` and doubled slashes. */
export function absolute(cwd: string, path: string): string {
  const out: string[] = [];
  for (const piece of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (piece === "..") out.pop();
    else if (piece !== "" && piece !== ".") out.push(piece);
  }
  return `/${out.join("/")}`;
}

export const basename = (path: string): string =>
  path.replace(/\/+$/, "").replace(/^.*\//, "") || (path.startsWith("/") ? "/" : "");
export function dirname(path: string): string {
  const cut = path.replace(/\/+$/, "").replace(/\/*[^/]*$/, "");
  return cut || (path.startsWith("/") ? "/" : ".");
}

/** The file a command name runs, or why none does. */
export function findProgram(files: Files, name: string, search: string, cwd: string): string | { code: string } {
  if (name === "") return { code: "ENOENT" };
  if (name.includes("/")) return runnable(files, absolute(cwd, name)) ?? absolute(cwd, name);
  let denied = false;
  for (const folder of search.split(":")) {
    const path = absolute(cwd, `${folder || "."}/${name}`);
    const problem = runnable(files, path);
    if (!problem) return path;
    if (problem.code === "EACCES") denied = true;
  }
  return { code: denied ? "EACCES" : "ENOENT" };
}

function runnable(files: Files, path: string): { code: string } | undefined {
  try {
    const stat = files.stat(path);
    if (stat.type === "dir") return { code: "EISDIR" };
    return (stat.mode & 0o111) === 0 ? { code: "EACCES" } : undefined;
  } catch (error) {
    return { code: (error as { code?: string }).code ?? "ENOENT" };
  }
}
