import { dot, type CompactHessian } from './CompactHessian'
import { Edges } from './Edges'
import type { Place } from './passes'
import type { Workspace } from './Workspace'

/** The projected gradient path P(x - t g). */
export interface Path {
  /** How many variables move along it. */
  readonly moves: number
  /** The square of their slopes. */
  readonly square: number
  /** Of P(x - g) - x the greatest value. */
  readonly reach: number
}

export interface CauchyPoint {
  /** The point is P(x - t g). */
  readonly t: number
  /** W' (point - x). */
  readonly shift: Float64Array
  /** All variables that are on a side there are among them; without pairs nobody needs them. */
  readonly edges: Edges | undefined
}

/**
 * The generalised Cauchy point: the first local minimum of the quadratic model along the projected gradient path
 * P(x - t g), a polyline with a bend wherever a variable meets its bound. Byrd, Lu, Nocedal, Zhu 1995, algorithm CP.
 * @param space of its scratch all but `wanted` is overwritten
 */
export function cauchyPoint(
  place: Place,
  path: Path,
  hessian: CompactHessian,
  space: Workspace,
): CauchyPoint {
  const { scratch } = space
  const { theta } = hessian
  // Each variable goes its own way then, and is least at 1 / theta or at its side before.
  if (hessian.pairs.length === 0) return { t: 1 / theta, shift: new Float64Array(0), edges: undefined }
  let slope = -path.square
  // Rounding may take the curvature below zero, where the model has none.
  const least = Number.EPSILON * -theta * slope
  const curvatureOf = (along: Float64Array): number =>
    Math.max(-theta * slope - dot(along, hessian.middle(along)), least)
  const along = hessian.alongGradient().map((value) => -value)
  const width = along.length
  const edges = new Edges(place, hessian, space, (furtherThan * -slope) / curvatureOf(along))
  // W' d of the direction d: what the box holds does not move.
  for (let at = 0; at < edges.count; at++) {
    if (edges.bend(at) !== 0) continue
    const held = edges.slope(at)
    const from = edges.row(at)
    const { rows } = scratch
    for (let k = 0; k < width; k++) along[k]! += held * rows[from + k]!
  }
  const shift = new Float64Array(width)
  const row = new Float64Array(width)
  const middle = new Float64Array(width)
  let moving = path.moves
  let curvature = curvatureOf(along)
  let [best, passed] = [-slope / curvature, 0]
  while (moving > 0) {
    const at = edges.take(passed + best)
    if (at === undefined) break
    const bend = edges.bend(at)
    const length = bend - passed
    // The minimum lies beyond this bend: the variable stops at its bound.
    const down = edges.slope(at)
    for (let k = 0; k < width; k++) shift[k]! += length * along[k]!
    const from = edges.row(at)
    for (let k = 0; k < width; k++) row[k] = scratch.rows[from + k]!
    hessian.middle(row, middle)
    slope += length * curvature + down * down + theta * down * edges.way(at) - down * dot(middle, shift)
    curvature -= theta * down * down + 2 * down * dot(middle, along) + down * down * dot(middle, row)
    curvature = Math.max(curvature, least)
    for (let k = 0; k < width; k++) along[k]! += down * row[k]!
    passed = bend
    moving--
    // Where every variable has stopped, slope and curvature are rounding.
    best = moving > 0 ? Math.max(-slope / curvature, 0) : 0
  }
  for (let k = 0; k < width; k++) shift[k]! += best * along[k]!
  return { t: passed + best, shift, edges }
}

/** How much further than to where the point would be without the box its sides are looked for. */
const furtherThan = 1.25
