import type { Random } from '#core/tensor/Random'
import { boundsOf, fitted, view, type Bounds, type Homography } from '../vector/Homography'
import type { Contour } from '../vector/outline'

export interface PlacedSign {
  readonly projection: Homography
  readonly bounds: Bounds
}

/** Turns the plate in space and fits it into the picture: 38 to 90 % of its side, mostly whole. */
export function placeSign(plate: readonly Contour[], size: number, random: Random): PlacedSign {
  const limited = (deviation: number, limit: number): number =>
    Math.max(-limit, Math.min(limit, random.normal(0, deviation)))
  const pose = view({
    yaw: limited(0.3, 0.7),
    pitch: limited(0.16, 0.4),
    roll: limited(0.07, 0.2),
    distance: random.uniform(3, 9),
  })
  const seen = boundsOf(plate, pose)
  const side = Math.max(seen.right - seen.left, seen.bottom - seen.top)
  const share = 0.38 + 0.52 * random.uniform() ** 0.8
  const scale = (share * size) / side
  const [width, height] = [(seen.right - seen.left) * scale, (seen.bottom - seen.top) * scale]
  const place = (length: number): number => {
    const room = Math.max(0, size - length) / 2
    return size / 2 + random.uniform(-1, 1) * room * 0.85
  }
  const [cx, cy] = [place(width), place(height)]
  const dx = cx - ((seen.left + seen.right) / 2) * scale
  const dy = cy - ((seen.top + seen.bottom) / 2) * scale
  return {
    projection: fitted(pose, scale, dx, dy),
    bounds: { left: cx - width / 2, right: cx + width / 2, top: cy - height / 2, bottom: cy + height / 2 },
  }
}
