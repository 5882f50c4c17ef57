/** Indices by ascending key, the lower index first among equals; taken one by one, so that only what is asked for is sorted. */
export class Heap {
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

  get size(): number {
    return this.#size
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
