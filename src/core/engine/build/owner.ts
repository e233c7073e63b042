/** `--chown=user:group`: names are looked up in the image's own /etc/passwd and /etc/group. */
import { decodeUtf8 } from "../../bytes";
import { invalidParameter } from "../../errors";
import type { FileTree } from "../../machine/files";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export function lookUpOwner(files: FileTree, text: string): Owner {
  const [user = "", group = user] = text.split(":");
  if (text.split(":").length > 2) throw invalidParameter(`invalid chown string format: ${text}`);
  return {
    uid: idOf(files, "/etc/passwd", user, "user", "uid"),
    gid: idOf(files, "/etc/group", group, "group", "gid"),
  };
}

function idOf(files: FileTree, file: string, name: string, kind: string, id: string): number {
  if (/^\d+$/.test(name)) return Number(name);
  if (name === "") return 0;
  const lines = files.exists(file) ? decodeUtf8(files.readFile(file)).split("\n") : [];
  const line = lines.map((one) => one.split(":")).find(([first]) => first === name);
  if (line) return Number(line[2]);
  throw invalidParameter(
    `unable to convert uid/gid chown string to host mapping: can't find ${id} for ${kind} ${name}: no such ${kind}: ${name}`,
  );
}
