import type { LbfgsKernels } from './kernels'

/**
 * The bends of a path in their order, the lower index first among equals. Mostly few are asked for: those up to a limit are
 * ordered first, and more only when they are used up.
 */
export class Bends {
  readonly #kernels: LbfgsKernels
  readonly #keys: Float64Array
  readonly #last: number
  readonly #order: Int32Array
  #heap: Heap
  #limit: number

  /**
   * @param keys by variable: where it bends; zero and below never, infinity neither
   * @param last the greatest that is not infinity
   * @param order room for an index of each variable
   */
  constructor(kernels: LbfgsKernels, keys: Float64Array, last: number, limit: number, order: Int32Array) {
    this.#kernels = kernels
    this.#order = order
    this.#keys = keys
    this.#last = last
    this.#limit = limit
    this.#heap = this.#between(0, limit)
  }

  /** The variable that bends next; undefined when there is none left. */
  take(): number | undefined {
    for (;;) {
      const next = this.#heap.take()
      if (next !== undefined || this.#limit >= this.#last) return next
      const from = this.#limit
      this.#limit = growth * from
      this.#heap = this.#between(from, this.#limit)
    }
  }

  #between(from: number, to: number): Heap {
    // Infinity is no bend, wherever the limit is.
    const count = this.#kernels.find('between', [this.#keys], [from, Math.min(to, this.#last)], this.#order)
    return new Heap(this.#keys, this.#order.subarray(0, count))
  }
}

/** By how much the limit grows. */
const growth = 8

/** Indices by ascending key, the lower index first among equals. */
class Heap {
  readonly #keys: Float64Array
  readonly #items: Int32Array
  #size: number

  /** @param keys by index; @param items the indices to order, taken over */
  constructor(keys: Float64Array, items: Int32Array) {
    this.#keys = keys
    this.#items = items
    this.#size = items.length
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at)
  }

  /** The index with the least key; undefined when there is none left. */
  take(): number | undefined {
    if (this.#size === 0) return undefined
    const first = this.#items[0]!
    this.#size--
    this.#items[0] = this.#items[this.#size]!
    this.#sink(0)
    return first
  }

  #sink(start: number): void {
    const items = this.#items
    const item = items[start]!
    let at = start
    for (;;) {
      let child = 2 * at + 1
      if (child >= this.#size) break
      if (child + 1 < this.#size && this.#before(items[child + 1]!, items[child]!)) child++
      if (!this.#before(items[child]!, item)) break
      items[at] = items[child]!
      at = child
    }
    items[at] = item
  }

  #before(a: number, b: number): boolean {
    const [left, right] = [this.#keys[a]!, this.#keys[b]!]
    return left < right || (left === right && a < b)
  }
}
