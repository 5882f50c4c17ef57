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
  const { kernels, point, direction, bends } = space
  point.set(x)
  const [moves, square] = kernels.run('bends', [x, gradient, lower, upper, bends, direction])
  let moving = moves!
  const along = hessian.project(direction)
  const shift = new Float64Array(width)
  const row = new Float64Array(width)
  const middle = new Float64Array(width)
  let slope = -square!
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
    hessian.middle(row, middle)
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
  kernels.run('arrive', [x, direction, lower, upper, point], [t])
  for (let k = 0; k < width; k++) shift[k]! += best * along[k]!
  return { point, shift }
}
