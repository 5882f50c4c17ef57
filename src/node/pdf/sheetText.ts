import type { LaidSheet, SheetLayout } from '#core/sheet/SheetLayout'
import type { RectMm } from '#core/sheet/SheetGeometry'
import { captionPoints, headerWords, scaleBarMm, scaleBarWords } from '#core/sheet/sheetWords'
import { gridBox, MM } from './points'
import { drawLine, type TextStyle } from './text'

const TITLE: TextStyle = { face: 'semibold', size: 9 }
const COUNT: TextStyle = { face: 'regular', size: 9, align: 'right' }
const SMALL: TextStyle = { face: 'regular', size: 6.5, grey: 0.25 }

/** Experiment and sheet number, and below them what a person at the printer must know. */
export function drawHeader(
  doc: PDFKit.PDFDocument,
  input: {
    readonly name: string
    readonly code: string
    readonly layout: SheetLayout
    readonly sheets: readonly LaidSheet[]
  },
  sheet: LaidSheet,
): void {
  const box = gridBox(input.layout.header)
  const right = box.x + box.width
  const { name, code } = input
  const words = headerWords({ ...sheet, name, code, sheets: input.sheets.length })
  const count = drawLine(doc, words.count, right, box.y + 7, COUNT)
  drawLine(doc, words.title, box.x, box.y + 7, TITLE, box.width - count - 8)
  const pairs = drawLine(doc, words.range, right, box.y + 16, { ...SMALL, align: 'right' })
  drawLine(doc, words.code, box.x, box.y + 16, SMALL, box.width - pairs - 8)
}

/** A bar of known length, to see whether the printer scaled the page. */
export function drawFooter(doc: PDFKit.PDFDocument, layout: SheetLayout): void {
  const box = gridBox(layout.footer)
  const length = scaleBarMm(layout.footer)
  const left = box.x + (box.width - length * MM) / 2
  const line = box.y + 9
  doc.lineWidth(0.5).strokeColor([0, 0, 0])
  doc.moveTo(left, line).lineTo(left + length * MM, line)
  for (let mm = 0; mm <= length; mm += 10) {
    const tick = mm % 50 === 0 ? 5 : 3
    doc.moveTo(left + mm * MM, line).lineTo(left + mm * MM, line - tick)
  }
  doc.lineCap('square').stroke()
  drawLine(
    doc,
    scaleBarWords(length),
    box.x + box.width / 2,
    line + 8.5,
    { ...SMALL, align: 'center' },
    box.width,
  )
}

/** Number and class under the clean image, method under the adversarial one; what does not fit ends in an ellipsis. */
export function drawCaption(
  doc: PDFKit.PDFDocument,
  box: RectMm,
  role: 'clean' | 'adversarial',
  pair: { readonly index: string; readonly label: string; readonly method: string },
): void {
  const size = captionPoints({ width: box.width / MM, height: box.height / MM })
  const baseline = box.y + 1.3 * size
  if (role === 'adversarial') {
    drawLine(doc, pair.method, box.x, baseline, { face: 'regular', size }, box.width)
    return
  }
  const number = drawLine(doc, pair.index, box.x, baseline, { face: 'semibold', size }, box.width / 2)
  const left = number === 0 ? 0 : number + 0.6 * size
  drawLine(doc, pair.label, box.x + left, baseline, { face: 'regular', size }, box.width - left)
}
