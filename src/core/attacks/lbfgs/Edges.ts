import type { CompactHessian } from './CompactHessian'
import type { Place } from './passes'
import type { Workspace } from './Workspace'

/**
 * The variables that are on a side of the box at x - t g, for t up to a limit: mostly few, and gone through one by one. They are
 * told by their place among those found. Those that bend within the limit are given out in the order of their bends, the
 * lower index first among equals; the limit is moved on where more are asked for.
 */
export class Edges {
  readonly #place: Place
  readonly #hessian: CompactHessian
  readonly #space: Workspace
  readonly #width: number
  #limit = 0
  #count = 0
  #heaped = 0
  #rows = 0

  /** @param limit above zero */
  constructor(place: Place, hessian: CompactHessian, space: Workspace, limit: number) {
    this.#place = place
    this.#hessian = hessian
    this.#space = space
    this.#width = 2 * hessian.pairs.length
    this.#find(limit)
  }

  /** How many were found: places 0 to this. */
  get count(): number {
    return this.#count
  }

  index(at: number): number {
    return this.#space.scratch.found[at]!
  }

  slope(at: number): number {
    return this.#place.gradient[this.index(at)]!
  }

  /** Where x - t g bends: at zero for what the box holds. */
  bend(at: number): number {
    return this.#space.scratch.bends[at]!
  }

  /** How far a variable goes to its side. */
  way(at: number): number {
    const index = this.index(at)
    const { lower, upper } = this.#space.sides
    return (this.slope(at) < 0 ? upper(index) : lower(index)) - this.#place.x[index]!
  }

  /** Whether it is on a side at x - t g, as kernels calculate it. */
  isAtSide(at: number, t: number): boolean {
    const index = this.index(at)
    const { round, lower, upper } = this.#space.sides
    const there = round(this.#place.x[index]! - round(round(t) * this.#place.gradient[index]!))
    return there <= lower(index) || there >= upper(index)
  }

  /** Where its row of W starts in the scratch's rows. */
  row(at: number): number {
    const { scratch } = this.#space
    let row = scratch.rowAt[at]!
    if (row < 0) {
      row = scratch.rowAt[at] = this.#width * this.#rows++
      scratch.reserveRows(row + this.#width)
      this.#hessian.row(this.index(at), this.#place.gradient, scratch.rows, row)
    }
    return row
  }

  /** The variable that bends next, up to t; undefined when none does. */
  take(t: number): number | undefined {
    if (this.#heaped === 0 && this.#limit < t) this.#find(Math.max(t, growth * this.#limit))
    const { order } = this.#space.scratch
    const first = order[0]!
    if (this.#heaped === 0 || this.bend(first) > t) return undefined
    this.#heaped--
    order[0] = order[this.#heaped]!
    this.#sink(0)
    return first
  }

  #find(limit: number): void {
    const { kernels, sides, scratch } = this.#space
    const { x, gradient } = this.#place
    this.#count = kernels.find('atSide', [x, gradient, ...sides.arrays], [limit], scratch.found)
    scratch.reserve(this.#count)
    const { bends, order, rowAt } = scratch
    this.#rows = 0
    for (let at = 0; at < this.#count; at++) {
      rowAt[at] = -1
      const slope = this.slope(at)
      const bend = slope === 0 ? Infinity : this.way(at) / -slope
      bends[at] = bend
      if (bend > this.#limit && bend <= limit) order[this.#heaped++] = at
    }
    this.#limit = limit
    for (let at = (this.#heaped >> 1) - 1; at >= 0; at--) this.#sink(at)
  }

  /** Down a heap of places, the earliest bend on top. */
  #sink(start: number): void {
    const { order } = this.#space.scratch
    const item = order[start]!
    let at = start
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#heaped) break
      if (child + 1 < this.#heaped && this.#before(order[child + 1]!, order[child]!)) child++
      if (!this.#before(order[child]!, item)) break
      order[at] = order[child]!
      at = child
    }
    order[at] = item
  }

  #before(a: number, b: number): boolean {
    const [left, right] = [this.bend(a), this.bend(b)]
    // Places rise with indices.
    return left < right || (left === right && a < b)
  }
}

/** By how much the limit grows at least. */
const growth = 8
