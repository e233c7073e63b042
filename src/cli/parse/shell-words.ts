/** Splits a command as a shell does: quotes and backslashes, nothing else. */

export function shellWords(text: string): string[] {
  const words = text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) =>
      double !== undefined ? String(double).replace(/\\(.)/g, "$1") : (single ?? escaped ?? ""),
    ),
  );
}
