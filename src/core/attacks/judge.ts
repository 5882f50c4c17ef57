import { predictionOf, rowOf, type Prediction } from '#core/metrics/classification'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { pixelsPerImage, type Images, type Logits } from '#core/tensor/Images'
import type { Distances, Verdict } from './outcome'
import { gatherImages } from './rows'

/** One image before and after, against its label and the class that the caller wants, if any. */
export interface Judgement {
  readonly clean: Prediction
  readonly adversarial: Prediction
  readonly verdict: Verdict
}

/**
 * @param clean scores of the clean images
 * @param adversarial scores of the 8-bit adversarial ones
 * @param wanted a class to reach for each image; without it any wrong class will do
 */
export function judgementsOf(
  clean: Logits,
  adversarial: Logits,
  labels: readonly number[],
  wanted: readonly number[] | undefined,
): Judgement[] {
  return labels.map((label, i) => {
    const before = predictionOf(rowOf(clean, i), label)
    const after = predictionOf(rowOf(adversarial, i), label)
    const verdict = !before.top1 ? 'wrong-from-start' : reached(after, wanted?.[i]) ? 'fooled' : 'held'
    return { clean: before, adversarial: after, verdict }
  })
}

const reached = ({ top1, top }: Prediction, wanted: number | undefined): boolean =>
  wanted === undefined ? !top1 : top[0]?.label === wanted

/**
 * Which of these rows reach the goal with the image that the attack gave, before rounding. Only images that rounding
 * changed are asked about.
 * @param exact what the attack gave, within its bound. @param rounded the same at 8 bits, as floats
 */
export async function reachedUnrounded(
  model: DifferentiableModel,
  rows: readonly number[],
  exact: Images,
  rounded: Images,
  labels: readonly number[],
  wanted: readonly number[] | undefined,
): Promise<ReadonlySet<number>> {
  const size = pixelsPerImage(exact)
  const changed = rows.filter((row) => {
    for (let i = row * size; i < (row + 1) * size; i++) if (exact.data[i] !== rounded.data[i]) return true
    return false
  })
  if (changed.length === 0) return new Set()
  const logits = await model.logits(gatherImages(exact, changed))
  return new Set(
    changed.filter((row, i) => reached(predictionOf(rowOf(logits, i), labels[row]!), wanted?.[row])),
  )
}

/**
 * Sizes of one image's perturbation (CHW) in 8-bit units, and how many pixels differ in any channel. One pass counts how often
 * each change occurs; everything follows from that, in whole numbers.
 */
export function changesOf(
  adversarial: Uint8Array,
  clean: Uint8Array,
  channels: number,
): { readonly distances: Distances; readonly pixels: number } {
  const plane = clean.length / channels
  const counts = new Uint32Array(256)
  let pixels = 0
  for (let i = 0; i < plane; i++) {
    let any = 0
    for (let at = i; at < clean.length; at += plane) {
      const change = Math.abs(adversarial[at]! - clean[at]!)
      counts[change]!++
      any |= change
    }
    if (any !== 0) pixels++
  }
  let [l0, l1, squares, linf] = [0, 0, 0, 0]
  counts.forEach((count, change) => {
    if (change === 0 || count === 0) return
    l0 += count
    l1 += count * change
    squares += count * change * change
    linf = change
  })
  return { distances: { l0, l1, l2: Math.sqrt(squares), linf }, pixels }
}
