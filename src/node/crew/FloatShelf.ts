/** Most arrays that are kept for further use. */
const kept = 4

/** Arrays that serve again and again: making one costs more than filling it. */
export class FloatShelf {
  readonly #make: (length: number) => Float32Array
  readonly #free: Float32Array[] = []

  constructor(make: (length: number) => Float32Array) {
    this.#make = make
  }

  /** Values that are whatever they were, until they are given back. */
  take(length: number): Float32Array {
    const at = this.#free.findIndex((array) => array.length === length)
    return at < 0 ? this.#make(length) : this.#free.splice(at, 1)[0]!
  }

  giveBack(array: Float32Array): void {
    this.#free.unshift(array)
    this.#free.length = Math.min(this.#free.length, kept)
  }
}
