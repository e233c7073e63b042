/** Log drivers and the options each takes (moby `daemon/logger`, the ValidateLogOpt of each). */
import { invalidParameter } from "../errors";
import type { HostConfig } from "./types";

const COMMON = "labels labels-regex env env-regex tag".split(" ");
const EVERY = ["mode", "max-buffer-size"]; // the daemon's own, before the driver looks

/** Options by driver; where there is no list, the driver's own server decides. */
const OPTIONS: Readonly<Record<string, readonly string[] | undefined>> = {
  "json-file": [...COMMON, "max-file", "max-size", "compress"],
  local: ["max-file", "max-size", "compress"],
  journald: COMMON,
  syslog: [
    ...COMMON,
    ..."syslog-address syslog-facility syslog-tls-ca-cert syslog-tls-cert syslog-tls-key syslog-tls-skip-verify syslog-format".split(
      " ",
    ),
  ],
  none: undefined,
  fluentd: undefined,
  gelf: undefined,
  awslogs: undefined,
  splunk: undefined,
};

/** Throws Docker's refusal of an unknown driver or option. */
export function verifyLogConfig({ Type: driver = "", Config: config }: NonNullable<HostConfig["LogConfig"]>): void {
  if (driver !== "" && !Object.hasOwn(OPTIONS, driver))
    throw invalidParameter(`error looking up logging plugin ${driver}: plugin "${driver}" not found`);
  const name = driver || "json-file";
  const known = OPTIONS[name];
  if (!known) return;
  for (const key of Object.keys(config ?? {}))
    if (!known.includes(key) && !EVERY.includes(key))
      throw invalidParameter(
        name === "local"
          ? `unknown log opt '${key}' for log driver local`
          : `unknown log opt '${key}' for ${name} log driver`,
      );
}
