import type { Logits } from '#core/tensor/Images'

/** A row of numbers, one per class. */
export type Scores = ArrayLike<number> & Iterable<number>

/** One class with its softmax probability. */
export interface ClassScore {
  readonly label: number
  /** Softmax probability, 0..1. */
  readonly confidence: number
}

/** What a classifier says of one image. */
export interface Prediction {
  /** The five likeliest classes (fewer when the model has fewer), likeliest first; ties go to the lower index. */
  readonly top: readonly ClassScore[]
  /** Softmax probability of the image's true label. */
  readonly trueConfidence: number
  readonly top1: boolean
  readonly top5: boolean
}

const topSize = 5

/** Scores of image `index`; shares memory with the batch. */
export function rowOf(logits: Logits, index: number): Float32Array {
  return logits.data.subarray(index * logits.classes, (index + 1) * logits.classes)
}

/** Softmax of one row, in float64, with the greatest score subtracted first so that nothing overflows. */
export function softmax(scores: Scores): Float64Array {
  let greatest = -Infinity
  for (const score of scores) greatest = Math.max(greatest, score)
  const out = new Float64Array(scores.length)
  let sum = 0
  for (let i = 0; i < out.length; i++) {
    const weight = Math.exp(scores[i]! - greatest)
    out[i] = weight
    sum += weight
  }
  for (let i = 0; i < out.length; i++) out[i]! /= sum
  return out
}

/** Index of the greatest score, the lowest index among equals; NaN never wins over a number. */
export function argmax(scores: Scores): number {
  let best = 0
  for (let i = 1; i < scores.length; i++) {
    if (scores[i]! > scores[best]! || (Number.isNaN(scores[best]!) && !Number.isNaN(scores[i]!))) best = i
  }
  return best
}

/** Index of the least score, the lowest index among equals: y_LL of Kurakin 2016, equation for least-likely class. */
export function argmin(scores: Scores): number {
  let best = 0
  for (let i = 1; i < scores.length; i++) {
    if (scores[i]! < scores[best]! || (Number.isNaN(scores[best]!) && !Number.isNaN(scores[i]!))) best = i
  }
  return best
}

/** Indices of the `k` greatest scores, greatest first; among equals the lower index comes first, NaN last. */
export function topK(scores: Scores, k: number): number[] {
  const best: number[] = []
  const beats = (a: number, b: number): boolean =>
    scores[a]! > scores[b]! || (Number.isNaN(scores[b]!) && !Number.isNaN(scores[a]!))
  for (let i = 0; i < scores.length; i++) {
    let at = best.length
    while (at > 0 && beats(i, best[at - 1]!)) at--
    if (at >= k) continue
    best.splice(at, 0, i)
    if (best.length > k) best.pop()
  }
  return best
}

/** The class a model gives each image. */
export function predictedLabels(logits: Logits): number[] {
  return Array.from({ length: logits.count }, (_, i) => argmax(rowOf(logits, i)))
}

/** The model's answer to one image, judged against its true label. */
export function predictionOf(scores: Scores, label: number): Prediction {
  const probabilities = softmax(scores)
  // Ranked by the scores themselves: far-apart logits can round to equal probabilities.
  const top = topK(scores, topSize).map((index) => ({ label: index, confidence: probabilities[index]! }))
  return {
    top,
    trueConfidence: probabilities[label] ?? 0,
    top1: top[0]?.label === label,
    top5: top.some((score) => score.label === label),
  }
}

/** {@link predictionOf} for a batch; `labels` has one true label per image. */
export function predictionsOf(logits: Logits, labels: readonly number[]): Prediction[] {
  return labels.map((label, i) => predictionOf(rowOf(logits, i), label))
}
