import { table } from './table'
import type { HardnessPair, HardnessResult } from './measureHardness'

/** A matrix is printed up to this many classes; above, the pairs that are easiest and hardest to turn. */
const mostColumns = 12
const listed = 8

const percent = (value: number | null): string => (value === null ? '' : (100 * value).toFixed(0))

/** What `halftone hardness` says. */
export function hardnessText(result: HardnessResult): string {
  const { attacked, classes, params, pairs } = result
  const reached = pairs.reduce((sum, { success }) => sum + success.count, 0)
  const tried = pairs.reduce((sum, { success }) => sum + success.of, 0)
  return [
    `${attacked} images towards ${classes.length - 1} classes each, at most ${String(params['distortion'])} % of the values changed`,
    `Success ${((100 * reached) / Math.max(tried, 1)).toFixed(1)} % (${reached}/${tried}), robustness R(F) = ${result.robustness.toFixed(3)}`,
    '',
    ...(classes.length <= mostColumns
      ? [
          'Success in %, source by target',
          matrix(result, ({ success }) => percent(success.rate)),
          '',
          'Hardness H(s, t) in thousandths, source by target',
          matrix(result, ({ hardness }) => (hardness === null ? '' : (1000 * hardness).toFixed(0))),
          '',
          'Adversarial distance A(s, t) in %, source by target',
          matrix(result, ({ distance }) => percent(distance)),
        ]
      : [`The ${listed} pairs that give way most often`, list(result.pairs)]),
  ].join('\n')
}

function matrix({ classes, pairs }: HardnessResult, cell: (pair: HardnessPair) => string): string {
  return table(
    ['', ...classes],
    classes.map((source) => [
      source,
      ...classes.map((target) => {
        const pair = pairs.find((one) => one.source === source && one.target === target)
        return pair ? cell(pair) : '-'
      }),
    ]),
  )
}

function list(pairs: readonly HardnessPair[]): string {
  const sorted = pairs.toSorted(
    (a, b) =>
      (b.success.rate ?? 0) - (a.success.rate ?? 0) ||
      (a.distortion ?? Infinity) - (b.distortion ?? Infinity),
  )
  return table(
    ['source', 'target', 'success', 'changed', 'distance'],
    sorted
      .slice(0, listed)
      .map(({ source, target, success, distortion, distance }) => [
        source,
        target,
        `${success.count}/${success.of}`,
        distortion === null ? '' : `${(100 * distortion).toFixed(1)} %`,
        distance.toFixed(3),
      ]),
  )
}
