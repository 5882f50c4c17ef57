import type { Images, Logits } from '#core/tensor/Images'
import type { Optimiser, ParameterValues } from './Optimiser'
import { clipNorm, moveAverage } from './Optimiser'
import type { StepGraph } from './stepGraph'
import { stepNames } from './stepGraph'

/** Float inputs of a step by name. */
export type StepFeeds = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array }
>

/** Runs the step graph once: float inputs by name to float outputs by name. */
export type StepRunner = (feeds: StepFeeds) => Promise<ReadonlyMap<string, Float32Array>>

export interface TrainerParts {
  readonly step: StepGraph
  readonly run: StepRunner
  /** Updated in place. */
  readonly parameters: ParameterValues
  /** Moving averages of the parameters, updated in place: what is validated and shipped. */
  readonly averages: ParameterValues
  readonly optimiser: Optimiser
  /** Limit of the joint gradient norm. */
  readonly clip: number
  /** Share of the old average that is kept per step. */
  readonly keep: number
  /** Quadratic penalty: coefficient * sum of squares is added to the loss for each parameter named. */
  readonly penalties?: ReadonlyMap<string, number>
}

/** One step's data. */
export interface StepBatch {
  readonly images: Images
  /** Row-major [n, classes], see {@link buildStepGraph}; absent where the graph computes its loss from the images alone. */
  readonly targets?: Float32Array
  /** Dropout masks [n, width] by the names of their inputs. */
  readonly masks?: StepFeeds
}

export interface StepResult {
  readonly loss: number
  /** Absent where the graph has none. */
  readonly logits?: Logits
  /** Joint gradient norm before clipping. */
  readonly norm: number
}

/** One step after another: forward, gradients, penalty, clip, update, average. */
export class Trainer {
  readonly #parts: TrainerParts
  readonly #shapes: ReadonlyMap<string, readonly number[]>

  constructor(parts: TrainerParts) {
    this.#parts = parts
    this.#shapes = new Map(
      parts.step.graph.inputs.flatMap(({ name, shape }) =>
        shape?.every((length) => typeof length === 'number') ? [[name, shape]] : [],
      ),
    )
  }

  /** @param keep this step's share of the old average, when it is not the usual one */
  async step(
    { images, targets, masks }: StepBatch,
    learningRate: number,
    keep = this.#parts.keep,
  ): Promise<StepResult> {
    const { step, run, parameters, averages, optimiser, clip, penalties } = this.#parts
    const { count } = images
    const feeds = new Map([
      [
        step.graph.inputs[0]!.name,
        { shape: [count, images.channels, images.height, images.width], data: images.data },
      ],
      ...(masks ?? []),
    ])
    const classes = targets ? targets.length / count : 0
    if (targets) feeds.set(stepNames.targets, { shape: [count, classes], data: targets })
    for (const [name, data] of parameters) {
      const shape = this.#shapes.get(name)
      if (shape) feeds.set(name, { shape, data })
    }
    const results = await run(feeds)
    const gradients = new Map([...step.gradients].map(([name, output]) => [name, results.get(output)!]))
    const penalty = penalties ? addPenalties(gradients, parameters, penalties) : 0
    const norm = clipNorm(gradients, clip)
    optimiser.step(parameters, gradients, learningRate)
    moveAverage(averages, parameters, keep)
    const loss = results.get(stepNames.loss)![0]! + penalty
    const data = results.get(stepNames.logits)
    return { loss, norm, ...(data && { logits: { data, count, classes } }) }
  }
}

/** Adds 2 c w to each gradient; returns the sum of c w^2. */
function addPenalties(
  gradients: ParameterValues,
  parameters: ParameterValues,
  penalties: ReadonlyMap<string, number>,
): number {
  let total = 0
  for (const [name, coefficient] of penalties) {
    const values = parameters.get(name)!
    const gradient = gradients.get(name)!
    let squares = 0
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      squares += value * value
      gradient[i]! += 2 * coefficient * value
    }
    total += coefficient * squares
  }
  return total
}

/** One-hot rows over the batch's size, smoothed: the targets of the mean cross-entropy. */
export function meanTargets(labels: ArrayLike<number>, classes: number, smoothing = 0): Float32Array {
  const count = labels.length
  const targets = new Float32Array(count * classes).fill(smoothing / classes / count)
  for (let n = 0; n < count; n++) targets[n * classes + labels[n]!]! += (1 - smoothing) / count
  return targets
}
