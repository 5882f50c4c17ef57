import type { LineChart, LineSeries } from '#core/report/Report'
import { drawLine, widthOf } from '../text'
import { drawMarker, lookOf } from './seriesStyle'
import { spread } from './spread'
import { leading, type } from './typography'
import { wrap } from './wrap'
import { xAxis } from './xAxis'

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const LINE_CHART_HEIGHT = 150
const LEFT = 24
const LABELS = 66
const TOP = 18
const BOTTOM = 28

/** Shares of 0 to 100 % against strength; each line carries its name at its right end. */
export function drawLineChart(doc: PDFKit.PDFDocument, chart: LineChart, { x, y, width, height }: Box): void {
  const plot = { x: x + LEFT, y: y + TOP, width: width - LEFT - LABELS, height: height - TOP - BOTTOM }
  drawLine(doc, chart.title, x, y + 9, type.label, width)
  const up = (share: number): number => plot.y + plot.height * (1 - share)
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    const grey = tick === 0 ? 0 : 215
    doc.lineWidth(tick === 0 ? 0.5 : 0.35).strokeColor([grey, grey, grey])
    doc
      .moveTo(plot.x, up(tick))
      .lineTo(plot.x + plot.width, up(tick))
      .stroke()
    drawLine(doc, `${tick * 100}`, plot.x - 4, up(tick) + 2.4, { ...type.axis, align: 'right' })
  }
  // A little room on both sides, so that marks at the ends do not sit on the axis.
  const inner = { x: plot.x + 5, width: plot.width - 10 }
  const axis = xAxis(chart.xs, inner.width, (text) => widthOf(doc, text, type.axis))
  doc.lineWidth(0.5).strokeColor([0, 0, 0])
  for (const { at, text } of axis.ticks) {
    doc
      .moveTo(inner.x + at, up(0))
      .lineTo(inner.x + at, up(0) + 3)
      .stroke()
    drawLine(doc, text, inner.x + at, up(0) + 10.5, { ...type.axis, align: 'center' })
  }
  drawLine(doc, chart.xTitle, plot.x + plot.width / 2, up(0) + 21, { ...type.axis, align: 'center' }, width)
  const place = (value: number): number => inner.x + axis.place(value)
  for (const series of chart.series) drawSeries(doc, series, place, up)
  drawLabels(doc, chart.series, plot, up, place)
}

function drawSeries(
  doc: PDFKit.PDFDocument,
  { points, style }: LineSeries,
  place: (x: number) => number,
  up: (share: number) => number,
): void {
  const look = lookOf(style)
  doc
    .save()
    .lineWidth(look.weight)
    .strokeColor([...look.colour])
    .lineJoin('round')
  if (look.dash.length > 0) doc.dash(look.dash[0]!, { space: look.dash[1]! })
  if (look.dash.length > 2) doc.addContent(`[${look.dash.join(' ')}] 0 d`)
  let open = false
  for (const { x, y } of points) {
    if (!y) open = false
    else if (open) doc.lineTo(place(x), up(y.value))
    else {
      doc.moveTo(place(x), up(y.value))
      open = true
    }
  }
  doc.stroke().undash()
  if (look.marker !== 'none') {
    for (const { x, y } of points) {
      if (!y) continue
      doc.lineWidth(0.5).strokeColor([...look.colour])
      doc.moveTo(place(x), up(y.low)).lineTo(place(x), up(y.high)).stroke()
      drawMarker(doc, look, place(x), up(y.value))
    }
  }
  doc.restore()
}

/** The names of the lines, beside their last points, moved apart where they would meet, with a thin lead to the point. */
function drawLabels(
  doc: PDFKit.PDFDocument,
  series: readonly LineSeries[],
  plot: Box,
  up: (share: number) => number,
  place: (x: number) => number,
): void {
  const line = leading(type.note)
  const named = series.flatMap(({ label, style, points }) => {
    const last = points.findLast(({ y }) => y !== null)
    if (!last?.y) return []
    const lines = wrap(doc, label, LABELS - 14, type.note)
    return [{ lines, style, x: place(last.x), y: up(last.y.value) }]
  })
  const middles = spread(
    named.map(({ lines, y }) => ({ middle: y, height: lines.length * line + 1 })),
    plot.y - 6,
    plot.y + plot.height + 8,
  )
  named.forEach(({ lines, style, x, y }, i) => {
    const { colour } = lookOf(style)
    const left = plot.x + plot.width + 12
    const middle = middles[i]!
    doc
      .lineWidth(0.3)
      .strokeColor([...colour])
      .moveTo(x + 3, y)
      .lineTo(left - 2, middle)
      .stroke()
    lines.forEach((text, n) => {
      const top = middle - (lines.length * line) / 2 + n * line
      drawLine(doc, text, left, top + line / 2 + 2.4, { face: 'regular', size: type.note.size, colour })
    })
  })
}
