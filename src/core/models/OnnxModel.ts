import { HalftoneError } from '#core/errors'
import type { RunTensor } from '#core/onnx/facts'
import { pixelsPerImage, type Images, type ImageSpec, type Logits } from '#core/tensor/Images'
import type { Tensor } from '#core/tensor/Tensor'
import { checkImages } from './checkImages'
import { checkLoss } from './checkLoss'
import type { DifferentiableModel, GradientResult, Loss } from './DifferentiableModel'
import { joinRows, rowsOf } from './fixedBatch'
import { graphName, type GraphKind } from './GraphKind'
import type { OpenedGraph, OpenGraph } from './GraphSession'
import type { ModelSummary } from './ModelSummary'

/** Without a gradient nothing is kept for the way back: so many times as many images fit. */
const scoresAtOnce = 4

/**
 * An ONNX classifier with its gradient, which is another ONNX graph. Sessions are made when they are first needed, one
 * for the scores, one for each kind of loss, one for each layer that is looked at, and kept.
 */
export class OnnxModel implements DifferentiableModel {
  readonly id: string
  readonly input: ImageSpec
  readonly classes: readonly string[]
  readonly #summary: ModelSummary
  readonly #openGraph: OpenGraph
  readonly #opened = new Map<string, Promise<OpenedGraph>>()
  readonly #memory: number

  /**
   * @param id content hash of the model's file
   * @param memory for what the images of one run leave on their way through the model, in bytes; one image is always run
   */
  constructor(id: string, summary: ModelSummary, openGraph: OpenGraph, memory = Infinity) {
    this.id = id
    this.#memory = memory
    this.input = summary.input
    this.classes = summary.classes
    this.#summary = summary
    this.#openGraph = openGraph
  }

  async logits(images: Images): Promise<Logits> {
    checkImages(this.input, images)
    const { ports, session } = await this.#ready({ kind: 'logits' })
    const [scores] = await this.#run(images, ports.outputs, scoresAtOnce, (rows) =>
      session.run({ [ports.input]: rows.images }, ports.outputs),
    )
    return this.#scores(scores!, images.count)
  }

  /** @throws HalftoneError `not-differentiable`, naming op and node, when an operator has no gradient rule */
  async gradient(images: Images, loss: Loss, into?: Float32Array): Promise<GradientResult> {
    checkImages(this.input, images)
    checkLoss(loss, images.count, this.classes.length)
    const { differentiable } = this.#summary
    if (!differentiable.ok) throw new HalftoneError('not-differentiable', differentiable.reason)
    const { ports, session } = await this.#ready({ kind: 'gradient', loss })
    const gradientPort = ports.outputs[2]!
    const size = pixelsPerImage(this.input)
    const parts = await this.#run(
      images,
      ports.outputs,
      1,
      ({ images: fed, start, count, padded }) => {
        const feeds: Record<string, RunTensor> = { [ports.input]: fed }
        if (ports.labels && loss.kind !== 'cotangent') {
          const labels = new BigInt64Array(padded)
          for (let i = 0; i < count; i++) labels[i] = BigInt(loss.labels[start + i]!)
          feeds[ports.labels] = { type: 'int64', dims: [padded], data: labels }
        }
        if (ports.confidence && loss.kind === 'margin') {
          feeds[ports.confidence] = { type: 'float', dims: [], data: Float32Array.of(loss.confidence) }
        }
        if (ports.cotangent && loss.kind === 'cotangent') {
          const width = this.classes.length
          const data = new Float32Array(padded * width)
          data.set(loss.cotangent.subarray(start * width, (start + count) * width))
          feeds[ports.cotangent] = { type: 'float', dims: [padded, width], data }
        }
        if (!into || count < padded) return session.run(feeds, ports.outputs)
        const data = into.subarray(start * size, (start + count) * size)
        return session.run(feeds, ports.outputs, { [gradientPort]: { ...fed, data } })
      },
      into && { [gradientPort]: into },
    )
    const [values, scores, gradient] = parts
    return {
      loss: values!,
      logits: this.#scores(scores!, images.count),
      gradient: { ...this.input, count: images.count, data: gradient! },
    }
  }

  /** @throws HalftoneError `not-found` for a name that the model does not have */
  async activations(images: Images, layer: string): Promise<Tensor> {
    checkImages(this.input, images)
    const { ports, session } = await this.#ready({ kind: 'activations', layer })
    const [output] = ports.outputs
    let shape: readonly number[] = []
    const [data] = await this.#run(images, ports.outputs, scoresAtOnce, async (rows) => {
      const outputs = await session.run({ [ports.input]: rows.images }, ports.outputs)
      shape = outputs[output!]!.dims.slice(1)
      return outputs
    })
    return { data: data!, shape: [images.count, ...shape] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = [...this.#opened.values()]
    this.#opened.clear()
    for (const ready of await Promise.allSettled(opened)) {
      if (ready.status === 'fulfilled') await ready.value.session[Symbol.asyncDispose]()
    }
  }

  /** The session of that kind, made at its first use; a failure is not kept. */
  #ready(kind: GraphKind): Promise<OpenedGraph> {
    const name = graphName(kind)
    const known = this.#opened.get(name)
    if (known) return known
    const made = this.#openGraph(kind)
    this.#opened.set(name, made)
    made.catch(() => this.#opened.delete(name))
    return made
  }

  /**
   * Runs the images in as few runs as the memory allows, or in runs of the one size that the model takes, and joins each
   * output's rows.
   * @param share how many times as many images as with a gradient
   * @param into where to put the rows of outputs, by name, if they are not there already
   */
  async #run(
    images: Images,
    outputs: readonly string[],
    share: number,
    run: (rows: ReturnType<typeof rowsOf>[number]) => Promise<Readonly<Record<string, RunTensor>>>,
    into: Readonly<Record<string, Float32Array>> = {},
  ): Promise<Float32Array[]> {
    const { batch, activationBytes } = this.#summary
    const most = Math.max(1, Math.floor((share * this.#memory) / Math.max(1, activationBytes)))
    const runs = rowsOf(images, batch, Math.min(most, images.count))
    const results: Readonly<Record<string, RunTensor>>[] = []
    for (const rows of runs) results.push(await run(rows))
    return outputs.map((name) => joinRows(runs, results, name, into[name]))
  }

  #scores(data: Float32Array, count: number): Logits {
    return { data, count, classes: this.classes.length }
  }
}
