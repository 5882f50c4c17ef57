import { nextTrial, type End } from './nextTrial'

/** Value and slope along the line, at one step length. */
export interface LineValue {
  readonly value: number
  readonly slope: number
}

/** How much the value must fall and the slope flatten (L-BFGS-B's own: Zhu, Byrd, Lu, Nocedal 1997). */
const [sufficient, flat, resolution] = [1e-3, 0.9, 0.1]
/** How much an interval may keep of its length over two trials, and how far a trial may go beyond the last. */
const [shrinkage, least, furthest] = [0.66, 1.1, 4]

export interface LineSettings {
  /** The first step length to try. */
  readonly first: number
  /** The greatest step length, at least the first; asked for when the first will not do. */
  readonly greatest: () => number
  /** Trials before the search gives up. */
  readonly trials: number
}

/**
 * A step length that lowers the value enough and flattens the slope (strong Wolfe conditions): More, Thuente 1994, Line
 * search algorithms with guaranteed sufficient decrease. Yields the lengths to try, and is sent value and slope there.
 * @param start value and slope (below zero) at length 0
 * @returns whether the last length yielded will do: it satisfies both conditions, or it is the best that can be told apart
 * and lower than the start
 */
export function* lineSearch(start: LineValue, settings: LineSettings): Generator<number, boolean, LineValue> {
  const wanted = sufficient * start.slope
  let low: End = { at: 0, ...start }
  let high: End = low
  let bracketed = false
  let auxiliary = true
  let [greatest, width, before] = [Infinity, Infinity, Infinity]
  let step = settings.first
  let [from, to] = [0, step + furthest * step]
  for (let trial = 0; trial < settings.trials; trial++) {
    const { value, slope } = yield step
    if (!Number.isFinite(value) || !Number.isFinite(slope)) return false
    const allowed = start.value + step * wanted
    if (value <= allowed && Math.abs(slope) <= -flat * start.slope) return true
    if (trial === 0) {
      greatest = settings.greatest()
      ;[width, before] = [greatest, 2 * greatest]
    }
    const used = bracketed && (step <= from || step >= to || to - from <= resolution * to)
    if (used || (step === greatest && value <= allowed && slope <= wanted)) return value < start.value
    if (value <= allowed && slope >= 0) auxiliary = false
    // Until a point is low enough, the search is for a minimum of the value above the line that it must come below.
    const tilt = auxiliary && value <= low.value && value > allowed ? wanted : 0
    const tilted = (end: End): End => ({
      at: end.at,
      value: end.value - end.at * tilt,
      slope: end.slope - tilt,
    })
    const next = nextTrial(tilted(low), tilted(high), tilted({ at: step, value, slope }), {
      bracketed,
      from,
      to,
    })
    const plain = (end: End): End => ({
      at: end.at,
      value: end.value + end.at * tilt,
      slope: end.slope + tilt,
    })
    ;({ bracketed, at: step } = next)
    low = plain(next.low)
    high = plain(next.high)
    if (bracketed) {
      if (Math.abs(high.at - low.at) >= shrinkage * before) step = low.at + 0.5 * (high.at - low.at)
      before = width
      width = Math.abs(high.at - low.at)
      from = Math.min(low.at, high.at)
      to = Math.max(low.at, high.at)
    } else {
      from = step + least * (step - low.at)
      to = step + furthest * (step - low.at)
    }
    step = Math.min(Math.max(step, 0), greatest)
    if (bracketed && (step <= from || step >= to || to - from <= resolution * to)) step = low.at
  }
  return false
}
