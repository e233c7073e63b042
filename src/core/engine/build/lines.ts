/** Splitting of a Dockerfile's argument lines: at blanks, into words with quotes kept, as JSON. */

export const splitWhitespace = (text: string): string[] => text.split(/[\t\v\f\r ]+/).filter((word) => word !== "");

/** Words as ENV, LABEL and ARG count them: quotes and escapes are kept, they only keep blanks together. */
export function splitWords(text: string, escapeToken: string): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  let started = false;
  for (let at = 0; at < text.length; at++) {
    const ch = text[at] as string;
    if (quote === "" && /\s/.test(ch) && ch !== "\u00a0") {
      if (started) words.push(word);
      word = "";
      started = false;
      continue;
    }
    if (ch === escapeToken && quote !== "'") {
      if (at + 1 === text.length) break;
      word += ch + text[++at];
      started = true;
      continue;
    }
    if (quote === "" && (ch === "'" || ch === '"')) quote = ch;
    else if (ch === quote) quote = "";
    word += ch;
    started = true;
  }
  if (started) words.push(word);
  return words;
}

/** A JSON array of strings; undefined when the text is no JSON array. */
export function parseJsonArray(text: string): string[] | "notStrings" | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value = JSON.parse(text) as unknown[];
    return value.every((item) => typeof item === "string") ? (value as string[]) : "notStrings";
  } catch {
    return undefined;
  }
}
