/** `--since` and `--until`: Go durations back from now, Unix seconds or dates, as seconds for the daemon. */
import { CliError } from "../errors";
import { parseDuration } from "./duration";

/** The query value of a time; `now` in milliseconds. Errors name `flagName`, where given. A duration counts back and is cut to whole seconds. */
export function timestamp(text: string, now: number, flagName?: string): string {
  if (text === "") return "";
  try {
    return String(Math.floor(Math.floor(now) / 1000 - parseDuration(text) / 1e9));
  } catch {
    // Not a duration: one of the other forms.
  }
  if (/^\d+(\.\d{1,9})?$/.test(text)) return text;
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d))?(?::(\d\d(?:\.\d{1,9})?))?(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (!match)
    throw new CliError(
      `${flagName ? `invalid value for "${flagName}": ` : ""}failed to parse value as time or duration: ${JSON.stringify(text)}`,
    );
  const [, day, hour = "00", minute = "00", second = "00", zone = "Z"] = match;
  const [whole = "00", fraction = ""] = second.split(".");
  const seconds = Date.parse(`${day}T${hour}:${minute}:${whole}${zone}`) / 1000;
  return `${seconds}.${fraction.padEnd(9, "0")}`;
}
