import { dot, type CompactHessian } from './CompactHessian'
import type { Workspace } from './Workspace'
import { Bends } from './Bends'

/** The box that a point must stay in; sides may be infinite. */
export interface Box {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

/** The projected gradient path P(x - t g): its bends are in the scratch. */
export interface Path {
  /** How many variables move along it. */
  readonly moves: number
  /** The square of their slopes. */
  readonly square: number
  /** How many have a slope, but are held by the box. */
  readonly stuck: number
  /** Of P(x - g) - x the greatest value. */
  readonly reach: number
  /** The last bend. */
  readonly last: number
}

export interface CauchyPoint {
  readonly point: Float64Array
  /** W' (point - x). */
  readonly shift: Float64Array
}

/** @param space the scratch's `bends` are overwritten */
export function pathFrom(
  x: Float64Array,
  gradient: Float64Array,
  { lower, upper }: Box,
  { kernels, scratch }: Workspace,
): Path {
  const found = kernels.run('bends', [x, gradient, lower, upper, scratch.bends])
  const [moves, square, stuck, reach, last] = found as [number, number, number, number, number]
  return { moves, square, stuck, reach, last }
}

/**
 * The generalised Cauchy point: the first local minimum of the quadratic model along the projected gradient path
 * P(x - t g), a polyline with a bend wherever a variable meets its bound. Byrd, Lu, Nocedal, Zhu 1995, algorithm CP.
 * @param space its scratch's `point` is what is returned; `order` and `found` are overwritten
 */
export function cauchyPoint(
  x: Float64Array,
  gradient: Float64Array,
  { lower, upper }: Box,
  path: Path,
  hessian: CompactHessian,
  { kernels, scratch }: Workspace,
): CauchyPoint {
  const { theta } = hessian
  const width = 2 * hessian.pairs
  const { point, bends } = scratch
  let moving = path.moves
  const along = hessian.alongDescent(gradient, path, scratch)
  const shift = new Float64Array(width)
  const row = new Float64Array(width)
  const middle = new Float64Array(width)
  let slope = -path.square
  let [best, passed] = [0, 0]
  if (slope !== 0) {
    let curvature = -theta * slope - dot(along, hessian.middle(along))
    // Rounding may take the curvature below zero, where the model has none.
    const least = Number.EPSILON * -theta * slope
    curvature = Math.max(curvature, least)
    best = -slope / curvature
    const queue = new Bends(kernels, bends, path.last, 2 * best, scratch.order)
    while (moving > 0) {
      const bend = queue.take()
      if (bend === undefined) break
      const length = bends[bend]! - passed
      if (best < length) break
      // The minimum lies beyond this bend: the variable stops at its bound.
      const down = gradient[bend]!
      for (let k = 0; k < width; k++) shift[k]! += length * along[k]!
      hessian.row(bend, row)
      hessian.middle(row, middle)
      const moved = (down < 0 ? upper[bend]! : lower[bend]!) - x[bend]!
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
  }
  kernels.run('arrive', [x, gradient, lower, upper, bends, point], [passed + best])
  for (let k = 0; k < width; k++) shift[k]! += best * along[k]!
  return { point, shift }
}
