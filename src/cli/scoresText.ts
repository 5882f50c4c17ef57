import type { Case } from '#contract/experiment'
import type { Destruction, Score } from '#contract/results'
import type { CropKind } from '#contract/steps'
import { attackOf } from '#core/attacks/index'
import { formatInterval, formatRate } from '#core/metrics/formatShare'
import { epsilonOf } from '#lab/settings'
import { table } from './table'

const cropTitles: Readonly<Record<CropKind, string>> = {
  paper: "the paper's crop (four code centres, one homography), colours as photographed",
  'paper-corrected': "the paper's crop, colours corrected by the patches",
  refined: 'the refined crop, colours as photographed',
  'refined-corrected': 'the refined crop, colours corrected by the patches',
}

/** The crops that are shown; all four are in the files. */
const shown: readonly CropKind[] = ['paper', 'refined']

/** A destruction table for each case and crop, beside the paper's own rates. */
export function scoresText(scores: readonly Score[]): string {
  const parts = shown.flatMap((crop) =>
    (['average', 'prefiltered'] as const).map((theCase) => {
      const ours = scores.filter((score) => score.crop === crop && score.case === theCase)
      return ours.length === 0 ? '' : `${titleOf(theCase, crop)}\n${destructionTable(ours)}`
    }),
  )
  return [
    'Destruction rate: of the images that were right clean and wrong adversarial, the share that the photo put right again.',
    ...parts.filter((part) => part !== ''),
  ].join('\n\n')
}

function titleOf(theCase: Case, crop: CropKind): string {
  const name = theCase === 'average' ? 'Average case' : 'Prefiltered case'
  return `${name}, seen through ${cropTitles[crop]}`
}

/** One line a setting: top-1 and top-5 with counts and 95 % interval, each with the paper's rate. */
function destructionTable(scores: readonly Score[]): string {
  return table(
    ['', 'ε', 'top-1', '95%', 'paper', 'top-5', '95%', 'paper'],
    scores.map((score) => [
      attackOf(score.attack).title,
      String(epsilonOf(score) ?? ''),
      ...(['top1', 'top5'] as const).flatMap((top) => [
        rateText(score.destruction[top]),
        formatInterval(score.destruction[top]),
        score.paper ? `${(score.paper[top] * 100).toFixed(1)}%` : '',
      ]),
    ]),
  )
}

/** "40.0% 4/10", or "none of 24" where the attack fooled none. */
function rateText(rate: Destruction): string {
  return rate.rate === null ? formatRate(rate) : `${formatRate(rate)} ${rate.count}/${rate.of}`
}
