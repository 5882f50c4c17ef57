/** Golden sections: these bring the sharpness to within one part in a thousand. */
const sections = 30
const golden = (Math.sqrt(5) - 1) / 2

/** The loss of an image whose scores are no numbers: what a softmax that has run to zero in float32 costs. */
const worst = -Math.log(1e-12)

/**
 * -log p(label) of each row of scores, after all of them were multiplied by the one factor that makes these losses least
 * (temperature scaling; Guo et al. 2017, §4.2). A net that is given numbers a hundred times too large answers with scores a
 * hundred times too large, which looks like certainty and is none; after this only the shape of the scores counts.
 *
 * The factor is fitted to labels that are right with odds of n + 1 to 1 only (Platt 1999, §2.2): rows that are all right would
 * else ask for an endless factor, and every net that makes no mistake would look alike.
 * @param rows one row of scores for each image, all of one length; rows with a value that is not finite cost the most
 */
export function calibratedLosses(rows: readonly Float32Array[], labels: readonly number[]): number[] {
  const finite = rows.map((row) => row.every(Number.isFinite))
  const fitted = rows.flatMap((row, i) => (finite[i] ? [shapeOf(row, labels[i]!)] : []))
  const factor = fitted.length > 0 ? bestFactor(fitted) : 1
  return rows.map((row, i) => {
    if (!finite[i]) return worst
    const { gaps } = shapeOf(row, labels[i]!)
    return Math.min(worst, logSum(gaps, factor))
  })
}

/** Scores less the label's own, and their mean over the other classes. */
interface Shape {
  readonly gaps: Float64Array
  readonly mean: number
}

function shapeOf(row: Float32Array, label: number): Shape {
  const gaps = Float64Array.from(row, (score) => score - row[label]!)
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / Math.max(1, gaps.length - 1)
  return { gaps, mean }
}

/** log of the sum of exp(factor * gap), with the greatest taken out. */
function logSum(gaps: Float64Array, factor: number): number {
  let greatest = -Infinity
  for (const gap of gaps) greatest = Math.max(greatest, gap)
  let sum = 0
  for (const gap of gaps) sum += Math.exp(factor * (gap - greatest))
  return factor * greatest + Math.log(sum)
}

/** The cross-entropy is convex in the factor, so one valley is searched, on a scale of logarithms. */
function bestFactor(shapes: readonly Shape[]): number {
  const doubt = 1 / (shapes.length + 2)
  const loss = (logFactor: number): number => {
    const factor = Math.exp(logFactor)
    return shapes.reduce((sum, { gaps, mean }) => sum + logSum(gaps, factor) - doubt * factor * mean, 0)
  }
  const spread = Math.max(
    ...shapes.map(({ gaps }) => gaps.reduce((most, gap) => Math.max(most, Math.abs(gap)), 0)),
  )
  if (spread === 0) return 1
  // From scores that all but agree to scores of which the greatest alone counts.
  let low = Math.log(1e-3 / spread)
  let high = Math.log(1e4 / spread)
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)]
  let [atLeft, atRight] = [loss(left), loss(right)]
  for (let i = 0; i < sections; i++) {
    if (atLeft < atRight) {
      ;[high, right, atRight] = [right, left, atLeft]
      left = high - golden * (high - low)
      atLeft = loss(left)
    } else {
      ;[low, left, atLeft] = [left, right, atRight]
      right = low + golden * (high - low)
      atRight = loss(right)
    }
  }
  return Math.exp((low + high) / 2)
}
