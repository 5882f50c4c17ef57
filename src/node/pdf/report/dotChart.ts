import type { DotChart } from '#core/report/Report'
import { drawLine, widthOf } from '../text'
import { drawCross, drawMarker, lookOf } from './seriesStyle'
import { type } from './typography'

const ROW = 11.5
const GROUP = 5
const TOP = 16
const BOTTOM = 26
const GUTTER = 16

/** Height of a dot chart in points. */
export function dotChartHeight({ rows }: DotChart): number {
  return TOP + rows.length * ROW + rows.filter(({ starts }, i) => starts && i > 0).length * GROUP + BOTTOM
}

/** Charts with the same rows side by side, the rows named once on the left. */
export function drawDotCharts(
  doc: PDFKit.PDFDocument,
  charts: readonly DotChart[],
  x: number,
  y: number,
  width: number,
): void {
  const labels = charts.flatMap(({ rows }) => rows.map(({ label }) => widthOf(doc, label, type.axis)))
  const names = Math.min(150, Math.max(0, ...labels)) + 6
  const each = (width - names - GUTTER * (charts.length - 1)) / charts.length
  charts.forEach((chart, i) => {
    drawOne(doc, chart, x + names + i * (each + GUTTER), y, each, i === 0 ? names : 0)
  })
}

function drawOne(
  doc: PDFKit.PDFDocument,
  chart: DotChart,
  x: number,
  y: number,
  width: number,
  names: number,
): void {
  const inner = { x: x + 4, width: width - 8 }
  const along = (share: number): number => inner.x + share * inner.width
  const bottom = y + dotChartHeight(chart) - BOTTOM
  drawLine(doc, chart.title, x, y + 9, type.label, width)
  for (const tick of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
    doc.lineWidth(0.35).strokeColor([215, 215, 215])
    doc
      .moveTo(along(tick), y + TOP - 1)
      .lineTo(along(tick), bottom + 1)
      .stroke()
    drawLine(doc, `${Math.round(tick * 100)}`, along(tick), bottom + 9.5, { ...type.axis, align: 'center' })
  }
  drawLine(doc, chart.xTitle, x + width / 2, bottom + 19.5, { ...type.axis, align: 'center' }, width)
  let top = y + TOP
  chart.rows.forEach((row, i) => {
    if (row.starts && i > 0) top += GROUP
    const middle = top + ROW / 2
    if (names > 0) {
      drawLine(doc, row.label, x - 6, middle + 2.4, { ...type.axis, align: 'right' }, names - 6)
    }
    const look = lookOf(row.style)
    if (row.here) {
      doc.lineWidth(0.9).strokeColor([...look.colour])
      doc.moveTo(along(row.here.low), middle).lineTo(along(row.here.high), middle).stroke()
      drawMarker(doc, look, along(row.here.value), middle)
    } else {
      drawLine(doc, 'no image was fooled', along(0) + 3, middle + 2.4, { ...type.note, face: 'italic' })
    }
    if (row.reference !== null) drawCross(doc, along(row.reference), middle)
    top += ROW
  })
}
