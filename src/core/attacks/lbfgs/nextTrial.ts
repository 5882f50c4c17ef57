/** A step length with its value and slope. */
export interface End {
  readonly at: number
  readonly value: number
  readonly slope: number
}

/** The interval that the next length must lie in, and whether it is known to hold a minimum. */
export interface Interval {
  readonly bracketed: boolean
  readonly from: number
  readonly to: number
}

/**
 * A safeguarded length between or beyond the ends of an interval by cubic and quadratic interpolation, and the interval's new
 * ends: More, Thuente 1994, section 4, its four cases in order.
 * @param low the end with the least value so far, its slope towards the trial below zero
 */
export function nextTrial(
  low: End,
  high: End,
  trial: End,
  { bracketed, from, to }: Interval,
): { readonly low: End; readonly high: End; readonly at: number; readonly bracketed: boolean } {
  const turned = Math.sign(trial.slope) * Math.sign(low.slope) < 0
  let at: number
  let found = bracketed
  if (trial.value > low.value) {
    // Higher: a minimum lies between. The cubic's, if it is nearer to the low end than the quadratic's, else half way.
    const cubic = cubicMinimum(low, trial)
    const quadratic =
      low.at +
      (low.slope / ((low.value - trial.value) / (trial.at - low.at) + low.slope) / 2) * (trial.at - low.at)
    at = Math.abs(cubic - low.at) < Math.abs(quadratic - low.at) ? cubic : cubic + (quadratic - cubic) / 2
    found = true
  } else if (turned) {
    // Lower, and the slope has changed sign: a minimum lies between. The further of cubic and secant.
    const cubic = cubicMinimum(trial, low)
    const secant = secantMinimum(trial, low)
    at = Math.abs(cubic - trial.at) > Math.abs(secant - trial.at) ? cubic : secant
    found = true
  } else if (Math.abs(trial.slope) < Math.abs(low.slope)) {
    // Lower and flatter, same sign: the cubic may have no minimum this way, or one behind the trial.
    const secant = secantMinimum(trial, low)
    const cubic = cubicBeyond(low, trial, from, to)
    if (bracketed) {
      at = Math.abs(cubic - trial.at) < Math.abs(secant - trial.at) ? cubic : secant
      const limit = trial.at + 0.66 * (high.at - trial.at)
      at = trial.at > low.at ? Math.min(limit, at) : Math.max(limit, at)
    } else {
      at = Math.abs(cubic - trial.at) > Math.abs(secant - trial.at) ? cubic : secant
      at = Math.max(from, Math.min(to, at))
    }
  } else if (bracketed) {
    at = cubicMinimum(trial, high)
  } else {
    at = trial.at > low.at ? to : from
  }
  if (trial.value > low.value) return { low, high: trial, at, bracketed: found }
  return { low: trial, high: turned ? low : high, at, bracketed: found }
}

/** The minimum of the cubic through both ends, between them. */
function cubicMinimum(a: End, b: End): number {
  const { theta, gamma } = cubicTerms(a, b)
  const root = (b.at > a.at ? 1 : -1) * gamma
  const p = root - a.slope + theta
  const q = root - a.slope + root + b.slope
  return a.at + (p / q) * (b.at - a.at)
}

/** The minimum of the cubic beyond the trial; where it has none there, the end of the interval on that side. */
function cubicBeyond(low: End, trial: End, from: number, to: number): number {
  const { theta, gamma } = cubicTerms(low, trial)
  const root = (trial.at > low.at ? -1 : 1) * gamma
  const p = root - trial.slope + theta
  const q = root + (low.slope - trial.slope) + root
  const r = p / q
  if (r < 0 && root !== 0) return trial.at + r * (low.at - trial.at)
  return trial.at > low.at ? to : from
}

const secantMinimum = (a: End, b: End): number => a.at + (a.slope / (a.slope - b.slope)) * (b.at - a.at)

function cubicTerms(a: End, b: End): { theta: number; gamma: number } {
  const theta = (3 * (a.value - b.value)) / (b.at - a.at) + a.slope + b.slope
  const scale = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope))
  // Scaled, so that the squares neither overflow nor vanish; below zero the cubic has no minimum (rounding, or case three).
  const square = (theta / scale) ** 2 - (a.slope / scale) * (b.slope / scale)
  return { theta, gamma: scale * Math.sqrt(Math.max(square, 0)) }
}
