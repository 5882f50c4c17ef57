import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import type { Random } from '#core/tensor/Random'
import type { NetSpec } from '../nets/NetSpec'

/** How a stage goes through the data. */
export interface Schedule {
  readonly epochs: number
  readonly batch: number
  /** Peak of the learning rate: a short linear warm-up leads to it, half a cosine from it to a hundredth. */
  readonly rate: number
}

/** One stage of training. All stages share parameters by name. */
export interface Stage {
  /** For people: "classifier". */
  readonly title: string
  /**
   * `classes`: the graph gives logits, and their mean cross-entropy to the labels is the loss. `itself`: the graph gives the
   * loss, a mean over the batch, and there are no labels.
   */
  readonly loss: 'classes' | 'itself'
  /** The graph to train, its parameters as initializers; inputs that end in `.mask` are dropout masks. */
  readonly graph: OnnxGraph
  /** Which of its parameters are trained; the others stay as they are. */
  readonly parameters: readonly string[]
  readonly schedule: Schedule
  /** Quadratic penalty: the loss grows by coefficient * sum of the squares of the parameter. */
  readonly penalties: ReadonlyMap<string, number>
  /** Decoupled weight decay (AdamW) of weights. */
  readonly decay: number
}

/** What a recipe makes: its stages in order, and the net that comes out. */
export interface Plan {
  readonly stages: readonly Stage[]
  /** The net as it is shipped, without what only training needs; takes its parameters by name from the stages. */
  readonly net: OnnxGraph
}

/** What a user may choose of a recipe; the rest is the recipe's own. */
export interface Choices {
  readonly spec: NetSpec
  readonly random: Random
  /** lambda of the weight decay. */
  readonly lambda: number
  readonly schedule: Schedule
}

/** One of the papers' nets and how it is trained here. */
export interface Recipe {
  /** As on the command line. */
  readonly id: string
  readonly title: string
  readonly paper: string
  /** Default of lambda; null for nets that have no such penalty. */
  readonly lambda: number | null
  readonly schedule: Schedule
  /** Whether a step is long enough that several threads, each with a part of the batch, shorten it. */
  readonly parallel: boolean
  readonly plan: (choices: Choices) => Plan
}
