/**
 * Text columns with two spaces between them. A column whose cells begin with a digit in more rows than not stands flush
 * right. Rows may be shorter than the head.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const columns = Math.max(...all.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...all.map((row) => cellWidth(row, i))))
  const right = widths.map(
    (_, i) => rows.filter((row) => /^[\d-]/.test(row[i] ?? '')).length * 2 > rows.length,
  )
  return all
    .map((row) =>
      row
        .map((cell, i) => {
          const gap = ' '.repeat(Math.max(0, widths[i]! - cell.length))
          return right[i] ? gap + cell : cell + gap
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The last cell of a short row may run on over the columns that it does not fill. */
function cellWidth(row: readonly string[], index: number): number {
  return row[index]?.length ?? 0
}
