import { rowOf, softmax } from '#core/metrics/classification'
import {
  concatImages,
  pixelsPerImage,
  sliceImages,
  type Images,
  type ImageSpec,
  type Logits,
} from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { DifferentiableModel, GradientResult, Loss } from '../DifferentiableModel'
import type { ImageMap, Mapped } from './ImageMap'
import { pixelSeed } from './pixelSeed'

/** Draws one transformation t. */
export type DrawMap = (random: Random) => ImageMap

export interface Expectation {
  /** Draws averaged for each image. */
  readonly draws: number
  readonly seed: string
  /** Transformed images given to the model at once. */
  readonly batch?: number
  /** Called after each draw and waited for: to tell how far it is, to hear of a cancel, which it throws. */
  readonly onDraw?: (() => Promise<void>) | undefined
}

/**
 * The expectation of a model over random transformations, a model again: the loss and its gradient are the means over draws of
 * those of f(t(x)) (Athalye, Engstrom, Ilyas and Kwok 2018, section 2.2), and the scores are the logarithms of the mean
 * probabilities, so that a confidence is the share of the draws' belief. Each image's draws are seeded by its own pixels: a
 * moved image gets fresh ones, and the same image the same ones in any batch.
 */
export class ExpectationModel implements DifferentiableModel {
  readonly id: string
  readonly input: ImageSpec
  readonly classes: readonly string[]
  readonly cost: number
  readonly #model: DifferentiableModel
  readonly #draw: DrawMap
  readonly #options: Expectation

  constructor(model: DifferentiableModel, draw: DrawMap, options: Expectation) {
    this.id = `expectation of ${model.id} over ${options.draws} draws`
    this.input = model.input
    this.classes = model.classes
    this.cost = (model.cost ?? 1) * options.draws
    this.#model = model
    this.#draw = draw
    this.#options = options
  }

  async logits(images: Images): Promise<Logits> {
    const mean = this.#noScores(images.count)
    await this.#eachDraw(images, async (n, mapped) => {
      const logits = await this.#model.logits(joined(mapped))
      mapped.forEach((_, k) => {
        this.#addProbabilities(mean, n, rowOf(logits, k))
      })
    })
    return this.#logarithms(mean, images.count)
  }

  async gradient(images: Images, loss: Loss): Promise<GradientResult> {
    const size = pixelsPerImage(images)
    const mean = this.#noScores(images.count)
    const losses = new Float64Array(images.count)
    const gradient = { ...images, data: new Float32Array(images.data.length) }
    await this.#eachDraw(images, async (n, mapped) => {
      const result = await this.#model.gradient(
        joined(mapped),
        repeated(loss, n, mapped.length, this.classes.length),
      )
      for (const [k, { pull }] of mapped.entries()) {
        this.#addProbabilities(mean, n, rowOf(result.logits, k))
        losses[n]! += result.loss[k]! / this.#options.draws
        const { data } = await pull(sliceImages(result.gradient, k, k + 1))
        for (let i = 0; i < size; i++) gradient.data[n * size + i]! += data[i]! / this.#options.draws
      }
    })
    return { loss: Float32Array.from(losses), logits: this.#logarithms(mean, images.count), gradient }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve()
  }

  async #eachDraw(
    images: Images,
    visit: (image: number, mapped: readonly Mapped[]) => Promise<void>,
  ): Promise<void> {
    const { draws, seed, batch = 16, onDraw } = this.#options
    for (let n = 0; n < images.count; n++) {
      const one = sliceImages(images, n, n + 1)
      const random = new Random(`${seed}/${pixelSeed(one.data)}`)
      for (let start = 0; start < draws; start += batch) {
        const mapped: Mapped[] = []
        for (let k = start; k < Math.min(start + batch, draws); k++) {
          mapped.push(await this.#draw(random.fork(k)).apply(one))
          await onDraw?.()
        }
        await visit(n, mapped)
      }
    }
  }

  #noScores(count: number): Float64Array {
    return new Float64Array(count * this.classes.length)
  }

  #addProbabilities(mean: Float64Array, image: number, scores: Float32Array): void {
    const classes = this.classes.length
    softmax(scores).forEach((probability, i) => {
      mean[image * classes + i]! += probability / this.#options.draws
    })
  }

  #logarithms(mean: Float64Array, count: number): Logits {
    // The least positive float64 keeps a class that no draw believes in finite.
    const data = Float32Array.from(mean, (probability) => Math.log(Math.max(probability, Number.MIN_VALUE)))
    return { data, count, classes: this.classes.length }
  }
}

const joined = (mapped: readonly Mapped[]): Images => concatImages(mapped.map(({ images }) => images))

/** One image's loss for each of its draws. */
function repeated(loss: Loss, image: number, count: number, classes: number): Loss {
  if (loss.kind !== 'cotangent')
    return { ...loss, labels: new Array<number>(count).fill(loss.labels[image]!) }
  const row = loss.cotangent.subarray(image * classes, (image + 1) * classes)
  const cotangent = new Float32Array(count * classes)
  for (let k = 0; k < count; k++) cotangent.set(row, k * classes)
  return { kind: 'cotangent', cotangent }
}
