import type { Study } from '#contract/results'
import { formatRate } from '#core/metrics/formatShare'
import { table } from './table'

/** For each transformation a table: one line a setting, one column a strength, top-1 destruction rates. */
export function studyText({ images, transforms, points }: Study): string {
  const settings = [...new Set(points.map(({ setting }) => setting))]
  const parts = transforms.map(({ id, title, axis, strengths }) => {
    const rows = settings.map((setting) => [
      setting,
      ...strengths.map((strength) => {
        const point = points.find(
          (one) => one.transform === id && one.strength === strength && one.setting === setting,
        )
        return point ? formatRate(point.destruction.top1) : ''
      }),
    ])
    return `${title}\n${table([axis, ...strengths.map(String)], rows)}`
  })
  return [`Top-1 destruction rate on ${images} images, by transformation and strength`, ...parts].join('\n\n')
}
