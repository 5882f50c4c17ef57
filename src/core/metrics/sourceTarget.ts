import type { ImageOutcome } from '#core/attacks/outcome'
import { hardness, hardnessPoints, type Crafted, type Steps } from './hardness'
import { share, type Share } from './share'

/** What came of the images of one class on their way to another. */
export interface SourceTarget {
  readonly source: number
  readonly target: number
  /** Of the images that were right when clean, those that reached the target. */
  readonly success: Share
  /** Mean share of the features changed, of all the images and of those that reached the target; null for none. */
  readonly distortion: number | null
  readonly successfulDistortion: number | null
  /** H(s, t); null for fewer than two maxima. */
  readonly hardness: number | null
}

/**
 * Outcomes with targets by pairs of classes, source by source; pairs without an image that was right when clean are left out.
 * @param limits the maximum distortions that hardness is integrated over, rising, shares of the features
 */
export function sourceTargets(
  results: readonly ImageOutcome[],
  steps: Steps,
  limits: readonly number[],
): SourceTarget[] {
  const pairs = new Map<string, ImageOutcome[]>()
  for (const result of results) {
    if (result.target === undefined || result.verdict === 'wrong-from-start') continue
    const key = `${result.label} ${result.target}`
    pairs.set(key, [...(pairs.get(key) ?? []), result])
  }
  return [...pairs.values()]
    .map((images): SourceTarget => {
      const crafted = images.map(({ verdict, distances }) => ({
        reached: verdict === 'fooled',
        changed: distances.l0,
      }))
      const shareOf = ({ changed }: Crafted): number => changed / steps.features
      const reached = crafted.filter((image) => image.reached)
      return {
        source: images[0]!.label,
        target: images[0]!.target!,
        success: share(reached.length, crafted.length),
        distortion: mean(crafted.map(shareOf)),
        successfulDistortion: mean(reached.map(shareOf)),
        hardness: hardness(hardnessPoints(crafted, limits, steps)),
      }
    })
    .sort((a, b) => a.source - b.source || a.target - b.target)
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
