import { estimate, plural, styleOf } from '../format'
import type { Block, Chart, LineSeries } from '../Report'
import type { ReportInput, ReportStudy } from '../ReportInput'

/** The curves of the transformation study: a figure for each epsilon, a panel for each transformation. */
export function studySection(input: ReportInput): Block[] {
  const { study } = input
  if (!study || study.points.length === 0) return []
  const settings = input.settings.filter(({ id }) => study.points.some((point) => point.setting === id))
  const strengths = [...new Set(settings.map(({ epsilon }) => epsilon))]
  return [
    { kind: 'heading', text: 'Transformation study' },
    {
      kind: 'paragraph',
      text:
        `Print and photo replaced by one effect at a time, at rising strength, on ${plural(study.images, 'image')}: top-1 ` +
        'destruction rate against strength for each method. The grey dotted line is the accuracy on clean images under the ' +
        'same effect, which is what the effect costs by itself.',
    },
    ...strengths.map((epsilon): Block => {
      const shown = settings.filter((setting) => setting.epsilon === epsilon)
      return {
        kind: 'figure',
        title: `Destruction rate in % by transformation${epsilon === null ? '' : `, ε = ${epsilon}`}`,
        charts: study.transforms.map((transform): Chart => ({
          kind: 'lines',
          title: transform.title,
          xTitle: transform.axis,
          xs: [...transform.strengths].sort((a, b) => a - b),
          series: [
            ...shown.map(({ id, title, attack }): LineSeries => ({
              label: title,
              style: styleOf(input, attack),
              points: pointsOf(study, transform.id, id, ({ destruction }) => estimate(destruction.top1)),
            })),
            ...shown.slice(0, 1).map(({ id }): LineSeries => ({
              label: 'clean accuracy',
              style: CLEAN_STYLE,
              points: pointsOf(study, transform.id, id, ({ clean }) => estimate(clean.top1)),
            })),
          ],
        })),
        columns: 2,
        key: 'Bars: 95 % intervals. Where no image was fooled there is no point.',
      }
    }),
  ]
}

/** The style that no attack has: see `SeriesStyle`. */
export const CLEAN_STYLE = 5

function pointsOf(
  study: ReportStudy,
  transform: string,
  setting: string,
  value: (point: ReportStudy['points'][number]) => ReturnType<typeof estimate>,
): LineSeries['points'] {
  return study.points
    .filter((point) => point.transform === transform && point.setting === setting)
    .sort((a, b) => a.strength - b.strength)
    .map((point) => ({ x: point.strength, y: value(point) }))
}
