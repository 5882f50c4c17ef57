import { Kernels, type Program } from './Kernels'

/**
 * Arrays and kernels that serve one batch of images after the other. The first touch of a fresh array of some megabytes takes
 * several times as long as a pass over it, and frees that the garbage collector must look for: batches of one size need none.
 */
export class Workroom {
  readonly #arrays = new Shelf<number, Float32Array<ArrayBuffer>>()
  readonly #kernels = new Shelf<object, Kernels<string>>()

  /** Values that are whatever they were; to be used until {@link clear}. */
  floats(length: number): Float32Array<ArrayBuffer> {
    return this.#arrays.take(length, () => new Float32Array(length))
  }

  /** A copy of these values, to be used until {@link clear}. */
  copy(values: Float32Array): Float32Array<ArrayBuffer> {
    const out = this.floats(values.length)
    out.set(values)
    return out
  }

  /**
   * Kernels with at least this much room, their arrays whatever they were; to be used until {@link clear}.
   * @param room as for {@link Kernels}
   */
  kernels<K extends string>(program: Program<K>, room = 0): Kernels<K> {
    const make = (): Kernels<K> => new Kernels(program, room)
    return this.#kernels.take(program, make as never, (kernels) => kernels.room >= room) as Kernels<K>
  }

  /** Takes back all that it gave out: it will be given out again. Nothing that outlives a batch may be among it. */
  clear(): void {
    this.#arrays.clear()
    for (const kernels of this.#kernels.clear()) kernels.reclaim()
  }
}

/** Things by what they are good for: those that are free and those given out. */
class Shelf<K, T> {
  readonly #free = new Map<K, T[]>()
  readonly #taken: (readonly [K, T])[] = []

  take(key: K, make: () => T, fits: (item: T) => boolean = () => true): T {
    const free = this.#free.get(key) ?? []
    const at = free.findIndex(fits)
    const item = at < 0 ? make() : free.splice(at, 1)[0]!
    this.#taken.push([key, item])
    return item
  }

  /** @returns what was given out and is free now */
  clear(): readonly T[] {
    const back = this.#taken.splice(0)
    // The first taken are the first to be given out again.
    for (const [key, item] of back) this.#free.set(key, [...(this.#free.get(key) ?? []), item])
    return back.map(([, item]) => item)
  }
}
