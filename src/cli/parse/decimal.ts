/** CPU counts: docker's `decimal` flag, a rational number in units of a billionth. */

/** Nano CPUs of `0.5`, `1/3` or `1.25`. Throws docker's messages. */
export function parseDecimal(text: string): number {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:\/(\d+))?$/.exec(text);
  if (!match?.[1] || (match[2] !== undefined && Number(match[2]) === 0)) {
    throw new Error(`failed to parse ${text} as a rational number`);
  }
  const nanos = (Number(match[1]) / Number(match[2] ?? 1)) * 1e9;
  const rounded = Math.round(nanos);
  if (Math.abs(nanos - rounded) > 1e-6 * Math.max(1, Math.abs(nanos) * 1e-9)) throw new Error("value is too precise");
  return rounded;
}
