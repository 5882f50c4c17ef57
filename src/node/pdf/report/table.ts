import type { Table, TableRow } from '#core/report/Report'
import { drawLine, widthOf } from '../text'
import { baseline, type Flow } from './Flow'
import { setColumns, splitDecimal, type SetColumn } from './tableColumns'
import { leading, MEASURE, type } from './typography'
import { wrap } from './wrap'

const ROW_PAD = 0.5
const HEAD_PAD = 2.5

/** A table with its title above; its head comes again on every page that it runs over. */
export function drawTable(flow: Flow, table: Table): void {
  const columns = setColumns(flow.doc, table, flow.width)
  const rows = table.rows.map((row) => setRow(flow, table, columns, row))
  const head = headHeight(table, columns)
  const title = leading(type.label) + 3
  flow.space(12)
  const few = rows.slice(0, 4).reduce((sum, row) => sum + row.height, 0)
  const all = rows.reduce((sum, row) => sum + row.height, 0)
  // A table that fits one page is not torn apart as long as that leaves less than half of this page empty.
  const whole = title + head + all
  if (
    whole > flow.room &&
    (flow.room < title + head + few || (whole < flow.pageHeight && flow.room < flow.pageHeight / 2))
  )
    flow.turn()
  flow.line(table.title, type.label)
  flow.space(3)
  drawHead(flow, table, columns)
  rows.forEach((row, i) => {
    if (row.height > flow.room) {
      rule(flow, columns, 0.7)
      flow.turn()
      drawHead(flow, table, columns)
    } else if (row.starts && i > 0) rule(flow, columns, 0.25)
    row.draw(flow.take(row.height))
  })
  rule(flow, columns, 0.7)
  if (table.note !== undefined) {
    flow.space(3)
    for (const line of wrap(flow.doc, table.note, Math.min(flow.width, MEASURE), type.note))
      flow.line(line, type.note)
  }
  flow.space(14)
}

interface SetRow {
  readonly height: number
  readonly starts: boolean
  readonly draw: (top: number) => void
}

function setRow(flow: Flow, table: Table, columns: readonly SetColumn[], row: TableRow): SetRow {
  const { doc, left } = flow
  const style = type.table
  const cells = columns.map((column, i) =>
    table.columns[i]!.align === 'left'
      ? wrap(doc, row.cells[i] ?? '', column.width + 0.01, style)
      : [row.cells[i] ?? ''],
  )
  const height = Math.max(...cells.map((lines) => lines.length)) * leading(style) + 2 * ROW_PAD
  return {
    height,
    starts: row.starts ?? false,
    draw: (top) => {
      cells.forEach((lines, i) => {
        const column = columns[i]!
        lines.forEach((line, n) => {
          const y = baseline(top + ROW_PAD + n * leading(style), style)
          const right = left + column.x + column.width
          const align = table.columns[i]!.align
          if (align === 'left') drawLine(doc, line, left + column.x, y, style)
          else if (align === 'right') drawLine(doc, line, right, y, { ...style, align: 'right' })
          else {
            const [whole, fraction] = splitDecimal(line)
            const point = right - column.fraction
            drawLine(doc, whole, point, y, { ...style, align: 'right' })
            drawLine(doc, fraction, point, y, style)
          }
        })
      })
    },
  }
}

function headHeight(table: Table, columns: readonly SetColumn[]): number {
  const lines = Math.max(...columns.map(({ head }) => head.length))
  const group = table.columns.some((column) => column.group !== undefined) ? leading(type.note) + 2 : 0
  return group + lines * leading(type.note) + 2 * HEAD_PAD
}

function drawHead(flow: Flow, table: Table, columns: readonly SetColumn[]): void {
  const { doc, left } = flow
  const height = headHeight(table, columns)
  const top = flow.take(height)
  rule(flow, columns, 0.7, top)
  drawGroups(flow, table, columns, top + HEAD_PAD)
  const line = leading(type.note)
  columns.forEach((column, i) => {
    const first = top + height - HEAD_PAD - column.head.length * line
    column.head.forEach((text, n) => {
      const y = baseline(first + n * line, type.note)
      if (table.columns[i]!.align === 'left') drawLine(doc, text, left + column.x, y, type.note)
      else drawLine(doc, text, left + column.x + column.width, y, { ...type.note, align: 'right' })
    })
  })
  rule(flow, columns, 0.4)
}

/** Headings that several columns share, each over a line as wide as its columns. */
function drawGroups({ doc, left }: Flow, table: Table, columns: readonly SetColumn[], top: number): void {
  table.columns.forEach(({ group }, i) => {
    if (group === undefined || table.columns[i - 1]?.group === group) return
    let last = i
    while (table.columns[last + 1]?.group === group) last++
    const from = left + columns[i]!.x
    const to = left + columns[last]!.x + columns[last]!.width
    const style = { ...type.note, face: 'semibold' } as const
    const wide = widthOf(doc, group, style) <= to - from
    if (wide) drawLine(doc, group, (from + to) / 2, baseline(top, style), { ...style, align: 'center' })
    else drawLine(doc, group, from, baseline(top, style), style, to - from)
    const y = top + leading(style) + 1
    doc.lineWidth(0.25).strokeColor([0, 0, 0]).moveTo(from, y).lineTo(to, y).stroke()
  })
}

function rule(flow: Flow, columns: readonly SetColumn[], weight: number, y = flow.y): void {
  const last = columns.at(-1)!
  const grey = weight < 0.3 ? 150 : 0
  flow.doc
    .lineWidth(weight)
    .strokeColor([grey, grey, grey])
    .moveTo(flow.left, y)
    .lineTo(flow.left + last.x + last.width, y)
    .stroke()
}
