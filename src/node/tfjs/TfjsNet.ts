import { reshape, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core'
import type { TfjsInput } from '#core/models/tfjs/tfjsProfile'

/** One output or inner value of a net; null for a length that is open. */
export interface NetValue {
  readonly name: string
  readonly shape: readonly (number | null)[]
}

/**
 * A TF.js model of either format. Its functions are synchronous, run on the back end that is chosen, and may stand inside of
 * a gradient.
 */
export interface TfjsNet {
  readonly input: TfjsInput
  readonly outputs: readonly NetValue[]
  /** What it is built of, with how often. */
  readonly ops: readonly { readonly op: string; readonly count: number }[]
  /** Softmax or Sigmoid where the scores are taken from before it. */
  readonly squeezedBy: string | null
  /** An output as it is, [n, classes], after what may have been taken off its end. */
  scores(x: Tensor4D, output: string): Tensor
  /** The value of a layer or node. @throws HalftoneError `not-found` */
  inner(x: Tensor4D, name: string): Tensor
  dispose(): void
}

/** [n, classes], [n, classes, 1, 1] or [n, 1, 1, classes] as a table. */
export function asTable(scores: Tensor): Tensor2D {
  return reshape(scores, [scores.shape[0]!, -1])
}
