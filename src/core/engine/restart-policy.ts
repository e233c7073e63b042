/** Whether and when a container that ended is started again (moby `daemon/internal/restartmanager`). */
import type { Millis } from "../time/agenda";
import type { ContainerRow } from "./tables";

const FIRST_DELAY: Millis = 100;
const LONGEST_DELAY: Millis = 60_000;
/** A run as long as this forgets the failures before it. */
const STEADY: Millis = 10_000;

/** The wait before the next start; undefined when there is none. */
export function restartDelay(container: ContainerRow, exitCode: number, now: Millis): Millis | undefined {
  if (container.stoppedByUser || !wantsRestart(container, exitCode)) return undefined;
  const before = now - container.startedAt >= STEADY ? 0 : (container.restartDelay ?? 0);
  return before === 0 ? FIRST_DELAY : Math.min(before * 2, LONGEST_DELAY);
}

function wantsRestart(container: ContainerRow, exitCode: number): boolean {
  const { Name: name, MaximumRetryCount: most = 0 } = container.hostConfig.RestartPolicy ?? {};
  if (name === "always" || name === "unless-stopped") return true;
  return name === "on-failure" && exitCode !== 0 && (most === 0 || container.restartCount < most);
}

/** Whether a daemon that boots starts it: `always` even when a user had stopped it, the others only what ran. */
export function startsAtBoot(container: ContainerRow, ran: boolean): boolean {
  const { Name: name } = container.hostConfig.RestartPolicy ?? {};
  if (name === "always") return container.startedAt > 0;
  return ran && !container.stoppedByUser && (name === "unless-stopped" || name === "on-failure");
}
