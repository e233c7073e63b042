/** Devices that are streams and no files: endless zeros, endless chance. */
import type { Input, Output, Sys } from "../api/process";
import { bytesInput } from "./streams";

/** Bytes of one read. */
const CHUNK = 4096;

/** What is read from a device; undefined when the path is none. */
export function deviceInput(sys: Pick<Sys, "random">, path: string): Input | undefined {
  if (path === "/dev/null") return bytesInput("");
  if (path === "/dev/zero" || path === "/dev/full") return { read: async () => new Uint8Array(CHUNK) };
  if (path === "/dev/urandom" || path === "/dev/random")
    return { read: async () => Uint8Array.from({ length: CHUNK }, () => Math.floor(sys.random() * 256)) };
  return undefined;
}

/** `/dev/full`: a disk on which nothing is left. */
export const fullOutput: Output = {
  write: async () => {
    throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  },
};
