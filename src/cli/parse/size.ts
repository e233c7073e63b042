/** Byte sizes as users write them: go-units' RAMInBytes (base 1024). */

const POWERS: Readonly<Record<string, number>> = { "": 0, b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** Bytes of `512m`, `1.5GiB`, `64kb`. Throws `invalid size: 'x'` or `invalid suffix: 'zz'`. */
export function ramInBytes(text: string): number {
  const numberEnd = lastIndexOfAny(text);
  if (numberEnd < 0) throw new Error(`invalid size: '${text}'`);
  const number = text.slice(0, text[numberEnd] === " " ? numberEnd : numberEnd + 1);
  const suffix = text.slice(numberEnd + 1);
  const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(number) ? Number(number) : Number.NaN;
  if (Number.isNaN(value)) throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(number)}: invalid syntax`);
  if (value < 0) throw new Error(`invalid size: '${text}'`);
  const lower = suffix.toLowerCase();
  if (!/^([bkmgtp]?|[kmgtp]i?b)$/.test(lower)) throw new Error(`invalid suffix: '${suffix}'`);
  return Math.trunc(value * 1024 ** (POWERS[lower[0] ?? ""] ?? 0));
}

function lastIndexOfAny(text: string): number {
  for (let index = text.length - 1; index >= 0; index--) {
    if ("01234567890. ".includes(text[index] ?? "")) return index;
  }
  return -1;
}
