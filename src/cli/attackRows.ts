import type { ImageOutcome } from '#core/attacks/outcome'
import type { Prediction } from '#core/metrics/classification'
import type { CsvValue } from '#lab/csv'
import { sixDigits } from '#lab/predictions'

export const resultColumns = [
  'image',
  'origin',
  'verdict',
  'note',
  'label',
  'target',
  'clean',
  'cleanConfidence',
  'adversarial',
  'adversarialConfidence',
  'labelConfidence',
  'plain',
  'plainConfidence',
  'l0',
  'pixels',
  'l1',
  'l2',
  'linf',
  'gradients',
  'queries',
  'milliseconds',
  'cleanFile',
  'adversarialFile',
] as const

/** One row of results.csv; distances in 8-bit units, all of the saved picture. */
export type AttackedImage = Readonly<Record<(typeof resultColumns)[number], CsvValue>>

/**
 * @param plain what the model by itself says of the saved picture, where the judge was another
 */
export function resultRow(result: ImageOutcome, plain: Prediction | undefined, classes: readonly string[]) {
  const { label, target, clean, adversarial, verdict, distances, pixels, gradients, queries, milliseconds } =
    result
  const [before, after, alone] = [clean.top[0]!, adversarial.top[0]!, plain?.top[0]]
  return {
    verdict,
    note: noteOf(result),
    label: classes[label]!,
    target: target === undefined ? null : classes[target]!,
    clean: classes[before.label]!,
    cleanConfidence: sixDigits(before.confidence),
    adversarial: classes[after.label]!,
    adversarialConfidence: sixDigits(after.confidence),
    labelConfidence: sixDigits(adversarial.trueConfidence),
    plain: alone ? classes[alone.label]! : null,
    plainConfidence: alone ? sixDigits(alone.confidence) : null,
    ...distances,
    l2: sixDigits(distances.l2),
    pixels,
    gradients,
    queries,
    milliseconds: milliseconds === undefined ? null : Math.round(milliseconds * 10) / 10,
  }
}

/** What a reader would ask about an image that was not fooled. */
function noteOf({ verdict, distances, lostInRounding }: ImageOutcome): string | null {
  if (verdict === 'fooled') return null
  if (verdict === 'wrong-from-start') return 'wrong from the start'
  if (lostInRounding) return 'adversarial before rounding to 8 bits'
  return distances.l0 === 0 ? 'nothing found, the clean image is returned' : 'goal not reached'
}
