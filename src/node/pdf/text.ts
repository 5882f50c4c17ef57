import type { Face } from './fonts'

/** One line of text: its place is the baseline's left end, right end or middle, in points. */
export interface TextStyle {
  readonly face: Face
  readonly size: number
  /** 0 black to 1 white; black by default. */
  readonly grey?: number
  /** 8-bit sRGB instead of a grey. */
  readonly colour?: readonly [number, number, number]
  readonly align?: 'left' | 'right' | 'center'
}

/** Width of a line in points. */
export function widthOf(doc: PDFKit.PDFDocument, text: string, { face, size }: TextStyle): number {
  return doc.font(face).fontSize(size).widthOfString(text)
}

/** The text, or as much of its beginning as fits a width with an ellipsis. Never cuts a surrogate pair in two. */
export function ellipsis(doc: PDFKit.PDFDocument, text: string, width: number, style: TextStyle): string {
  if (widthOf(doc, text, style) <= width) return text
  const characters = Array.from(text)
  let fits = 0
  let tooLong = characters.length
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    if (widthOf(doc, shortened(characters, middle), style) <= width) fits = middle
    else tooLong = middle
  }
  return fits === 0 ? '' : shortened(characters, fits)
}

/** Draws one line at its baseline, shortened when a width is given and it does not fit. Returns its width in points. */
export function drawLine(
  doc: PDFKit.PDFDocument,
  text: string,
  x: number,
  baseline: number,
  style: TextStyle,
  width?: number,
): number {
  const line = oneLine(text)
  const shown = width === undefined ? line : ellipsis(doc, line, width, style)
  if (shown === '') return 0
  const drawn = widthOf(doc, shown, style)
  const left = style.align === 'right' ? x - drawn : style.align === 'center' ? x - drawn / 2 : x
  const grey = Math.round((style.grey ?? 0) * 255)
  doc
    .fillColor(style.colour ? [...style.colour] : [grey, grey, grey])
    .text(shown, left, baseline, { lineBreak: false, baseline: 'alphabetic' })
  return drawn
}

function shortened(characters: readonly string[], count: number): string {
  return `${characters.slice(0, count).join('').trimEnd()}…`
}

/** Control characters and line breaks would move the pen: a line has none. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
