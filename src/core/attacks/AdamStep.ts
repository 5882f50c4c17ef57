import type { Images } from '#core/tensor/Images'
import type { DescentKernels } from './descentKernels'

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-12]

/** Adam's step for a batch (Kingma and Ba 2015, algorithm 1): pixels whose gradient keeps its sign go further than others. */
export class AdamStep {
  readonly #kernels: DescentKernels
  readonly #mean: Float64Array
  readonly #square: Float64Array
  #steps = 0

  /** @param length values of the whole batch */
  constructor(length: number, kernels: DescentKernels) {
    this.#kernels = kernels
    this.#mean = new Float64Array(length)
    this.#square = new Float64Array(length)
  }

  /**
   * Moves images along their gradient, in place.
   * @param rate how far a pixel goes at most, or nearly, of the pixel range; negative goes downhill
   */
  move(images: Images, gradient: Images, rate: number): void {
    const t = ++this.#steps
    const scales = [1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)] as const
    const arrays = [images.data, gradient.data, this.#mean, this.#square]
    this.#kernels.run('adam', arrays, [beta1, beta2, ...scales, rate, epsilon])
  }
}
