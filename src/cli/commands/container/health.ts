/** The health check flags of `run` and `create`. */
import { CliError } from "../../errors";
import type { Flags } from "../../flags";

const NAMES = ["cmd", "interval", "timeout", "start-period", "start-interval", "retries"].map(
  (name) => `health-${name}`,
);

/** The `Healthcheck` of the container, undefined when no flag asks for one. */
export function healthcheck(flags: Flags): Record<string, unknown> | undefined {
  const given = NAMES.some((name) => flags.changed(name));
  if (flags.bool("no-healthcheck")) {
    if (given) throw new CliError("--no-healthcheck conflicts with --health-* options");
    return { Test: ["NONE"] };
  }
  if (!given) return undefined;
  const duration = (key: string, name: string) => {
    const value = flags.duration(name);
    if (value < 0) throw new CliError(`--${name} cannot be negative`);
    return value === 0 ? {} : { [key]: value };
  };
  if (flags.int("health-retries") < 0) throw new CliError("--health-retries cannot be negative");
  return {
    ...(flags.string("health-cmd") ? { Test: ["CMD-SHELL", flags.string("health-cmd")] } : {}),
    ...duration("Interval", "health-interval"),
    ...duration("Timeout", "health-timeout"),
    ...duration("StartPeriod", "health-start-period"),
    ...duration("StartInterval", "health-start-interval"),
    ...(flags.int("health-retries") > 0 ? { Retries: flags.int("health-retries") } : {}),
  };
}
