/** A container's state in words, as `docker ps` shows it (moby `container/state.go`, go-units' HumanDuration). */
import type { ContainerRow } from "../../../core/engine/tables";
import type { Millis } from "../../../core/time/agenda";

const HOUR = 3_600_000;

export function humanDuration(millis: Millis): string {
  const seconds = Math.trunc(millis / 1000);
  if (seconds < 1) return "Less than a second";
  if (seconds === 1) return "1 second";
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return "About a minute";
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(millis / HOUR + 0.5);
  if (hours === 1) return "About an hour";
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(millis / HOUR / 24 / 365)} years`;
}

/** `Up 2 minutes (healthy)`, `Exited (0) 3 seconds ago`. */
export function statusText(row: ContainerRow, now: Millis): string {
  const up = `Up ${humanDuration(now - row.startedAt)}`;
  switch (row.state) {
    case "running":
      return row.health ? `${up} (${healthWords(row.health.status)})` : up;
    case "paused":
      return `${up} (Paused)`;
    case "restarting":
      return `Restarting (${row.exitCode}) ${humanDuration(now - row.finishedAt)} ago`;
    case "created":
      return "Created";
    case "removing":
      return "Removal In Progress";
    case "dead":
      return "Dead";
    default:
      return row.startedAt === 0 ? "" : `Exited (${row.exitCode}) ${humanDuration(now - row.finishedAt)} ago`;
  }
}

const healthWords = (status: string): string => (status === "starting" ? "health: starting" : status);

/** Program and arguments. */
export function commandOf(row: ContainerRow): { path: string; args: readonly string[] } {
  const [path = "", ...args] = [...(row.config.Entrypoint ?? []), ...(row.config.Cmd ?? [])];
  return { path, args };
}
