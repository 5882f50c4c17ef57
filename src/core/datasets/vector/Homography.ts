/** A plane-to-plane projection, row-major 3x3: x' = (h0 x + h1 y + h2) / (h6 x + h7 y + h8). */
export type Homography = readonly [number, number, number, number, number, number, number, number, number]

/** Turns of a flat plate in front of a pinhole camera, in radians, and its distance in plate radii. */
export interface Pose {
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
  readonly distance: number
}

/** The view of the plane z = 0 turned by roll, then pitch, then yaw, seen from (0, 0, -distance); the centre stays at 0. */
export function view({ yaw, pitch, roll, distance }: Pose): Homography {
  const [cr, sr] = [Math.cos(roll), Math.sin(roll)]
  const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)]
  const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)]
  // Columns of Ry Rx Rz that the plane's two axes reach.
  const x = [cy * cr + sy * sp * sr, -cy * sr + sy * sp * cr] as const
  const y = [cp * sr, cp * cr] as const
  const z = [-sy * cr + cy * sp * sr, sy * sr + cy * sp * cr] as const
  return [x[0], x[1], 0, y[0], y[1], 0, z[0] / distance, z[1] / distance, 1]
}

/** The projection followed by scaling and moving in the picture. */
export function fitted(h: Homography, scale: number, dx: number, dy: number): Homography {
  return [
    scale * h[0] + dx * h[6],
    scale * h[1] + dx * h[7],
    scale * h[2] + dx * h[8],
    scale * h[3] + dy * h[6],
    scale * h[4] + dy * h[7],
    scale * h[5] + dy * h[8],
    h[6],
    h[7],
    h[8],
  ]
}

export interface Bounds {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The bounding box of contours seen through the projection. */
export function boundsOf(contours: readonly (readonly number[])[], h: Homography): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const contour of contours) {
    for (let i = 0; i < contour.length; i += 2) {
      const w = h[6] * contour[i]! + h[7] * contour[i + 1]! + h[8]
      const x = (h[0] * contour[i]! + h[1] * contour[i + 1]! + h[2]) / w
      const y = (h[3] * contour[i]! + h[4] * contour[i + 1]! + h[5]) / w
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  }
  return { left, top, right, bottom }
}
