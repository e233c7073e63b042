/** One server per state directory: two would write the same databases. A killed server's claim does not hold. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Claims the directory for this process, or throws a sentence that says who has it. Returns how to give it back. */
export function claimState(directory: string, port: number): () => void {
  const file = join(directory, "server.json");
  if (existsSync(file)) {
    const owner = readOwner(file);
    if (owner && owner.pid !== process.pid && isAlive(owner.pid))
      throw new Error(
        `Slipway is already running at http://localhost:${owner.port} (process ${owner.pid}) with the state in ${directory}; ` +
          "set SLIPWAY_STATE to another directory to run a second one.",
      );
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, port }));
  return () => rmSync(file, { force: true });
}

function readOwner(file: string): { pid: number; port: number } | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { pid: number; port: number };
  } catch {
    return undefined;
  }
}

/** A process number may have gone to another program since; on Linux that can be seen. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== "linux") return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("start.mjs");
  } catch {
    return false;
  }
}
