/** The means of some steps of a training run. */
export interface CurveRow {
  /** Title of the stage. */
  readonly stage: string
  /** Steps of the stage done at the end of the row. */
  readonly step: number
  /** The same in epochs of the stage. */
  readonly epoch: number
  /** Mean training loss, penalties with it. */
  readonly loss: number
  /** Share of the training pictures classified right on the way; null where there are no labels. */
  readonly accuracy: number | null
  /** Accuracy of the averaged net on held-out pictures; null but at the end of epochs of a classifier. */
  readonly heldOut: number | null
}

const columns = ['stage', 'step', 'epoch', 'loss', 'accuracy', 'heldOut'] as const

/** The curve as a CSV file. */
export function curveCsv(rows: readonly CurveRow[]): string {
  const text = (value: string | number | null): string =>
    typeof value === 'number' ? String(Number(value.toPrecision(6))) : (value ?? '')
  return [columns.join(','), ...rows.map((row) => columns.map((column) => text(row[column])).join(','))]
    .map((line) => `${line}\n`)
    .join('')
}
