import { predictionOf, rowOf, type Prediction } from '#core/metrics/classification'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { Kernels } from '#core/simd/Kernels'
import type { Workroom } from '#core/simd/Workroom'
import { pixelsPerImage, type Images, type Logits } from '#core/tensor/Images'
import type { Distances, Verdict } from './outcome'
import { Gathering } from './rows'
import { levelProgram, type LevelKernels } from './levelKernels'

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
  workroom: Workroom,
): Promise<ReadonlySet<number>> {
  const size = pixelsPerImage(exact)
  const changed = rows.filter((row) => {
    for (let i = row * size; i < (row + 1) * size; i++) if (exact.data[i] !== rounded.data[i]) return true
    return false
  })
  if (changed.length === 0) return new Set()
  const logits = await model.logits(new Gathering(workroom).of(exact, changed))
  return new Set(
    changed.filter((row, i) => reached(predictionOf(rowOf(logits, i), labels[row]!), wanted?.[row])),
  )
}

/**
 * Sizes of one image's perturbation (CHW) in 8-bit units, and how many pixels differ in any channel. Everything is summed in
 * whole numbers.
 */
export function changesOf(
  adversarial: Uint8Array,
  clean: Uint8Array,
  channels: number,
  kernels: LevelKernels = new Kernels(levelProgram()),
): { readonly distances: Distances; readonly pixels: number } {
  const planes = (data: Uint8Array): Uint8Array[] => {
    const plane = data.length / channels
    return Array.from({ length: channels }, (_, c) => data.subarray(c * plane, (c + 1) * plane))
  }
  const both = [...planes(adversarial), ...planes(clean)]
  if (channels === 3) return sizesOf(kernels.run('changesOf3', both))
  const { distances, pixels } = sizesOf(kernels.run('changesOf1', [adversarial, clean]))
  return { distances, pixels: channels === 1 ? pixels : changedPixels(both) }
}

const sizesOf = ([l0, l1, squares, linf, pixels]: readonly number[]): ReturnType<typeof changesOf> => ({
  distances: { l0: l0!, l1: l1!, l2: Math.sqrt(squares!), linf: linf! },
  pixels: pixels!,
})

/** How many pixels differ in any of some planes. @param both the planes of the one image, then those of the other */
function changedPixels(both: readonly Uint8Array[]): number {
  const channels = both.length / 2
  let pixels = 0
  for (let i = 0; i < both[0]!.length; i++) {
    for (let c = 0; c < channels; c++) {
      if (both[c]![i] === both[channels + c]![i]) continue
      pixels++
      break
    }
  }
  return pixels
}
