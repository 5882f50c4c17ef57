import type { PointMm, SheetGeometry } from '#core/sheet/SheetGeometry'
import { applyHomography, homographyOf } from './homography'
import { leastSingular } from './leastSingular'
import type { SeenSheet } from './seenSheets'
import { cornersOf } from './boxCorners'
import type { PointPx } from './types'

/** Where a sheet lies in a camera picture, as well as the rough corners of its codes tell. */
export interface SheetPose {
  /** The paper's corners in picture pixels, clockwise from its top left. */
  readonly outline: readonly [PointPx, PointPx, PointPx, PointPx]
  /** Picture pixels along one image pixel at the middle of the page, in the direction that has fewest. */
  readonly cameraPx: number
}

/** @returns undefined when the codes lie on a line, or make no plane */
export function sheetPose(
  seen: SeenSheet,
  geometry: Pick<SheetGeometry, 'codes' | 'paper' | 'image' | 'slots'>,
): SheetPose | undefined {
  const from: PointMm[] = []
  const to: PointPx[] = []
  for (const { corner, corners } of seen.codes) {
    const place = geometry.codes.find((code) => code.corner === corner)
    if (!place) continue
    const points = cornersOf(place.box)
    // The reader extrapolates the bottom right corner: with a second code it is not needed.
    for (const i of seen.codes.length > 1 ? [0, 1, 3] : [0, 1, 2, 3]) {
      from.push(points[i]!)
      to.push(corners[i]!)
    }
  }
  const map = homographyOf(from, to)
  const slot = geometry.slots[0]
  if (!map || !slot) return undefined
  const at = (x: number, y: number): PointPx => applyHomography(map, x, y)
  const { width, height } = geometry.paper
  const [x, y] = [width / 2, height / 2]
  const middle = at(x, y)
  const right = at(x + slot.box.width / geometry.image.width, y)
  const below = at(x, y + slot.box.height / geometry.image.height)
  const cameraPx = leastSingular(
    right.x - middle.x,
    below.x - middle.x,
    right.y - middle.y,
    below.y - middle.y,
  )
  if (!Number.isFinite(cameraPx)) return undefined
  return { outline: [at(0, 0), at(width, 0), at(width, height), at(0, height)], cameraPx }
}
