/** text/tabwriter as docker uses it: every column but the last is padded to its longest cell. */

/** Lays out rows of cells; `minimum` cell width and `padding` are docker's defaults for lists. */
export function table(rows: readonly (readonly string[])[], minimum = 10, padding = 3): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.slice(0, -1).entries()) {
      widths[column] = Math.max(widths[column] ?? minimum, [...cell].length + padding);
    }
  }
  return rows
    .map((row) => `${row.map((cell, i) => (i < row.length - 1 ? pad(cell, widths[i] ?? 0) : cell)).join("")}\n`)
    .join("");
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - [...cell].length));
}
