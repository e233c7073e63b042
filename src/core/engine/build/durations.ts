/** Durations as Go reads and prints them. */

const UNITS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Nanoseconds, or Go's message. */
export function parseGoDuration(text: string): number | string {
  const sign = text.startsWith("-") ? -1 : 1;
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return 0;
  if (body === "") return `time: invalid duration ${JSON.stringify(text)}`;
  let total = 0;
  for (let at = 0; at < body.length; ) {
    const match = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(body.slice(at));
    if (!match) return `time: invalid duration ${JSON.stringify(text)}`;
    const [whole, number = "", unit = ""] = match;
    if (unit === "") return `time: missing unit in duration ${JSON.stringify(text)}`;
    const factor = UNITS[unit];
    if (factor === undefined) return `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`;
    total += Number(number) * factor;
    at += whole.length;
  }
  return sign * Math.round(total);
}

/** `1m30s`, `500ms`, `0s`. */
export function formatGoDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`;
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const hours = Math.floor(nanoseconds / 3600e9);
  const minutes = Math.floor((nanoseconds % 3600e9) / 60e9);
  const seconds = Number(((nanoseconds % 60e9) / 1e9).toFixed(9));
  return `${hours ? `${hours}h` : ""}${hours || minutes ? `${minutes}m` : ""}${seconds}s`;
}
