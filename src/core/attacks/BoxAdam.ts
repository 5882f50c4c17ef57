import { pixelsPerImage, type Images } from '#core/tensor/Images'

const [beta1, beta2, adamEpsilon] = [0.9, 0.999, 1e-8]

/**
 * A batch of images with Adam on the pixels themselves, each step cut to [0, 1], each image with moments and a step count
 * of its own: Carlini and Wagner 2017, section V-B, "projected gradient descent". Unlike the tanh variable it moves a pixel
 * that is black or white as fast as any other.
 */
export class BoxAdam {
  /** Where the images are now. */
  readonly images: Images
  readonly #rate: number
  readonly #size: number
  readonly #mean: Float32Array
  readonly #square: Float32Array
  /** Steps of each image since it began. */
  readonly #steps: Uint32Array

  /**
   * @param images where each image stands until it begins; not written to
   * @param rate Adam's learning rate, of the pixel range
   */
  constructor(images: Images, rate: number) {
    this.images = { ...images, data: images.data.slice() }
    this.#rate = rate
    this.#size = pixelsPerImage(images)
    this.#mean = new Float32Array(images.data.length)
    this.#square = new Float32Array(images.data.length)
    this.#steps = new Uint32Array(images.count)
  }

  /** Puts one image at these pixels and forgets its moments. */
  begin(row: number, pixels: Float32Array): void {
    const [start, end] = [row * this.#size, (row + 1) * this.#size]
    this.#mean.fill(0, start, end)
    this.#square.fill(0, start, end)
    this.#steps[row] = 0
    this.images.data.set(pixels, start)
  }

  /**
   * One step of Adam down the slopes of one image.
   * @param slopes d loss / d x
   */
  descend(row: number, slopes: Float32Array): void {
    const t = ++this.#steps[row]!
    const rate = (this.#rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)
    // Read once: this runs for every pixel at every step.
    const [means, squares, data] = [this.#mean, this.#square, this.images.data]
    const [size, offset] = [this.#size, row * this.#size]
    for (let i = 0; i < size; i++) {
      const at = offset + i
      let mean = means[at]!
      const slope = slopes[i]!
      // What must not change costs nothing.
      if (slope === 0 && mean === 0) continue
      mean = beta1 * mean + (1 - beta1) * slope
      const square = beta2 * squares[at]! + (1 - beta2) * slope * slope
      means[at] = mean
      squares[at] = square
      const next = data[at]! - (rate * mean) / (Math.sqrt(square) + adamEpsilon)
      data[at] = next < 0 ? 0 : next > 1 ? 1 : next
    }
  }
}
