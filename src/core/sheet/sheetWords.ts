import { mmOf, dotsOf } from './dots'
import type { RectMm } from './SheetGeometry'

/** Millimetres to a point of type. */
export const MM_PER_POINT = 25.4 / 72

/** What stands in the header of a sheet: two lines, each with a left and a right end. */
export function headerWords(sheet: {
  /** The experiment's name and code. */
  readonly name: string
  readonly code: string
  /** From 0. */
  readonly sheet: number
  readonly sheets: number
  readonly firstPair: number
  readonly pairs: number
}): {
  readonly title: string
  readonly count: string
  readonly code: string
  readonly range: string
} {
  return {
    title: sheet.name,
    count: `Sheet ${sheet.sheet + 1} of ${sheet.sheets}`,
    code: `Halftone ${sheet.code}`,
    range: `Pairs ${sheet.firstPair + 1} to ${sheet.firstPair + sheet.pairs}, clean left, adversarial right`,
  }
}

/** Length in mm of the bar that shows whether the printer scaled the page: a round number that fits the footer. */
export function scaleBarMm(footer: RectMm): number {
  return [100, 80, 50].find((mm) => mm <= mmOf(dotsOf(footer.width))) ?? 40
}

/** What stands under the bar. */
export function scaleBarWords(mm: number): string {
  return `Print at 100 % (actual size): this bar must measure ${mm} mm`
}

/** Points of a caption's type: small where the image or the band is. */
export function captionPoints({ width, height }: Pick<RectMm, 'width' | 'height'>): number {
  return height >= 5.5 && width >= 35 ? 8 : 6
}
