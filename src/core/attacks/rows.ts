import type { Workroom } from '#core/simd/Workroom'
import { pixelsPerImage, type Images } from '#core/tensor/Images'

/** Puts the images of some rows of a batch together, for the model to be asked about them. */
export class Gathering {
  readonly #workroom: Workroom
  #room: Float32Array | undefined

  constructor(workroom: Workroom) {
    this.#workroom = workroom
  }

  /**
   * The images of a batch at these indices, which rise: the batch itself where that is all of it, else a copy that lasts until
   * the next call.
   */
  of(images: Images, rows: readonly number[]): Images {
    return rows.length === images.count ? images : this.copyOf(images, rows)
  }

  /** A copy of the images at these indices, which may come more than once. It lasts until the next call. */
  copyOf(images: Images, rows: readonly number[]): Images {
    const size = pixelsPerImage(images)
    const length = rows.length * size
    if (!this.#room || this.#room.length < length) {
      this.#room = this.#workroom.floats(Math.max(length, images.data.length))
    }
    const data = this.#room.subarray(0, length)
    rows.forEach((row, i) => {
      data.set(images.data.subarray(row * size, (row + 1) * size), i * size)
    })
    return { ...images, count: rows.length, data }
  }
}
