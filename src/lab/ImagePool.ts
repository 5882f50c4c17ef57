import type { ImageRecord, Refused } from '#contract/steps'
import { HalftoneError } from '#core/errors'
import { concatImages, type ByteImages } from '#core/tensor/Images'
import { inParallel } from './inParallel'
import type { StepContext } from './StepContext'
import { paths } from '#contract/paths'
import { predict, type StoredPrediction } from './predictions'
import type { EngineModel } from './ports/Engine'
import type { ImageSource } from './ports/ImageSource'

/** One clean image with what the model says of it. */
export interface PooledImage {
  readonly number: number
  readonly image: ByteImages
  readonly label: number
  readonly origin: string
  readonly prediction: StoredPrediction
}

/** Images are read and classified in blocks of this many, whoever asks, so that a resumed run sees the same batches. */
const block = 32

/**
 * The readable images of a source in its random order, read and classified when they are first asked for. What cannot
 * be read is passed over and listed.
 */
export class ImagePool {
  readonly #source: ImageSource
  readonly #model: EngineModel
  readonly #context: Pick<StepContext, 'signal'>
  readonly #images: PooledImage[] = []
  readonly #refused: Refused[] = []
  #next = 0

  constructor(source: ImageSource, model: EngineModel, context: Pick<StepContext, 'signal'>) {
    this.#source = source
    this.#model = model
    this.#context = context
  }

  get refused(): readonly Refused[] {
    return [...this.#source.skipped, ...this.#refused]
  }

  /** The first `count` images; fewer when the source has no more. */
  async first(count: number): Promise<readonly PooledImage[]> {
    while (this.#images.length < count && this.#next < this.#source.size) await this.#readBlock()
    return this.#images.slice(0, count)
  }

  async #readBlock(): Promise<void> {
    const end = Math.min(this.#next + block, this.#source.size)
    const numbers = Array.from({ length: end - this.#next }, (_, i) => this.#next + i)
    const taken = await inParallel(numbers, 4, async (number) => ({
      number,
      image: await this.#source.take(number),
    }))
    const read: Omit<PooledImage, 'prediction'>[] = []
    for (const { number, image } of taken) {
      if ('reason' in image) this.#refused.push(image)
      else read.push({ number, ...image })
    }
    this.#next = end
    if (read.length === 0) return
    const predictions = await predict(
      this.#model,
      concatImages(read.map(({ image }) => image)),
      read.map(({ label }) => label),
      { signal: this.#context.signal },
    )
    read.forEach((image, i) => this.#images.push({ ...image, prediction: predictions[i]! }))
  }
}

/** How a pooled image is listed in the experiment. */
export function recordOf(image: PooledImage, classes: readonly string[]): ImageRecord {
  const className = classes[image.label]
  if (className === undefined) {
    throw new HalftoneError(
      'invalid-argument',
      `Label ${image.label} of ${image.origin} is no class of the model.`,
    )
  }
  return {
    image: image.number,
    label: image.label,
    className,
    origin: image.origin,
    file: paths.cleanImage(image.number, className),
    prediction: image.prediction,
  }
}
