import type { Images } from '#core/tensor/Images'
import { AdamImages } from './AdamImages'

/**
 * A batch of images with Adam on the pixels themselves, each step cut to [0, 1]: Carlini and Wagner 2017, section V-B,
 * "projected gradient descent". Unlike the tanh variable it moves a pixel that is black or white as fast as any other.
 */
export class BoxAdam {
  readonly #adam: AdamImages

  /**
   * @param images where each image stands until it begins; not written to
   * @param rate Adam's learning rate, of the pixel range
   */
  constructor(images: Images, rate: number) {
    this.#adam = new AdamImages(images, rate)
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
   * One step of Adam down the slopes of one image.
   * @param slopes d loss / d x
   */
  descend(row: number, slopes: Float32Array): void {
    const { row: moved, rate } = this.#adam.next(row)
    this.#adam.kernels.run('box', [...moved, slopes], [rate])
  }
}
