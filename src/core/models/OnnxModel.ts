import { HalftoneError } from '#core/errors'
import type { RunTensor } from '#core/onnx/facts'
import { buildGradientGraph, buildLogitsGraph, type GradientGraph } from '#core/onnx/gradientGraph'
import { writeModel } from '#core/onnx/writeModel'
import { pixelsPerImage, type Images, type ImageSpec, type Logits } from '#core/tensor/Images'
import type { Tensor } from '#core/tensor/Tensor'
import { buildActivationGraph } from './activationGraph'
import { checkClasses } from './checkClasses'
import { checkImages } from './checkImages'
import type { DifferentiableModel, GradientResult, Loss } from './DifferentiableModel'
import { joinRows, rowsOf } from './fixedBatch'
import type { GraphSession, SessionFactory } from './GraphSession'
import type { OnnxClassifier } from './loadOnnx'

interface Ready<G> {
  readonly graph: G
  readonly session: GraphSession
}

/**
 * An ONNX classifier with its gradient, which is another ONNX graph. Sessions are made when they are first needed, one
 * for the scores, one for each kind of loss, one for each layer that is looked at, and kept.
 */
export class OnnxModel implements DifferentiableModel {
  readonly id: string
  readonly input: ImageSpec
  readonly classes: readonly string[]
  readonly #model: OnnxClassifier
  readonly #createSession: SessionFactory
  readonly #sessions = new Map<string, Promise<Ready<unknown>>>()

  /** @param id content hash of the model's file */
  constructor(id: string, model: OnnxClassifier, createSession: SessionFactory) {
    this.id = id
    this.input = model.input
    this.classes = model.classes
    this.#model = model
    this.#createSession = createSession
  }

  async logits(images: Images): Promise<Logits> {
    checkImages(this.input, images)
    const { graph, session } = await this.#ready('logits', () => {
      const { graph, facts, logits } = this.#model
      const built = buildLogitsGraph(graph, facts, logits)
      return { bytes: writeModel(built.graph), graph: built.logits }
    })
    const [scores] = await this.#run(images, [graph], (rows) =>
      session.run({ [this.#model.inputName]: rows.images }, [graph]),
    )
    return this.#scores(scores!, images.count)
  }

  /** @throws HalftoneError `not-differentiable`, naming op and node, when an operator has no gradient rule */
  async gradient(images: Images, loss: Loss): Promise<GradientResult> {
    checkImages(this.input, images)
    this.#checkLoss(loss, images.count)
    const { graph, session } = await this.#gradientSession(loss)
    const outputs = [graph.loss, graph.logits, graph.gradient]
    const parts = await this.#run(images, outputs, ({ images: fed, start, count, padded }) => {
      const feeds: Record<string, RunTensor> = { [graph.input]: fed }
      if (graph.labels && loss.kind !== 'cotangent') {
        const labels = new BigInt64Array(padded)
        for (let i = 0; i < count; i++) labels[i] = BigInt(loss.labels[start + i]!)
        feeds[graph.labels] = { type: 'int64', dims: [padded], data: labels }
      }
      if (graph.confidence && loss.kind === 'margin') {
        feeds[graph.confidence] = { type: 'float', dims: [], data: Float32Array.of(loss.confidence) }
      }
      if (graph.cotangent && loss.kind === 'cotangent') {
        const width = this.classes.length
        const data = new Float32Array(padded * width)
        data.set(loss.cotangent.subarray(start * width, (start + count) * width))
        feeds[graph.cotangent] = { type: 'float', dims: [padded, width], data }
      }
      return session.run(feeds, outputs)
    })
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
    const { graph, session } = await this.#ready(`activations ${layer}`, () => {
      const built = buildActivationGraph(this.#model, layer)
      return { bytes: writeModel(built.graph), graph: built.output }
    })
    let shape: readonly number[] = []
    const [data] = await this.#run(images, [graph], async (rows) => {
      const outputs = await session.run({ [this.#model.inputName]: rows.images }, [graph])
      shape = outputs[graph]!.dims.slice(1)
      return outputs
    })
    return { data: data!, shape: [images.count, ...shape] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    for (const ready of await Promise.allSettled(sessions)) {
      if (ready.status === 'fulfilled') await ready.value.session[Symbol.asyncDispose]()
    }
  }

  #gradientSession(loss: Loss): Promise<Ready<GradientGraph>> {
    const key = loss.kind === 'margin' ? `margin ${loss.targeted}` : loss.kind
    return this.#ready(`gradient ${key}`, () => {
      const { graph, facts, inputName, logits, differentiable } = this.#model
      if (!differentiable.ok) throw new HalftoneError('not-differentiable', differentiable.reason)
      const built = buildGradientGraph(graph, facts, { input: inputName, logits, loss })
      return { bytes: writeModel(built.graph), graph: built }
    })
  }

  /** The session of that name, made at its first use; a failure is not kept. */
  #ready<G>(key: string, build: () => { bytes: Uint8Array; graph: G }): Promise<Ready<G>> {
    // A key stands for one kind of graph, so what is stored under it has that graph's type.
    const known = this.#sessions.get(key) as Promise<Ready<G>> | undefined
    if (known) return known
    const made = (async (): Promise<Ready<G>> => {
      const { bytes, graph } = build()
      return { graph, session: await this.#createSession(bytes) }
    })()
    this.#sessions.set(key, made)
    made.catch(() => this.#sessions.delete(key))
    return made
  }

  /** Runs all images at once, or in runs of the one size that the model takes, and joins each output's rows. */
  async #run(
    images: Images,
    outputs: readonly string[],
    run: (rows: ReturnType<typeof rowsOf>[number]) => Promise<Readonly<Record<string, RunTensor>>>,
  ): Promise<Float32Array[]> {
    const runs = rowsOf(images, this.#model.facts.batch)
    const results: Readonly<Record<string, RunTensor>>[] = []
    for (const rows of runs) results.push(await run(rows))
    return outputs.map((name) => joinRows(runs, results, name))
  }

  #scores(data: Float32Array, count: number): Logits {
    return { data, count, classes: this.classes.length }
  }

  #checkLoss(loss: Loss, count: number): void {
    if (loss.kind !== 'cotangent') {
      checkClasses('label', loss.labels, count, this.classes.length)
      return
    }
    const expected = count * this.classes.length
    if (loss.cotangent.length !== expected) {
      throw new HalftoneError(
        'shape-mismatch',
        `Expected a cotangent of ${expected} values (images x classes), got ${loss.cotangent.length}.`,
      )
    }
  }
}

/** One image of zeros, to try a graph with. */
export function zeroFeeds(model: OnnxClassifier): Record<string, RunTensor> {
  const count = model.facts.batch === 'free' ? 1 : model.facts.batch
  const { channels, height, width } = model.input
  const data = new Float32Array(count * pixelsPerImage(model.input))
  return { [model.inputName]: { type: 'float', dims: [count, channels, height, width], data } }
}
