import type { Block, Chart, DotChart, LineChart } from '#core/report/Report'
import { dotChartHeight, drawDotCharts } from './dotChart'
import type { Flow } from './Flow'
import { drawLineChart, LINE_CHART_HEIGHT } from './lineChart'
import { leading, MEASURE, type } from './typography'
import { wrap } from './wrap'

const GUTTER = 14

/** Charts in rows, with a title above and a key below. */
export function drawFigure(flow: Flow, figure: Extract<Block, { kind: 'figure' }>): void {
  const rows: Chart[][] = []
  for (const chart of figure.charts) {
    const last = rows.at(-1)
    if (last && last.length < figure.columns) last.push(chart)
    else rows.push([chart])
  }
  const heights = rows.map((charts) => Math.max(...charts.map(heightOf)))
  const title = leading(type.label) + 4
  const key = wrap(flow.doc, figure.key, Math.min(flow.width, MEASURE), type.note)
  const foot = key.length * leading(type.note) + 3
  flow.space(14)
  const whole = title + heights.reduce((sum, height) => sum + height + 6, 0) + foot
  if (whole > flow.room && (whole <= flow.pageHeight || flow.room < title + heights[0]! + foot)) flow.turn()
  flow.line(figure.title, type.label)
  flow.space(4)
  rows.forEach((charts, i) => {
    // The key stays with the last row.
    const height = heights[i]! + (i === rows.length - 1 ? foot : 0)
    if (height > flow.room) flow.turn()
    drawRow(flow, charts, figure.columns, flow.take(heights[i]!))
    flow.space(6)
  })
  flow.space(3)
  for (const line of key) flow.line(line, type.note)
  flow.space(14)
}

function heightOf(chart: Chart): number {
  return chart.kind === 'dots' ? dotChartHeight(chart) : LINE_CHART_HEIGHT
}

function drawRow(flow: Flow, charts: readonly Chart[], columns: number, top: number): void {
  const { doc, left, width } = flow
  const dots = charts.filter((chart): chart is DotChart => chart.kind === 'dots')
  if (dots.length > 0) drawDotCharts(doc, dots, left, top, width)
  const each = (width - GUTTER * (columns - 1)) / columns
  charts
    .filter((chart): chart is LineChart => chart.kind === 'lines')
    .forEach((chart, i) => {
      drawLineChart(doc, chart, {
        x: left + i * (each + GUTTER),
        y: top,
        width: each,
        height: LINE_CHART_HEIGHT,
      })
    })
}
