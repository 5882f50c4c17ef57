import type { Table } from '#core/report/Report'
import { widthOf } from '../text'
import { type } from './typography'
import { wrap } from './wrap'

/** A column as it will be set. */
export interface SetColumn {
  /** From the table's left edge, and without the gaps. */
  readonly x: number
  readonly width: number
  /** Room for what follows the decimal point, with the point; 0 for other columns. */
  readonly fraction: number
  readonly head: readonly string[]
}

const LEAST_GAP = 7
const MOST_GAP = 16

/** Widths from the contents: figures get what they need, text columns share what is left, gaps take up spare room. */
export function setColumns(doc: PDFKit.PDFDocument, table: Table, width: number): SetColumn[] {
  const measure = (text: string): number => widthOf(doc, text, type.table)
  const natural = table.columns.map((column, i) => {
    const cells = table.rows.map((row) => row.cells[i] ?? '')
    const fraction =
      column.align === 'decimal' ? Math.max(0, ...cells.map((cell) => measure(splitDecimal(cell)[1]))) : 0
    const body =
      column.align === 'decimal'
        ? fraction + Math.max(0, ...cells.map((cell) => measure(splitDecimal(cell)[0])))
        : Math.max(0, ...cells.map(measure))
    const words = column.title.split(' ').map((word) => widthOf(doc, word, type.note))
    return { body, fraction, least: Math.max(body, ...words) }
  })
  const gaps = LEAST_GAP * (natural.length - 1)
  const isText = table.columns.map(({ align }) => align === 'left')
  const fixed = natural.reduce((sum, { least }, i) => sum + (isText[i] ? 0 : least), 0)
  const wanted = natural.map(({ least }, i) => (isText[i] ? least : 0))
  const granted = shareOut(wanted, width - gaps - fixed)
  const widths = natural.map(({ least }, i) => (isText[i] ? granted[i]! : least))
  const used = widths.reduce((sum, each) => sum + each, 0)
  const gap = Math.max(0, Math.min(MOST_GAP, (width - used) / Math.max(1, widths.length - 1)))
  let x = 0
  return widths.map((each, i) => {
    const column = {
      x,
      width: each,
      fraction: natural[i]!.fraction,
      head: wrap(doc, table.columns[i]!.title, each + 0.01, type.note),
    }
    x += each + gap
    return column
  })
}

/** Gives each what it wants as far as there is room: the small wants in full, the large ones equal parts of the rest. */
function shareOut(wanted: readonly number[], room: number): number[] {
  const granted = wanted.map(() => 0)
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!)
  let left = Math.max(0, room)
  order.forEach((i, n) => {
    granted[i] = Math.min(wanted[i]!, left / (order.length - n))
    left -= granted[i]
  })
  return granted
}

/** What stands before the decimal point, and the point with what follows. */
export function splitDecimal(text: string): readonly [string, string] {
  const at = text.indexOf('.')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)]
}
