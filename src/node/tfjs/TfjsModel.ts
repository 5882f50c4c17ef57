import {
  customGrad,
  sum,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
  valueAndGrad,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import type { ModelProfile } from '#contract/profile'
import { HalftoneError } from '#core/errors'
import { checkImages } from '#core/models/checkImages'
import { checkLoss } from '#core/models/checkLoss'
import type { DifferentiableModel, GradientResult, Loss } from '#core/models/DifferentiableModel'
import { joinRows, rowsOf, type Rows } from '#core/models/fixedBatch'
import { lossOnLogits } from '#core/models/tfjs/lossOnLogits'
import { toModelPixels, toPixelGradient } from '#core/models/tfjs/modelPixels'
import type { Images, ImageSpec, Logits } from '#core/tensor/Images'
import type { Tensor as PlainTensor } from '#core/tensor/Tensor'
import { on } from './backEnds'

/** A classifier of TF.js that is built and understood. */
export interface TfjsClassifier {
  readonly input: ImageSpec
  readonly classes: readonly string[]
  readonly profile: ModelProfile
  readonly batch: 'free' | number
  /** What tfjs calls the back end. */
  readonly backEnd: string
  /** Scores [n, classes] that every loss may be taken on, for what the model itself takes. */
  logits(x: Tensor4D): Tensor
  inner(x: Tensor4D, name: string): Tensor
  dispose(): void
}

/** A TF.js classifier with its gradient by tfjs's own tape. The pixels are brought to the model's own numbers outside of it. */
export class TfjsModel implements DifferentiableModel {
  readonly id: string
  readonly input: ImageSpec
  readonly classes: readonly string[]
  readonly #net: TfjsClassifier

  /** @param id content hash of the model's files */
  constructor(id: string, net: TfjsClassifier) {
    this.id = id
    this.input = net.input
    this.classes = net.classes
    this.#net = net
  }

  async logits(images: Images): Promise<Logits> {
    const [data] = await this.#run(images, (x) => ({ logits: read(this.#net.logits(x)) }), ['logits'])
    return { data: data!, count: images.count, classes: this.classes.length }
  }

  /** @throws HalftoneError `not-differentiable` when tfjs has no gradient of an operator */
  async gradient(images: Images, loss: Loss): Promise<GradientResult> {
    checkLoss(loss, images.count, this.classes.length)
    const parts = await this.#run(
      images,
      (x, rows) => this.#differentiate(x, rowsOfLoss(loss, rows, this.classes.length)),
      ['loss', 'logits', 'gradient'],
    )
    const [values, logits, own] = parts as [Float32Array, Float32Array, Float32Array]
    return {
      loss: values,
      logits: { data: logits, count: images.count, classes: this.classes.length },
      gradient: { ...this.input, count: images.count, data: toPixelGradient(own, images, this.#net.profile) },
    }
  }

  /** In TensorFlow's own order of axes, [n, height, width, channels]. @throws HalftoneError `not-found` */
  async activations(images: Images, layer: string): Promise<PlainTensor> {
    let shape: readonly number[] = []
    const [data] = await this.#run(
      images,
      (x) => {
        const inner = this.#net.inner(x, layer)
        shape = inner.shape.slice(1)
        return { inner: read(inner) }
      },
      ['inner'],
    )
    return { data: data!, shape: [images.count, ...shape] }
  }

  [Symbol.asyncDispose](): Promise<void> {
    on(this.#net.backEnd, () => {
      this.#net.dispose()
    })
    return Promise.resolve()
  }

  #differentiate(x: Tensor4D, loss: Loss): Record<string, Float32Array> {
    const classes = this.classes.length
    let seen: Record<'loss' | 'logits', Float32Array> = {
      loss: new Float32Array(0),
      logits: new Float32Array(0),
    }
    // The loss is computed from the numbers themselves, exact where a model is sure, and handed to the tape as one operator.
    const taken = customGrad((scores) => {
      const logits = read(scores as Tensor)
      const count = logits.length / classes
      const { loss: values, cotangent } = lossOnLogits({ data: logits, count, classes }, loss)
      seen = { loss: values, logits }
      return {
        value: sum(tensor1d(values)),
        gradFunc: () => tensor2d(cotangent, [count, classes]),
      }
    })
    const { grad } = valueAndGrad((pixels: Tensor) => taken(this.#net.logits(pixels as Tensor4D)))(x)
    return { ...seen, gradient: read(grad) }
  }

  /** Runs all images at once, or in runs of the one size that the model takes, and joins each output's rows. */
  async #run(
    images: Images,
    work: (x: Tensor4D, rows: Rows) => Record<string, Float32Array>,
    outputs: readonly string[],
  ): Promise<Float32Array[]> {
    checkImages(this.input, images)
    const { profile, batch, backEnd } = this.#net
    const { channels, height, width } = this.input
    const runs = rowsOf({ ...images, data: toModelPixels(images, profile) }, batch)
    const results = runs.map((rows) =>
      on(backEnd, () => {
        // Kept outside of what tidy is given back: it would look for tensors among all of the numbers.
        let result: Record<string, Float32Array> = {}
        tidy(() => {
          const axes = profile.layout === 'NHWC' ? [height, width, channels] : [channels, height, width]
          const shape = [rows.padded, ...axes] as [number, number, number, number]
          result = explained(() => work(tensor4d(rows.images.data as Float32Array, shape), rows))
        })
        return result
      }),
    )
    const named = results.map((result) =>
      Object.fromEntries(
        outputs.map((name) => [name, { type: 'float', dims: [], data: result[name]! } as const]),
      ),
    )
    return await Promise.resolve(outputs.map((name) => joinRows(runs, named, name)))
  }
}

/** A copy: what a native back end gives may lie in memory that it uses again. */
function read(tensor: Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync())
}

/** A loss for the images of one run, filled up for those that are only there to fill it. */
function rowsOfLoss(loss: Loss, { start, count, padded }: Rows, classes: number): Loss {
  if (loss.kind === 'cotangent') {
    const cotangent = new Float32Array(padded * classes)
    cotangent.set(loss.cotangent.subarray(start * classes, (start + count) * classes))
    return { kind: 'cotangent', cotangent }
  }
  const labels = Array.from({ length: padded }, (_, i) => (i < count ? loss.labels[start + i]! : 0))
  return { ...loss, labels }
}

/** tfjs's own words for what a model asks of it and it cannot do. @throws HalftoneError `not-differentiable`, `unsupported` */
export function explained<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof HalftoneError || !(cause instanceof Error)) throw cause
    if (/gradient/i.test(cause.message)) {
      throw new HalftoneError(
        'not-differentiable',
        `TF.js has no gradient of this model: ${cause.message} Export the model to ONNX instead.`,
        { cause },
      )
    }
    throw new HalftoneError('unsupported', `TF.js cannot run this model: ${cause.message}`, { cause })
  }
}
