import type { Workroom } from '#core/simd/Workroom'
import type { Images } from '#core/tensor/Images'
import { AdamImages } from './AdamImages'

/**
 * Pixels are drawn this little towards grey before arctanh, so that those at 0 and 1 come to a finite w and can move. The
 * reference takes 0.999999, from where tanh is so flat that they hardly do. An eighth of a level is rounded away again.
 */
const shrink = 0.999

/**
 * A batch of images x = (tanh(w) + 1) / 2 with Adam on w: the variable of Carlini and Wagner 2017, section V-B, in which every
 * w is an image in [0, 1].
 *
 * w itself is never kept: with r = exp(2 step of w), the next x is x / (x + (1 - x) r), and for the small steps of Adam r is
 * a fraction of two parabolas to 1e-6. That saves tanh and arctanh at every pixel and step, which cost as much as a small net.
 */
export class TanhAdam {
  readonly #adam: AdamImages

  /**
   * @param images the clean ones, not written to; none stands anywhere until it begins
   * @param rate Adam's learning rate
   */
  constructor(images: Images, rate: number, workroom: Workroom) {
    this.#adam = new AdamImages(images, rate, workroom)
  }

  /** x: where the images are now. */
  get images(): Images {
    return this.#adam.images
  }

  /** Puts one image at these pixels and forgets its moments. */
  begin(row: number, pixels: Float32Array): void {
    const x = this.#adam.begin(row, pixels)
    this.#adam.kernels.run('drawIn', [x], [shrink])
  }

  /**
   * One step of Adam on |x - clean|^2 + c f of one image.
   * @param slopes d f / d x
   * @returns |x - clean|^2 before the step
   */
  descend(row: number, constant: number, slopes: Float32Array): number {
    const { row: moved, rate } = this.#adam.next(row)
    const clean = this.#adam.cleanOf(row)
    return this.#adam.kernels.run('tanh', [...moved, clean, slopes], [rate, constant])[0]!
  }
}
