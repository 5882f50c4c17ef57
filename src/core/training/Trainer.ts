import type { Images, Logits } from '#core/tensor/Images'
import type { Optimiser, ParameterValues } from './Optimiser'
import { clipNorm, moveAverage } from './Optimiser'
import type { StepGraph } from './stepGraph'
import { stepNames } from './stepGraph'

/** Runs the step graph once: float inputs by name (shape and data) to float outputs by name. */
export type StepRunner = (
  feeds: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
) => Promise<ReadonlyMap<string, Float32Array>>

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
}

export interface StepResult {
  readonly loss: number
  readonly logits: Logits
  /** Joint gradient norm before clipping. */
  readonly norm: number
}

/** One step after another: forward, gradients, clip, update, average. */
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

  /**
   * @param batch images of the net's input
   * @param targets row-major [n, classes], see {@link buildStepGraph}
   */
  async step(batch: Images, targets: Float32Array, learningRate: number): Promise<StepResult> {
    const { step, run, parameters, averages, optimiser, clip, keep } = this.#parts
    const classes = targets.length / batch.count
    const input = step.graph.inputs[0]!.name
    const feeds = new Map([
      [input, { shape: [batch.count, batch.channels, batch.height, batch.width], data: batch.data }],
      [stepNames.targets, { shape: [batch.count, classes], data: targets }],
    ])
    for (const [name, data] of parameters) feeds.set(name, { shape: [...this.#shapes.get(name)!], data })
    const results = await run(feeds)
    const gradients = new Map([...step.gradients].map(([name, output]) => [name, results.get(output)!]))
    const norm = clipNorm(gradients, clip)
    optimiser.step(parameters, gradients, learningRate)
    moveAverage(averages, parameters, keep)
    const logits = { data: results.get(stepNames.logits)!, count: batch.count, classes }
    return { loss: results.get(stepNames.loss)![0]!, logits, norm }
  }
}

/** One-hot rows over the batch's size, smoothed: the targets of the mean cross-entropy. */
export function meanTargets(labels: ArrayLike<number>, classes: number, smoothing = 0): Float32Array {
  const count = labels.length
  const targets = new Float32Array(count * classes).fill(smoothing / classes / count)
  for (let n = 0; n < count; n++) targets[n * classes + labels[n]!]! += (1 - smoothing) / count
  return targets
}
