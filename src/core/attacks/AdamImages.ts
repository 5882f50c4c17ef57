import { Kernels } from '#core/simd/Kernels'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import { adamProgram, beta1, beta2 } from './adamKernels'

/** One image of {@link AdamImages}: its pixels and their moments, in the order that kernels take them. */
export type AdamRow = readonly [pixels: Float32Array, means: Float32Array, squares: Float32Array]

/** A batch of images that Adam moves, each with moments and a step count of its own. */
export class AdamImages {
  /** Where the images are now. */
  readonly images: Images
  readonly kernels: Kernels<'box' | 'tanh'>
  readonly #rate: number
  readonly #rows: readonly AdamRow[]
  /** Steps of each image since it began. */
  readonly #steps: Uint32Array

  /**
   * @param images where each image stands until it begins; not written to
   * @param rate Adam's learning rate
   */
  constructor(images: Images, rate: number) {
    const size = pixelsPerImage(images)
    this.kernels = new Kernels(adamProgram(), 3 * Kernels.roomFor(images.data.length))
    const data = this.kernels.floats(images.data.length)
    data.set(images.data)
    const [means, squares] = [this.kernels.floats(data.length), this.kernels.floats(data.length)]
    this.images = { ...images, data }
    this.#rate = rate
    this.#rows = Array.from({ length: images.count }, (_, n) => {
      const part = [n * size, (n + 1) * size] as const
      return [data.subarray(...part), means.subarray(...part), squares.subarray(...part)]
    })
    this.#steps = new Uint32Array(images.count)
  }

  /** Puts one image at these pixels and forgets its moments. */
  begin(row: number, pixels: Float32Array): Float32Array {
    const [data, means, squares] = this.#rows[row]!
    data.set(pixels)
    means.fill(0)
    squares.fill(0)
    this.#steps[row] = 0
    return data
  }

  /** Counts a step of one image. @returns what it moves, and the rate with the correction of the moments' bias */
  next(row: number): { readonly row: AdamRow; readonly rate: number } {
    const t = ++this.#steps[row]!
    return { row: this.#rows[row]!, rate: (this.#rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t) }
  }
}
