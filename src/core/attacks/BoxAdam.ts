import type { Workroom } from '#core/simd/Workroom'
import type { Images } from '#core/tensor/Images'
import { AdamImages } from './AdamImages'

/**
 * A batch of images with Adam on the pixels themselves, each step cut to [0, 1]: Carlini and Wagner 2017, section V-B,
 * "projected gradient descent". Unlike the tanh variable it moves a pixel that is black or white as fast as any other.
 */
export class BoxAdam {
  readonly #adam: AdamImages

  /**
   * @param images the clean ones, not written to; none stands anywhere until it begins
   * @param rate Adam's learning rate, of the pixel range
   */
  constructor(images: Images, rate: number, workroom: Workroom) {
    this.#adam = new AdamImages(images, rate, workroom)
  }

  /** Where the images are now. */
  get images(): Images {
    return this.#adam.images
  }

  /** Puts one image at these pixels and forgets its moments. */
  begin(row: number, pixels: Float32Array): void {
    this.#adam.begin(row, pixels)
  }

  /**
   * One step of Adam on |x - clean|^2 + c f of one image, over the values that may change.
   * @param slopes d f / d x
   * @param may 1 for these values and 0 for others
   * @returns |x - clean|^2 of what may change, before the step
   */
  descendSome(row: number, constant: number, slopes: Float32Array, may: Float32Array): number {
    const { row: moved, rate } = this.#adam.next(row)
    const arrays = [...moved, slopes, this.#adam.cleanOf(row), may]
    return this.#adam.kernels.run('some', arrays, [rate, constant])[0]!
  }

  /**
   * One step of Adam on sum max(|x - clean| - tau, 0) + c f of one image.
   * @returns that sum before the step
   */
  descendBeyond(row: number, constant: number, slopes: Float32Array, tau: number): number {
    const { row: moved, rate } = this.#adam.next(row)
    const arrays = [...moved, slopes, this.#adam.cleanOf(row)]
    return this.#adam.kernels.run('beyond', arrays, [rate, constant, tau])[0]!
  }
}
