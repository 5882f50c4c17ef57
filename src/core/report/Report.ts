import type { ReportFact, ReportImage } from './ReportInput'

/** How a cell's text stands: figures with decimals are aligned on the point. */
export type CellAlign = 'left' | 'right' | 'decimal'

export interface TableColumn {
  readonly title: string
  readonly align: CellAlign
  /** Neighbouring columns of one group share a heading above their own. */
  readonly group?: string
}

export interface TableRow {
  readonly cells: readonly string[]
  /** Starts a new group of rows, set off by a line. */
  readonly starts?: boolean
}

export interface Table {
  readonly title: string
  readonly columns: readonly TableColumn[]
  readonly rows: readonly TableRow[]
  readonly note?: string
}

/** A value with its 95 % interval, as shares of 1. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Which line, marker and tone a series has: 0 to 5, the same for one attack throughout a report. */
export type SeriesStyle = number

export interface LineSeries {
  readonly label: string
  readonly style: SeriesStyle
  /** Points without a value are gaps in the line. */
  readonly points: readonly { readonly x: number; readonly y: Estimate | null }[]
}

/** Shares against a strength. */
export interface LineChart {
  readonly kind: 'lines'
  readonly title: string
  readonly xTitle: string
  /** Values of the x axis that were measured, rising. */
  readonly xs: readonly number[]
  readonly series: readonly LineSeries[]
}

/** One row of a dot chart: an estimate with its interval, and another's value to compare. */
export interface DotRow {
  readonly label: string
  readonly style: SeriesStyle
  readonly here: Estimate | null
  readonly reference: number | null
  /** Starts a group of rows. */
  readonly starts: boolean
}

/** Shares by row, with intervals. */
export interface DotChart {
  readonly kind: 'dots'
  readonly title: string
  readonly xTitle: string
  readonly rows: readonly DotRow[]
}

export type Chart = LineChart | DotChart

/** One picture of a strip with the lines under it; null where there is none. */
export interface StripCell {
  readonly image: ReportImage | null
  readonly lines: readonly { readonly text: string; readonly strong: boolean }[]
}

export interface Strip {
  readonly title: string
  readonly cells: readonly StripCell[]
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly ReportFact[] }
  | { readonly kind: 'table'; readonly table: Table }
  /** Charts side by side, with a key to what marks mean. */
  | {
      readonly kind: 'figure'
      readonly title: string
      readonly charts: readonly Chart[]
      readonly columns: number
      readonly key: string
    }
  | {
      readonly kind: 'strips'
      readonly title: string
      readonly heads: readonly string[]
      readonly strips: readonly Strip[]
    }
  | {
      readonly kind: 'pictures'
      readonly pictures: readonly { readonly caption: string; readonly image: ReportImage }[]
    }
  | { readonly kind: 'code'; readonly lines: readonly string[] }

/** A report as data: what it says and shows, not yet how it is set. */
export interface Report {
  readonly title: string
  readonly subtitle: string
  /** For the foot of each page. */
  readonly running: string
  readonly created: string
  readonly blocks: readonly Block[]
}
