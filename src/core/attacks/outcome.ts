import type { Prediction } from '#core/metrics/classification'
import type { ByteImages } from '#core/tensor/Images'
import type { ParamValues } from '#core/paramValues'

/** Size of a perturbation, in 8-bit units (levels of 0..255). */
export interface Distances {
  /** How many values (pixel x channel) differ. */
  readonly l0: number
  readonly l1: number
  readonly l2: number
  readonly linf: number
}

/**
 * `fooled`: right when clean, and the attack reached its goal. `held`: right when clean, goal not reached.
 * `wrong-from-start`: the clean image was already misclassified, so no attack can claim it.
 */
export type Verdict = 'fooled' | 'held' | 'wrong-from-start'

/** What became of one image. Everything is measured on the rounded 8-bit image. */
export interface ImageOutcome {
  readonly label: number
  /** The class that the attack steered towards, for attacks that have one. */
  readonly target?: number
  readonly clean: Prediction
  readonly adversarial: Prediction
  readonly verdict: Verdict
  readonly distances: Distances
  /** How many pixels differ in any channel. */
  readonly pixels: number
  /** The image that the attack gave reached the goal, the saved one, rounded to 8 bits, does not. */
  readonly lostInRounding: boolean
  /** How many input gradients of this image were taken. */
  readonly gradients: number
  /** How many further times the model classified this image while the attack worked (the judgements not counted). */
  readonly queries: number
  /** Its share of the time that its batch took, in ms, where a clock was handed in. Batches on several threads run at once. */
  readonly milliseconds?: number
}

/** The result of one attack on one set of images. */
export interface AttackOutcome {
  readonly attack: string
  /** Every parameter, defaults filled in. */
  readonly params: ParamValues
  readonly seed: string
  /** The adversarial images, 8 bits a channel, in the order of the clean ones. */
  readonly images: ByteImages
  readonly results: readonly ImageOutcome[]
}

/** Counts over an outcome; images that were wrong from the start stand apart. */
export interface OutcomeSummary {
  readonly images: number
  readonly wrongFromStart: number
  readonly fooled: number
  readonly held: number
  /** fooled / (fooled + held); null when no image was right to begin with. */
  readonly successRate: number | null
  readonly cleanTop1: number
  readonly cleanTop5: number
  readonly adversarialTop1: number
  readonly adversarialTop5: number
  /** Mean confidence in the wrong answers of those that were fooled; null where there are none. */
  readonly confidence: number | null
  /** Of those that held: how many the attack left as they were, having found nothing. */
  readonly unchanged: number
  /** Of those that held: how many were adversarial before they were rounded to 8 bits. */
  readonly lostInRounding: number
}

export function summarize(results: readonly ImageOutcome[]): OutcomeSummary {
  const count = (test: (result: ImageOutcome) => boolean): number => results.filter(test).length
  const fooled = count((result) => result.verdict === 'fooled')
  const held = count((result) => result.verdict === 'held')
  return {
    images: results.length,
    wrongFromStart: count((result) => result.verdict === 'wrong-from-start'),
    fooled,
    held,
    successRate: fooled + held > 0 ? fooled / (fooled + held) : null,
    cleanTop1: count((result) => result.clean.top1),
    cleanTop5: count((result) => result.clean.top5),
    adversarialTop1: count((result) => result.adversarial.top1),
    adversarialTop5: count((result) => result.adversarial.top5),
    confidence: meanConfidence(results.filter(({ verdict }) => verdict === 'fooled')),
    unchanged: count((result) => result.verdict === 'held' && result.distances.l0 === 0),
    lostInRounding: count((result) => result.lostInRounding),
  }
}

/** Mean confidence in the answers that the attack brought about; null for none. */
export function meanConfidence(fooled: readonly ImageOutcome[]): number | null {
  if (fooled.length === 0) return null
  return fooled.reduce((sum, { adversarial }) => sum + adversarial.top[0]!.confidence, 0) / fooled.length
}
