/**
 * How many of how many, with Wilson's 95 % interval. Where nothing was counted there is no rate: `rate`, `low` and
 * `high` are null, which is neither 0 nor NaN.
 */
export interface Share {
  readonly count: number
  readonly of: number
  readonly rate: number | null
  /** Lower bound of the 95 % interval. */
  readonly low: number | null
  /** Upper bound of the 95 % interval. */
  readonly high: number | null
}

/** The 97.5 % quantile of the normal distribution. */
const z = 1.959963984540054

/**
 * Wilson's score interval without continuity correction (E. B. Wilson 1927): the proportions p for which the count
 * lies within z standard deviations of p. Unlike the Wald interval it stays inside [0, 1] and keeps a width at 0 and 1.
 */
export function wilson(count: number, of: number): { readonly low: number; readonly high: number } {
  const p = count / of
  const scale = 1 + (z * z) / of
  const center = (p + (z * z) / (2 * of)) / scale
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))
  // The bounds at none and at all are exactly 0 and 1; rounding would miss them by 1e-17.
  return { low: count === 0 ? 0 : center - half, high: count === of ? 1 : center + half }
}

export function share(count: number, of: number): Share {
  if (of === 0) return { count, of, rate: null, low: null, high: null }
  return { count, of, rate: count / of, ...wilson(count, of) }
}

/** The share of the items for which the test holds. */
export function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): Share {
  return share(items.filter(holds).length, items.length)
}
