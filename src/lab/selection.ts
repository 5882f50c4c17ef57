import type { Case, Experiment } from '#contract/experiment'
import type { Selection } from '#contract/steps'
import type { StoredPrediction } from './predictions'

/** Kurakin 2016, section 3.2: the clean image is right and the adversarial one wrong, each with more than this confidence. */
export function isConfident(
  clean: StoredPrediction,
  adversarial: StoredPrediction,
  confidence: number,
): boolean {
  return (
    surelyRight(clean, confidence) && !adversarial.top1 && (adversarial.top[0]?.confidence ?? 0) > confidence
  )
}

/** The first half of {@link isConfident}, which needs no attack. */
export function surelyRight(clean: StoredPrediction, confidence: number): boolean {
  return clean.top1 && clean.trueConfidence > confidence
}

/** Images in no one's way twice, smallest number first. */
export function unionOf(selections: Partial<Record<Case, Selection | undefined>>): number[] {
  const all = Object.values(selections).flatMap((selection) => selection?.images ?? [])
  return [...new Set(all)].sort((a, b) => a - b)
}

/** How many images of the source a setting may look at. */
export function searchLimit({ cases, count, prefilter }: Experiment): number {
  return cases.includes('prefiltered') ? Math.max(count, prefilter.searchLimit) : count
}
