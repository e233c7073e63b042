/** Go's durations, as the contract writes them: "250ms", "1m30s", "2h". */

const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds; undefined when it is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let millis = 0;
  for (const [, amount = "", , unit = ""] of text.matchAll(/(\d+(\.\d*)?)(ns|us|µs|ms|s|m|h)/g))
    millis += Number(amount) * (UNITS[unit] ?? 0);
  return text.startsWith("-") ? -millis : millis;
}
