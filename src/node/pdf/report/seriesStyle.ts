import type { SeriesStyle } from '#core/report/Report'

type Marker = 'circle' | 'square' | 'triangle' | 'diamond' | 'ring' | 'none'

interface Look {
  readonly colour: readonly [number, number, number]
  /** Lengths of dash and gap in points; none is a whole line. */
  readonly dash: readonly number[]
  readonly marker: Marker
  readonly weight: number
}

/** Hues for the screen; dashes and markers for a grey print. The last is for what stands in the background. */
const looks: readonly Look[] = [
  { colour: [27, 58, 107], dash: [], marker: 'circle', weight: 1.1 },
  { colour: [190, 85, 0], dash: [5, 2], marker: 'square', weight: 1.1 },
  { colour: [0, 125, 110], dash: [1.6, 1.6], marker: 'triangle', weight: 1.1 },
  { colour: [120, 50, 135], dash: [7, 2, 1.5, 2], marker: 'diamond', weight: 1.1 },
  { colour: [70, 70, 70], dash: [3, 1.5], marker: 'ring', weight: 1.1 },
  { colour: [125, 125, 125], dash: [0.8, 2.2], marker: 'none', weight: 0.9 },
]

/** How a series looks; there are six looks, and a seventh attack has the look of the fifth. */
export function lookOf(style: SeriesStyle): Look {
  return looks[style] ?? looks[4]!
}

/** A mark in the middle of a point. */
export function drawMarker(doc: PDFKit.PDFDocument, { marker, colour }: Look, x: number, y: number): void {
  const r = 2
  doc.fillColor([...colour]).strokeColor([...colour])
  if (marker === 'circle') doc.circle(x, y, r).fill()
  else if (marker === 'square') doc.rect(x - 1.8, y - 1.8, 3.6, 3.6).fill()
  else if (marker === 'triangle') doc.polygon([x, y - 2.5], [x + 2.3, y + 1.7], [x - 2.3, y + 1.7]).fill()
  else if (marker === 'diamond') doc.polygon([x, y - 2.6], [x + 2.6, y], [x, y + 2.6], [x - 2.6, y]).fill()
  else if (marker === 'ring')
    doc
      .lineWidth(0.8)
      .circle(x, y, r)
      .fillAndStroke([255, 255, 255], [...colour])
}

/** A small cross: a value from elsewhere. */
export function drawCross(doc: PDFKit.PDFDocument, x: number, y: number): void {
  const r = 2.1
  doc.lineWidth(0.8).strokeColor([0, 0, 0])
  doc.moveTo(x - r, y - r).lineTo(x + r, y + r)
  doc.moveTo(x - r, y + r).lineTo(x + r, y - r)
  doc.stroke()
}
