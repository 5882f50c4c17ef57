import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { Observation } from './fit'
import { cornersOf } from './boxCorners'
import type { PointPx } from './types'

/** Four corners that a person pointed at, in order round the sheet, either way, from any of them. */
export interface HandCorners {
  /** The paper's own corners, or the outermost corners of the four codes. */
  readonly of: 'paper' | 'codes'
  readonly points: readonly [PointPx, PointPx, PointPx, PointPx]
}

/** A pointer is good to about this share of the picture's longer side. */
const pointing = 0.005

/**
 * Rough points from corners given by hand.
 * @param turn which of the points is the sheet's top left corner, 0 to 3
 */
export function handSeeds(
  sheet: SheetGeometry,
  { of, points }: HandCorners,
  picture: { readonly width: number; readonly height: number },
  turn: number,
  mirrored: boolean,
): Observation[] {
  const places =
    of === 'paper'
      ? cornersOf({ x: 0, y: 0, width: sheet.paper.width, height: sheet.paper.height })
      : (['top-left', 'top-right', 'bottom-right', 'bottom-left'] as const).flatMap((corner, i) => {
          const code = sheet.codes.find((other) => other.corner === corner)
          return code ? [cornersOf(code.box)[i]!] : []
        })
  const deviation = pointing * Math.max(picture.width, picture.height)
  const clicked = points.map(({ x, y }) => ({ x: mirrored ? picture.width - x : x, y }))
  const ordered = isClockwise(clicked) ? clicked : [...clicked].reverse()
  return places.map((mm, i) => {
    const px = ordered[(i + turn) % 4]!
    return { mmX: mm.x, mmY: mm.y, pxX: px.x, pxY: px.y, deviation }
  })
}

/** As one sees it, y down. */
function isClockwise(points: readonly PointPx[]): boolean {
  let area = 0
  points.forEach((p, i) => {
    const q = points[(i + 1) % points.length]!
    area += p.x * q.y - q.x * p.y
  })
  return area > 0
}
