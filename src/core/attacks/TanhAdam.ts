import { pixelsPerImage, type Images } from '#core/tensor/Images'

/**
 * Pixels are drawn this little towards grey before arctanh, so that those at 0 and 1 come to a finite w and can move. The
 * reference takes 0.999999, from where tanh is so flat that they hardly do. An eighth of a level is rounded away again.
 */
const shrink = 0.999
const [beta1, beta2, adamEpsilon] = [0.9, 0.999, 1e-8]
/** x stays this far from 0 and 1, where nothing would move it any more. */
const edge = 1e-7
const third = 1 / 3

/**
 * A batch of images x = (tanh(w) + 1) / 2 with Adam on w, each image with moments and a step count of its own: the
 * variable of Carlini and Wagner 2017, section V-B, in which every w is an image in [0, 1].
 *
 * w itself is never kept: with r = exp(2 step of w), the next x is x / (x + (1 - x) r), and for the small steps of Adam r is
 * a fraction of two parabolas to 1e-6. That saves tanh and arctanh at every pixel and step, which cost as much as a small net.
 */
export class TanhAdam {
  /** x: where the images are now. */
  readonly images: Images
  readonly #rate: number
  readonly #size: number
  readonly #mean: Float32Array
  readonly #square: Float32Array
  /** Steps of each image since it began. */
  readonly #steps: Uint32Array

  /**
   * @param images where each image stands until it begins; not written to
   * @param rate Adam's learning rate
   */
  constructor(images: Images, rate: number) {
    const empty = (): Float32Array => new Float32Array(images.data.length)
    this.images = { ...images, data: images.data.slice() }
    this.#rate = rate
    this.#size = pixelsPerImage(images)
    this.#mean = empty()
    this.#square = empty()
    this.#steps = new Uint32Array(images.count)
  }

  /** Puts one image at these pixels and forgets its moments. */
  begin(row: number, pixels: Float32Array): void {
    const [start, end] = [row * this.#size, (row + 1) * this.#size]
    this.#mean.fill(0, start, end)
    this.#square.fill(0, start, end)
    this.#steps[row] = 0
    const { data } = this.images
    for (let i = 0; i < this.#size; i++) data[start + i] = 0.5 + (pixels[i]! - 0.5) * shrink
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
      const given = slopes[i]!
      // What must not change costs nothing.
      if (given === 0 && mean === 0) continue
      const x = data[at]!
      // d x / d w = (1 - tanh^2(w)) / 2 = 2 x (1 - x).
      const slope = given * 2 * x * (1 - x)
      mean = beta1 * mean + (1 - beta1) * slope
      const square = beta2 * squares[at]! + (1 - beta2) * slope * slope
      means[at] = mean
      squares[at] = square
      // step = up / down, with no branch: a processor that guesses wrong at every other pixel takes twice as long.
      const down = Math.sqrt(square) + adamEpsilon
      const up = rate * mean
      // exp(2 step) = (1 + step + step^2 / 3) / (1 - step + step^2 / 3) + O(step^5), Pade; all times down^2, for one division.
      const even = down * down + up * up * third
      const odd = up * down
      const part = x * (even - odd)
      data[at] = edge + ((1 - 2 * edge) * part) / (part + (1 - x) * (even + odd))
    }
  }
}
