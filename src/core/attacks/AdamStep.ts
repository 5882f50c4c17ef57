import type { Images } from '#core/tensor/Images'

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-12]

/** Adam's step for a batch (Kingma and Ba 2015, algorithm 1): pixels whose gradient keeps its sign go further than others. */
export class AdamStep {
  readonly #mean: Float64Array
  readonly #square: Float64Array
  #steps = 0

  /** @param length values of the whole batch */
  constructor(length: number) {
    this.#mean = new Float64Array(length)
    this.#square = new Float64Array(length)
  }

  /**
   * Moves images along their gradient, in place.
   * @param rate how far a pixel goes at most, or nearly, of the pixel range; negative goes downhill
   */
  move(images: Images, gradient: Images, rate: number): void {
    const t = ++this.#steps
    // Read once: this runs for every pixel at every step.
    const [mean, square, data, slopes] = [this.#mean, this.#square, images.data, gradient.data]
    const [meanScale, squareScale] = [1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)]
    for (let i = 0; i < mean.length; i++) {
      const slope = slopes[i]!
      mean[i] = beta1 * mean[i]! + (1 - beta1) * slope
      square[i] = beta2 * square[i]! + (1 - beta2) * slope * slope
      data[i]! += (rate * mean[i]! * meanScale) / (Math.sqrt(square[i]! * squareScale) + epsilon)
    }
  }
}
