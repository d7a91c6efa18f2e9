/** Tables for a terminal. */

const isNumber = (cell: string): boolean => /^[\d.,]+( %)?$/.test(cell)

/** Lines up the cells: numbers to the right, the rest to the left. */
export const formatTable = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const numeric = head.map((_, column) => rows.every((row) => isNumber(row[column] ?? "")))
  const line = (row: ReadonlyArray<string>): string =>
    row
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join("  ")
      .trimEnd()
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n")
}
