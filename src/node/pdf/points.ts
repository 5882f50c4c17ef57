import { dotsOf } from '#core/sheet/dots'
import type { RectMm } from '#core/sheet/SheetGeometry'

/** PDF points to a dot of 1/600 inch. */
const POINTS_PER_DOT = 0.12

/** Points to a millimetre. */
export const MM = 72 / 25.4

/** A length of the 600 dpi grid in points, without the float noise of the way over millimetres. */
export function gridPoints(mm: number): number {
  return Math.round(dotsOf(mm) * POINTS_PER_DOT * 100) / 100
}

/** A rectangle of the 600 dpi grid in points. */
export function gridBox({ x, y, width, height }: RectMm): RectMm {
  return { x: gridPoints(x), y: gridPoints(y), width: gridPoints(width), height: gridPoints(height) }
}
