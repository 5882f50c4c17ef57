import type { NewExperiment } from '#contract/commands'
import type { ModelRef, SheetOptions } from '#contract/experiment'
import type { Speed } from '#contract/models'
import { stepsFor } from '#core/attacks/kurakin'
import { HalftoneError } from '#core/errors'
import { layoutOptions } from '#core/sheet/experimentLayout'
import { layoutSheet } from '#core/sheet/layoutSheet'

/** From the least that is sure to the most that can be. */
export interface Span {
  readonly least: number
  readonly most: number
}

/** What an experiment will come to. */
export interface Plan {
  readonly settings: number
  readonly pairs: Span
  /** Null where the images do not fit on the page, or the model's size is not known. */
  readonly pages: Span | null
  /** Why the images do not fit. */
  readonly misfit: string | null
}

type Wanted = Pick<NewExperiment, 'count' | 'cases' | 'settings' | 'capture' | 'prefilter'> & {
  readonly sheets: Required<SheetOptions>
}

/** Pairs and pages. An image that stands for both cases is printed once: how many do is known only after the attacks. */
export function planOf(wanted: Wanted, input: ModelRef['input'] | null): Plan {
  const settings = wanted.settings.length
  const average = wanted.cases.includes('average')
  const prefiltered = wanted.cases.includes('prefiltered')
  const pairs = {
    least: average ? settings * wanted.count : 0,
    most: settings * wanted.count * (Number(average) + Number(prefiltered)),
  }
  if (!input) return { settings, pairs, pages: null, misfit: null }
  try {
    const { pairsPerSheet } = layoutSheet(layoutOptions({ ...wanted, model: { input } }))
    const pages = (count: number): number => Math.ceil(count / pairsPerSheet)
    return { settings, pairs, pages: { least: pages(pairs.least), most: pages(pairs.most) }, misfit: null }
  } catch (error) {
    if (!(error instanceof HalftoneError)) throw error
    return { settings, pairs, pages: null, misfit: error.message }
  }
}

/** Time of the attacks, and the methods whose cost cannot be told beforehand. */
export interface AttackTime {
  /** Milliseconds. */
  readonly time: Span
  readonly unknown: readonly string[]
}

/**
 * How long the attacks take at a measured speed: gradients and scores of all images, which is nearly all of it. Kurakin's
 * methods and noise have a cost that is known beforehand; others are named. The prefiltered case looks at as many images
 * as it must, from `count` up to its limit, of which only those can be attacked that are right when clean.
 */
export function attackTime(wanted: Wanted, speed: Speed): AttackTime | null {
  const run = speed.runs.at(-1)
  if (!run || run.gradient === null) return null
  const { gradient, forward } = run
  const { count, cases, prefilter } = wanted
  const most = cases.includes('prefiltered') ? Math.max(count, prefilter.searchLimit) : count
  const unknown: string[] = []
  let perImage = 0
  for (const { attack, params } of wanted.settings) {
    const gradients = gradientsOf(attack, params)
    if (gradients === null) unknown.push(attack)
    // Each adversarial image is judged once more after it is rounded.
    else perImage += gradients * gradient + forward
  }
  return {
    time: { least: perImage * count, most: perImage * most },
    unknown: [...new Set(unknown)],
  }
}

/** Gradients of one image; null where they depend on how it goes. */
function gradientsOf(attack: string, params: Readonly<Record<string, unknown>>): number | null {
  if (attack === 'fgsm') return 1
  if (attack === 'uniformNoise') return 0
  if (attack !== 'bim' && attack !== 'leastLikely') return null
  const { epsilon, steps } = params
  return stepsFor(typeof epsilon === 'number' ? epsilon : 8, typeof steps === 'number' ? steps : 0)
}
