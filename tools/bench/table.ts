import { median as middle } from '#core/metrics/median'

/** One measured figure. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What the value is held against: a bar, an aim, another program's figure. */
  readonly reference?: string
  readonly note?: string
}

/** The rows as aligned text under a title. */
export function benchTable(title: string, rows: readonly Row[]): string {
  const cells = rows.map(({ name, value, unit, reference = '', note = '' }) => [
    name,
    format(value),
    unit,
    reference,
    note,
  ])
  const head = ['', 'value', 'unit', 'aim or reference', 'note']
  const widths = head.map((_, i) => Math.max(...[head, ...cells].map((row) => row[i]!.length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 1 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  return [title, '-'.repeat(title.length), line(head), ...cells.map(line)].join('\n')
}

/** Three significant digits, whole numbers above 1000. */
function format(value: number): string {
  if (!Number.isFinite(value)) return 'none'
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)))
}

/** NaN for no values, which the table shows as none. */
export const median = (values: readonly number[]): number => middle(values) ?? NaN
