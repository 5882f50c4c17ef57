import type { Case } from '#contract/experiment'
import type { Destruction, Score } from '#contract/results'
import type { CropKind } from '#contract/steps'
import { formatInterval, formatRate } from '#core/metrics/formatShare'
import { settingTitle } from '#lab/settings'
import { table } from './table'

const cropTitles: Readonly<Record<CropKind, string>> = {
  paper: "the paper's crop (four code centres, one homography), colours as photographed",
  'paper-corrected': "the paper's crop, colours corrected by the patches",
  refined: 'the refined crop, colours as photographed',
  'refined-corrected': 'the refined crop, colours corrected by the patches',
}

/** Destruction tables for the crops that matter most, each beside the paper's own rates. */
export function scoresText(
  scores: readonly Score[],
  kinds: readonly CropKind[] = ['paper', 'refined', 'refined-corrected'],
): string {
  return kinds
    .filter((kind) => scores.some(({ crop }) => crop === kind))
    .map((kind) => `${title(kind)}\n\n${destructionTable(scores.filter(({ crop }) => crop === kind))}`)
    .join('\n\n')
}

function title(kind: CropKind): string {
  return `Destruction rate: of the images that the attack fooled, the share that the photo put right again.\nSeen through ${cropTitles[kind]}.`
}

/** One line a setting: for each case top-1 and top-5 with counts and 95 % interval, and the paper's rate. */
function destructionTable(scores: readonly Score[]): string {
  const cases: Case[] = (['average', 'prefiltered'] as const).filter((name) =>
    scores.some((score) => score.case === name),
  )
  const settings = [...new Set(scores.map(({ setting }) => setting))]
  const head = cases.flatMap((name) => [`${name} top-1`, '95%', 'paper', 'top-5', '95%', 'paper'])
  const rows = settings.map((setting) => {
    const rowScores = cases.map((name) =>
      scores.find((score) => score.setting === setting && score.case === name),
    )
    return [
      settingTitle(rowScores.find((score) => score !== undefined)!),
      ...rowScores.flatMap((score) =>
        score
          ? (['top1', 'top5'] as const).flatMap((top) => [
              rateText(score.destruction[top]),
              formatInterval(score.destruction[top]),
              score.paper ? `${(score.paper[top] * 100).toFixed(1)}%` : '',
            ])
          : ['', '', '', '', '', ''],
      ),
    ]
  })
  return table(['', ...head], rows)
}

/** "40.0% 4/10", or "none of 24" where the attack fooled none. */
function rateText(rate: Destruction): string {
  return rate.rate === null ? formatRate(rate) : `${formatRate(rate)} ${rate.count}/${rate.of}`
}
