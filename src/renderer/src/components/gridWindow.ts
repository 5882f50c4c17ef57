/** Where the cells of a grid stand that is too long to be drawn whole. Lengths in CSS pixels. */
export interface GridLayout {
  readonly columns: number
  readonly rows: number
  readonly cellWidth: number
  /** Of a cell, without the gap below it. */
  readonly cellHeight: number
  readonly gap: number
  /** Of the whole grid. */
  readonly height: number
}

interface GridSize {
  readonly count: number
  readonly width: number
  /** Cells are this wide or a little more, so that the row is full. */
  readonly leastCell: number
  readonly gap: number
  /** Height over width of the picture of a cell. */
  readonly aspect: number
  /** Height of what stands in a cell besides its picture. */
  readonly caption: number
}

/** As many columns as fit; the cells share what is left over, in whole pixels. */
export function gridLayout({ count, width, leastCell, gap, aspect, caption }: GridSize): GridLayout {
  const columns = Math.max(1, Math.floor((width + gap) / (leastCell + gap)))
  const cellWidth = Math.max(1, Math.floor((width + gap) / columns - gap))
  const cellHeight = Math.round(cellWidth * aspect + caption)
  const rows = Math.ceil(count / columns)
  return { columns, rows, cellWidth, cellHeight, gap, height: Math.max(0, rows * (cellHeight + gap) - gap) }
}

/** First and last row, the last one not included, that show between `top` and `top + view`, and some around them. */
export function rowsInView(
  { rows, cellHeight, gap }: GridLayout,
  top: number,
  view: number,
  around: number,
): { readonly first: number; readonly last: number } {
  const pitch = cellHeight + gap
  const first = Math.min(rows, Math.max(0, Math.floor(top / pitch) - around))
  const last = Math.min(rows, Math.max(first, Math.ceil((top + view) / pitch) + around))
  return { first, last }
}

/** Where a key leads from one cell; null for keys that lead nowhere. */
export function afterKey(
  key: string,
  { at, count, columns, page }: { at: number; count: number; columns: number; page: number },
): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * page,
    PageDown: columns * page,
  }
  if (count === 0) return null
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const step = steps[key]
  if (step === undefined) return null
  const next = at + step
  if (Math.abs(step) <= 1) return Math.min(count - 1, Math.max(0, next))
  // Up and down stay in their column; the last row may be short of it.
  if (next < 0) return at % columns
  if (next < count) return next
  const lastRow = Math.floor((count - 1) / columns)
  return Math.floor(at / columns) === lastRow ? at : Math.min(count - 1, lastRow * columns + (at % columns))
}
