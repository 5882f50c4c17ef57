import { responseOf, type Direction } from './directions'

/** An image, by its number in the source, and its response to a direction. */
export interface Response {
  readonly image: number
  readonly value: number
}

/**
 * x' = argmax <phi(x), v> over a held-out set of images, and the next best, for several directions at once: Szegedy 2014,
 * section 3. Images come one after the other and only the best are remembered.
 */
export class Maximisers {
  readonly directions: readonly Direction[]
  readonly #top: number
  readonly #best: Response[][]

  /** @param top images kept for each direction */
  constructor(directions: readonly Direction[], top: number) {
    this.directions = directions
    this.#top = top
    this.#best = directions.map(() => [])
  }

  /** @param activations phi(x), one value per unit */
  offer(image: number, activations: Float32Array): void {
    this.directions.forEach((direction, n) => {
      const best = this.#best[n]!
      const value = responseOf(direction, activations)
      // The earlier image stays before an equal one; NaN is below every number.
      let at = best.length
      while (at > 0 && above(value, best[at - 1]!.value)) at--
      if (at >= this.#top) return
      best.splice(at, 0, { image, value })
      if (best.length > this.#top) best.pop()
    })
  }

  /** The images of a direction by its index, the greatest response first. */
  of(direction: number): readonly Response[] {
    return this.#best[direction]!
  }
}

const above = (a: number, b: number): boolean => a > b || (Number.isNaN(b) && !Number.isNaN(a))
