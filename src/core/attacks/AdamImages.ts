import { Kernels } from '#core/simd/Kernels'
import type { Workroom } from '#core/simd/Workroom'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import { adamProgram, beta1, beta2, type AdamKernels } from './adamKernels'

/** One image of {@link AdamImages}: its pixels and their moments, in the order that kernels take them. */
export type AdamRow = readonly [pixels: Float32Array, means: Float32Array, squares: Float32Array]

/** A batch of images that Adam moves, each with moments and a step count of its own. */
export class AdamImages {
  /** Where the images are now. */
  readonly images: Images
  readonly kernels: AdamKernels
  /** The images as they were given, in the same memory. */
  readonly #clean: readonly Float32Array[]
  readonly #rate: number
  readonly #rows: readonly AdamRow[]
  /** Steps of each image since it began. */
  readonly #steps: Uint32Array

  /**
   * @param images the clean ones, not written to; none stands anywhere until it begins
   * @param rate Adam's learning rate
   */
  constructor(images: Images, rate: number, workroom: Workroom) {
    const size = pixelsPerImage(images)
    this.kernels = workroom.kernels(adamProgram(), 4 * Kernels.roomFor(images.data.length))
    const data = this.kernels.floats(images.data.length)
    const [means, squares] = [this.kernels.floats(data.length), this.kernels.floats(data.length)]
    const clean = this.kernels.floats(data.length)
    clean.set(images.data)
    this.images = { ...images, data }
    this.#rate = rate
    this.#clean = Array.from({ length: images.count }, (_, n) => clean.subarray(n * size, (n + 1) * size))
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

  /** One image as it was given. */
  cleanOf(row: number): Float32Array {
    return this.#clean[row]!
  }

  /** Counts a step of one image. @returns what it moves, and the rate with the correction of the moments' bias */
  next(row: number): { readonly row: AdamRow; readonly rate: number } {
    const t = ++this.#steps[row]!
    return { row: this.#rows[row]!, rate: (this.#rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t) }
  }
}
