import type { ImageResult, Score, StudyPoint } from '#contract/results'
import { cropKinds } from '#contract/steps'
import type { Share } from '#core/metrics/share'
import { csv, type CsvValue } from './csv'
import type { StoredPrediction } from './predictions'
import { epsilonOf } from './settings'

const shareColumns = (name: string): string[] => [
  `${name}_count`,
  `${name}_of`,
  name,
  `${name}_low95`,
  `${name}_high95`,
]

function shareFields({ count, of, rate, low, high }: Share): CsvValue[] {
  return [count, of, rate, low, high].map((value) => (value === null ? null : Math.round(value * 1e6) / 1e6))
}

/** results/destruction.csv: one line for each setting, case and kind of crop, the paper's rates at the end. */
export function destructionCsv(scores: readonly Score[]): string {
  const columns = ['case', 'crop', 'setting', 'attack', 'epsilon', 'images', 'photographed']
  return csv(
    [
      ...columns,
      ...shareColumns('destruction_top1'),
      ...shareColumns('destruction_top5'),
      'paper_top1',
      'paper_top5',
    ],
    scores.map((score) => [
      ...keys(score),
      ...shareFields(score.destruction.top1),
      ...shareFields(score.destruction.top5),
      score.paper?.top1 ?? null,
      score.paper?.top5 ?? null,
    ]),
  )
}

/** results/accuracy.csv: top-1 and top-5 of clean and adversarial images, before the print and from the crops. */
export function accuracyCsv(scores: readonly Score[]): string {
  const columns = [
    'case',
    'crop',
    'setting',
    'attack',
    'epsilon',
    'images',
    'photographed',
    'role',
    'stage',
    'top',
  ]
  const rows = scores.flatMap((score) =>
    (['clean', 'adversarial'] as const).flatMap((role) =>
      (['source', 'photo'] as const).flatMap((stage) =>
        (['top1', 'top5'] as const).map((top) => [
          ...keys(score),
          role,
          stage,
          top,
          ...shareFields(score.accuracy[role][stage][top]),
        ]),
      ),
    ),
  )
  return csv([...columns, 'right', 'of', 'accuracy', 'accuracy_low95', 'accuracy_high95'], rows)
}

/** results/images.csv: one line for each image and setting; a class with its confidence for each version of it. */
export function imagesCsv(results: readonly ImageResult[], classes: readonly string[]): string {
  const views: [name: string, of: (result: ImageResult) => StoredPrediction | null][] = [
    ['clean', ({ source }) => source.clean],
    ['adversarial', ({ source }) => source.adversarial],
    ...cropKinds.flatMap((kind): typeof views => [
      [`clean_${kind}`, ({ photo }) => photo[kind]?.clean ?? null],
      [`adversarial_${kind}`, ({ photo }) => photo[kind]?.adversarial ?? null],
    ]),
  ]
  const columns = views.flatMap(([name]) => [name, `${name}_confidence`, `${name}_top1`, `${name}_top5`])
  return csv(
    ['setting', 'image', 'true_class', 'average', 'prefiltered', ...columns],
    results.map((result) => [
      result.setting,
      result.image,
      classes[result.label] ?? String(result.label),
      result.cases.includes('average'),
      result.cases.includes('prefiltered'),
      ...views.flatMap(([, of]) => predictionFields(of(result), classes)),
    ]),
  )
}

/** results/study.csv: one line for each point of the curves. */
export function studyCsv(points: readonly StudyPoint[]): string {
  return csv(
    [
      'transform',
      'strength',
      'setting',
      ...shareColumns('destruction_top1'),
      ...shareColumns('destruction_top5'),
      ...shareColumns('clean_top1'),
      ...shareColumns('clean_top5'),
    ],
    points.map(({ transform, strength, setting, destruction, clean }) => [
      transform,
      strength,
      setting,
      ...shareFields(destruction.top1),
      ...shareFields(destruction.top5),
      ...shareFields(clean.top1),
      ...shareFields(clean.top5),
    ]),
  )
}

function keys(score: Score): CsvValue[] {
  return [
    score.case,
    score.crop,
    score.setting,
    score.attack,
    epsilonOf(score),
    score.images,
    score.photographed,
  ]
}

function predictionFields(prediction: StoredPrediction | null, classes: readonly string[]): CsvValue[] {
  const best = prediction?.top[0]
  if (!prediction || !best) return [null, null, null, null]
  return [classes[best.label] ?? String(best.label), best.confidence, prediction.top1, prediction.top5]
}
