/** Small text helpers of docker's formatters. */

/** At most `width` characters, the last one an ellipsis when cut. */
export function ellipsis(text: string, width: number): string {
  const chars = [...text];
  if (chars.length <= width) return text;
  return width <= 1 ? chars.slice(0, width).join("") : `${chars.slice(0, width - 1).join("")}…`;
}

/** The first twelve characters of an id, without its `sha256:`. */
export function shortId(id: string): string {
  const colon = id.indexOf(":");
  return (colon >= 0 ? id.slice(colon + 1) : id).slice(0, 12);
}

/** Natural order: runs of digits compare as numbers (`web9` before `web10`). */
export function naturalCompare(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const one = left[index] ?? "";
    const two = right[index] ?? "";
    if (one === two) continue;
    if (/^\d/.test(one) && /^\d/.test(two)) {
      const difference = BigInt(one) - BigInt(two);
      if (difference !== 0n) return difference < 0n ? -1 : 1;
      return one.length - two.length;
    }
    return one < two ? -1 : 1;
  }
  return left.length - right.length;
}

/** Go's `Time.String()` of a moment, in UTC: `2026-11-24 02:14:24 +0000 UTC`. */
export function goTime(time: string | number): string {
  if (typeof time === "number") return goTime(new Date(time * 1000).toISOString().replace(".000Z", "Z"));
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (!match) return time;
  const fraction = (match[3] ?? "").replace(/\.?0+$/, "");
  return `${match[1]} ${match[2]}${fraction} +0000 UTC`;
}

/** `a=b,c=d`, sorted by key. */
export function joinLabels(labels: Readonly<Record<string, string>> | null | undefined): string {
  return Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels?.[key]}`)
    .join(",");
}

/** Go's %q of a string. */
export function goQuote(text: string): string {
  return JSON.stringify(text);
}
