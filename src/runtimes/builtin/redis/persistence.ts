/** What a Redis server leaves in its data folder: the snapshot and, when asked for, the log of writes. */
import type { Files } from "../../../api/process";
import type { Keyspace, Row } from "./keyspace";
import { encodeCommand, fromBinary, Reader, toBinary } from "./resp";

const MAGIC = "REDIS0012\n";

/** Writes the snapshot beside its place and moves it there, as Redis does, so that a half-written one is never read. */
export function saveSnapshot(files: Files, path: string, keyspace: Keyspace): void {
  const temporary = path.replace(/[^/]*$/, "temp-1.rdb");
  files.writeFile(temporary, fromBinary(MAGIC + JSON.stringify(keyspace.rows())));
  files.rename(temporary, path);
  keyspace.dirty = 0;
}

/** Reads a snapshot; false when there is none. Throws when the file is no snapshot. */
export function loadSnapshot(files: Files, path: string, keyspace: Keyspace): boolean {
  if (!files.exists(path)) return false;
  const text = toBinary(files.readFile(path));
  if (!text.startsWith(MAGIC)) throw new Error("Wrong signature trying to load DB from file");
  keyspace.load(JSON.parse(text.slice(MAGIC.length)) as Row[]);
  return true;
}

/** Adds a command to the log of writes. */
export function logWrite(files: Files, path: string, words: readonly string[]): void {
  files.appendFile(path, fromBinary(encodeCommand(words)));
}

/** The commands of a log of writes, in order. */
export async function readLog(files: Files, path: string): Promise<(readonly string[])[]> {
  if (!files.exists(path)) return [];
  const parts = [files.readFile(path)];
  const reader = new Reader({ read: async () => parts.shift() });
  const commands: (readonly string[])[] = [];
  for (;;) {
    const words = await reader.command();
    if (!Array.isArray(words)) return commands;
    commands.push(words);
  }
}
