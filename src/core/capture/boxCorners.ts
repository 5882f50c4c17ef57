import type { RectMm } from '#core/sheet/SheetGeometry'
import type { PointPx } from './types'

/** Clockwise from the top left. */
export function cornersOf(box: RectMm): [PointPx, PointPx, PointPx, PointPx] {
  const right = box.x + box.width
  const bottom = box.y + box.height
  return [
    { x: box.x, y: box.y },
    { x: right, y: box.y },
    { x: right, y: bottom },
    { x: box.x, y: bottom },
  ]
}
