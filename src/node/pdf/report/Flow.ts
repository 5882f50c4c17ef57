import { drawLine, type TextStyle } from '../text'
import { leading, margins } from './typography'

/** Where the next thing goes: a pen that moves down the page and turns to a new one when room ends. */
export class Flow {
  readonly doc: PDFKit.PDFDocument
  readonly left = margins.side
  readonly width: number
  /** Top of what comes next, in points. */
  y = margins.top
  readonly #bottom: number
  #gap = 0

  constructor(doc: PDFKit.PDFDocument) {
    this.doc = doc
    doc.addPage()
    this.width = doc.page.width - 2 * margins.side
    this.#bottom = doc.page.height - margins.bottom
  }

  get atTop(): boolean {
    return this.y === margins.top
  }

  /** Height that a page offers at most. */
  get pageHeight(): number {
    return this.#bottom - margins.top
  }

  /** Height left on this page, after the space asked for. */
  get room(): number {
    return this.#bottom - this.y - (this.atTop ? 0 : this.#gap)
  }

  /** Asks for white before the next thing; the largest asked for counts, and none at the top of a page. */
  space(points: number): void {
    this.#gap = Math.max(this.#gap, points)
  }

  /** Takes a height: on this page if it is free, else on a new one. Returns its top. */
  take(height: number): number {
    if (height > this.room && !this.atTop) this.turn()
    const top = this.y + (this.atTop ? 0 : this.#gap)
    this.#gap = 0
    this.y = top + height
    return top
  }

  turn(): void {
    this.doc.addPage()
    this.y = margins.top
    this.#gap = 0
  }

  /** One line of text at the left edge, or `indent` points from it. */
  line(text: string, style: TextStyle, indent = 0): void {
    const height = leading(style)
    const top = this.take(height)
    drawLine(this.doc, text, this.left + indent, baseline(top, style), style)
  }
}

/** The baseline of a line whose box starts at `top`. */
export function baseline(top: number, style: TextStyle): number {
  return top + leading(style) / 2 + 0.35 * style.size
}
