import { share, type Share } from '#core/metrics/share'
import { meanConfidence, type ImageOutcome } from './outcome'

/** How often images of one class were turned into another. */
export interface PairRate {
  readonly source: number
  readonly target: number
  /** Of the images of the source that were right when clean and that were to become the target, or anything else. */
  readonly success: Share
  /** Mean confidence in the target where it succeeded; null where it never did. */
  readonly confidence: number | null
}

/**
 * Of the images that were right when clean, how many reached any of the targets that they were led to: the targeted rows of
 * Su 2019, table II, as one success for each image.
 * @param images which image each result is of
 */
export function anyTargetRate(results: readonly ImageOutcome[], images: readonly number[]): Share {
  const tried = new Map<number, boolean>()
  results.forEach(({ verdict }, i) => {
    if (verdict === 'wrong-from-start') return
    tried.set(images[i]!, verdict === 'fooled' || (tried.get(images[i]!) ?? false))
  })
  return share([...tried.values()].filter(Boolean).length, tried.size)
}

/**
 * The source by target table of Su 2019 (figures 5 and 6) and Papernot 2016: with targets, the share of the attempts that
 * reached each; without, the share of each class's images that ended in each other one. Pairs in which nothing was tried
 * are left out, images that were wrong from the start too.
 */
export function pairRates(results: readonly ImageOutcome[], targeted: boolean): PairRate[] {
  const rates: PairRate[] = []
  const right = results.filter(({ verdict }) => verdict !== 'wrong-from-start')
  for (const source of new Set(right.map(({ label }) => label))) {
    const ofSource = right.filter(({ label }) => label === source)
    const ends = (result: ImageOutcome): number => result.adversarial.top[0]!.label
    const targets = targeted
      ? ofSource.flatMap(({ target }) => target ?? [])
      : ofSource.filter(({ verdict }) => verdict === 'fooled').map(ends)
    for (const target of new Set(targets)) {
      const tried = targeted ? ofSource.filter((result) => result.target === target) : ofSource
      const reached = tried.filter((result) => result.verdict === 'fooled' && ends(result) === target)
      rates.push({
        source,
        target,
        success: share(reached.length, tried.length),
        confidence: meanConfidence(reached),
      })
    }
  }
  return rates.sort((a, b) => a.source - b.source || a.target - b.target)
}
