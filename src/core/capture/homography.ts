import { leastSquares } from './solve'
import type { PointPx } from './types'

/** A plane projective map, row-major 3x3. */
export type Homography = Float64Array

export function applyHomography(h: Homography, x: number, y: number): PointPx {
  const w = h[6]! * x + h[7]! * y + h[8]!
  return { x: (h[0]! * x + h[1]! * y + h[2]!) / w, y: (h[3]! * x + h[4]! * y + h[5]!) / w }
}

export function multiply(a: Homography, b: Homography): Homography {
  const out = new Float64Array(9)
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      out[3 * i + j] = a[3 * i]! * b[j]! + a[3 * i + 1]! * b[3 + j]! + a[3 * i + 2]! * b[6 + j]!
    }
  }
  return out
}

/** The inverse map, by the adjugate; scale is free in a homography, so nothing is divided. */
export function invert(h: Homography): Homography {
  const [a, b, c, d, e, f, g, i, j] = h
  return Float64Array.of(
    e! * j! - f! * i!,
    c! * i! - b! * j!,
    b! * f! - c! * e!,
    f! * g! - d! * j!,
    a! * j! - c! * g!,
    c! * d! - a! * f!,
    d! * i! - e! * g!,
    b! * g! - a! * i!,
    a! * e! - b! * d!,
  )
}

/**
 * The map that takes each `from` to its `to`: exact for four points, least squares (algebraic, on normalised
 * coordinates; Hartley 1997) for more.
 * @returns undefined for fewer than four points or points on a line.
 */
export function homographyOf(from: readonly PointPx[], to: readonly PointPx[]): Homography | undefined {
  if (from.length < 4 || from.length !== to.length) return undefined
  const source = normalisation(from)
  const target = normalisation(to)
  const rows = new Float64Array(from.length * 16)
  const values = new Float64Array(from.length * 2)
  from.forEach((point, n) => {
    const p = applyHomography(source, point.x, point.y)
    const q = applyHomography(target, to[n]!.x, to[n]!.y)
    rows.set([p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y], 16 * n)
    rows.set([0, 0, 0, p.x, p.y, 1, -q.y * p.x, -q.y * p.y], 16 * n + 8)
    values[2 * n] = q.x
    values[2 * n + 1] = q.y
  })
  const solved = leastSquares(rows, values, 8, 1e-13)
  if (!solved) return undefined
  const h = Float64Array.of(...solved, 1)
  const out = multiply(invert(target), multiply(h, source))
  return out.every(Number.isFinite) ? out.map((v) => v / out[8]!) : undefined
}

/** Moves the centroid to the origin and the mean distance to 1. */
function normalisation(points: readonly PointPx[]): Homography {
  const cx = points.reduce((sum, p) => sum + p.x, 0) / points.length
  const cy = points.reduce((sum, p) => sum + p.y, 0) / points.length
  const spread = points.reduce((sum, p) => sum + Math.hypot(p.x - cx, p.y - cy), 0) / points.length
  const s = spread > 0 ? 1 / spread : 1
  return Float64Array.of(s, 0, -s * cx, 0, s, -s * cy, 0, 0, 1)
}
