/** `did you mean`: the candidate within two edits, the first of the nearest. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const scored = candidates.map((name) => ({ name, distance: editDistance(word, name) }));
  return scored.filter(({ distance }) => distance < 3).sort((a, b) => a.distance - b.distance)[0]?.name;
}

/** Levenshtein. */
function editDistance(a: string, b: string): number {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((next[j - 1] as number) + 1, (row[j] as number) + 1, changed));
    }
    row = next;
  }
  return row[b.length] as number;
}
