/** Requests that the daemon passes on to the registry: they take the machine's way to it, or fail as that does. */
import { registryLine } from "../core/engine/registry-line";
import type { Backend } from "./backend";

/** What such a question takes when nothing is wrong with the way: too little to wait for. */
const USUAL = 180;

/** Waits as long as the machine's way to the registry makes it wait beyond the usual; throws when there is no way. */
export async function reachRegistry(backend: Backend, host?: string, path?: string): Promise<void> {
  const line = registryLine(backend.view, backend.machine, host, path);
  const delay = line.broken?.after ?? line.question(USUAL) - USUAL;
  if (delay > 0) {
    const release = backend.hold();
    await backend.sleep(delay).finally(release);
  }
  if (line.broken) throw line.broken.error;
}
