import type { ParamSpec } from '#core/params'
import type { Attack } from './Attack'
import { paper, shrinkingParams } from './carliniWagner'
import { pixelScratch } from './pixelImportance'
import { PixelSet } from './PixelSet'
import { ShrinkingSearch } from './ShrinkingSearch'

const params = {
  ...shrinkingParams,
  // Few pixels must go all the way to black or white.
  learningRate: { ...shrinkingParams.learningRate, default: 0.05 },
  channels: {
    kind: 'choice',
    title: 'Channels',
    help: 'What is counted: whole pixels, whose channels change together, or the values of each channel.',
    default: 'together',
    choices: ['together', 'apart'],
  },
} as const satisfies Record<string, ParamSpec>

/**
 * The L2 attack on a shrinking set of pixels: after each solution those that matter least, by |slope of f x change|, are
 * fixed at their clean values, until what is left has no solution: Carlini and Wagner 2017, section VI-B. See
 * {@link PixelSet} for how many go at a time.
 */
export const carliniWagnerL0: Attack<typeof params> = {
  id: 'carliniWagnerL0',
  title: 'Carlini-Wagner, L0',
  paper,
  norm: 'l0',
  access: 'gradient',
  targets: 'optional',
  params,
  async *run(task) {
    const { channels, height, width } = task.images
    const groups = task.params.channels === 'together' ? height * width : channels * height * width
    const scratch = pixelScratch(groups, task.workroom)
    const search = new ShrinkingSearch(task, (clean) => new PixelSet(clean, groups, scratch))
    while (search.goesOn) {
      await search.step()
      yield { step: search.progress, steps: 1 }
    }
    return search.best
  },
}
