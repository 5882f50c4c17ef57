import type { Logits } from '#core/tensor/Images'
import type { Loss } from '../DifferentiableModel'

export interface LossOnLogits {
  /** One value per image. */
  readonly loss: Float32Array
  /** d loss / d logits, row-major [count, classes]. */
  readonly cotangent: Float32Array
}

/**
 * A loss and its derivative on scores that are at hand as numbers: the same functions as `core/onnx/losses.ts` builds as graph
 * nodes, computed in 64 bits and rounded once.
 */
export function lossOnLogits({ data, count, classes }: Logits, loss: Loss): LossOnLogits {
  const result = { loss: new Float32Array(count), cotangent: new Float32Array(count * classes) }
  for (let i = 0; i < count; i++) {
    const scores = data.subarray(i * classes, (i + 1) * classes)
    const cotangent = result.cotangent.subarray(i * classes, (i + 1) * classes)
    result.loss[i] =
      loss.kind === 'cross-entropy'
        ? crossEntropy(scores, loss.labels[i]!, cotangent)
        : loss.kind === 'margin'
          ? margin(scores, loss.labels[i]!, loss, cotangent)
          : weighted(scores, loss.cotangent.subarray(i * classes, (i + 1) * classes), cotangent)
  }
  return result
}

/**
 * -log softmax(z)_y. The derivative at y is minus the sum of the other probabilities themselves: 1 - p_y is 0 once they
 * hold less than the rounding of 1, and attacks that follow its sign would stand still on what the model is surest of.
 */
function crossEntropy(scores: Float32Array, label: number, cotangent: Float32Array): number {
  const highest = scores.reduce((a, b) => Math.max(a, b), -Infinity)
  let sum = 0
  let others = 0
  scores.forEach((score, k) => {
    const weight = Math.exp(score - highest)
    sum += weight
    if (k !== label) others += weight
  })
  scores.forEach((score, k) => {
    cotangent[k] = k === label ? -others / sum : Math.exp(score - highest) / sum
  })
  return Math.log(sum) - (scores[label]! - highest)
}

/** Carlini and Wagner 2017, f6: max(d, -kappa), with a gradient of zero where the bound holds. */
function margin(
  scores: Float32Array,
  label: number,
  { targeted, confidence }: { readonly targeted: boolean; readonly confidence: number },
  cotangent: Float32Array,
): number {
  let rival = label === 0 ? 1 : 0
  scores.forEach((score, k) => {
    if (k !== label && score > scores[rival]!) rival = k
  })
  const [up, down] = targeted ? [rival, label] : [label, rival]
  const difference = scores[up]! - scores[down]!
  if (!(difference > -confidence)) return -confidence
  cotangent[up] = 1
  cotangent[down] = -1
  return difference
}

function weighted(scores: Float32Array, weights: Float32Array, cotangent: Float32Array): number {
  cotangent.set(weights)
  return scores.reduce((sum, score, k) => sum + score * weights[k]!, 0)
}
