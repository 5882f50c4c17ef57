import { dot, type CompactHessian } from './CompactHessian'
import type { Workspace } from './Workspace'
import { Bends } from './Bends'

/** The box that a point must stay in; sides may be infinite. */
export interface Box {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

export interface CauchyPoint {
  readonly point: Float64Array
  /** W' (point - x). */
  readonly shift: Float64Array
}

/**
 * The generalised Cauchy point: the first local minimum of the quadratic model along the projected gradient path
 * P(x - t g), a polyline with a bend wherever a variable meets its bound. Byrd, Lu, Nocedal, Zhu 1995, algorithm CP.
 * @param space its `point` is what is returned; `direction`, `bends` and `order` are overwritten
 */
export function cauchyPoint(
  x: Float64Array,
  gradient: Float64Array,
  { lower, upper }: Box,
  hessian: CompactHessian,
  space: Workspace,
): CauchyPoint {
  const { theta } = hessian
  const width = 2 * hessian.pairs
  const { point, direction, bends } = space
  point.set(x)
  direction.fill(0)
  let moving = 0
  for (let i = 0; i < x.length; i++) {
    const slope = gradient[i]!
    bends[i] = slope < 0 ? (x[i]! - upper[i]!) / slope : slope > 0 ? (x[i]! - lower[i]!) / slope : Infinity
    if (slope === 0 || !(bends[i]! > 0)) continue
    direction[i] = -slope
    moving++
  }
  const along = hessian.project(direction)
  const shift = new Float64Array(width)
  const row = new Float64Array(width)
  let slope = -dot(direction, direction)
  if (slope === 0) return { point, shift }
  let curvature = -theta * slope - dot(along, hessian.middle(along))
  // Rounding may take the curvature below zero, where the model has none.
  const least = Number.EPSILON * -theta * slope
  curvature = Math.max(curvature, least)
  let best = -slope / curvature
  let passed = 0
  const queue = new Bends(bends, 2 * best, space.order)
  while (moving > 0) {
    const bend = queue.take()
    if (bend === undefined) break
    const length = bends[bend]! - passed
    if (best < length) break
    // The minimum lies beyond this bend: the variable stops at its bound.
    const down = gradient[bend]!
    point[bend] = down < 0 ? upper[bend]! : lower[bend]!
    direction[bend] = 0
    for (let k = 0; k < width; k++) shift[k]! += length * along[k]!
    hessian.row(bend, row)
    const middle = hessian.middle(row)
    const moved = point[bend]! - x[bend]!
    slope += length * curvature + down * down + theta * down * moved - down * dot(middle, shift)
    curvature -= theta * down * down + 2 * down * dot(middle, along) + down * down * dot(middle, row)
    curvature = Math.max(curvature, least)
    for (let k = 0; k < width; k++) along[k]! += down * row[k]!
    passed = bends[bend]!
    moving--
    // Where every variable has stopped, slope and curvature are rounding.
    best = moving > 0 ? -slope / curvature : 0
  }
  best = Math.max(best, 0)
  const t = passed + best
  for (let i = 0; i < x.length; i++) {
    if (direction[i] !== 0) point[i] = Math.min(Math.max(x[i]! + t * direction[i]!, lower[i]!), upper[i]!)
  }
  for (let k = 0; k < width; k++) shift[k]! += best * along[k]!
  return { point, shift }
}
