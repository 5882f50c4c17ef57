/** Scores of a back end that rounds more coarsely than this are not the model's. */
const scoresLimit = 1e-2

/**
 * How far two tensors lie apart: the L2 norm of their difference in that of the first. Infinite where they differ in size or
 * something in them is not finite.
 */
export function apart(expected: ArrayLike<number>, found: ArrayLike<number>): number {
  if (expected.length !== found.length) return Infinity
  let [difference, norm] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    difference += (expected[i]! - found[i]!) ** 2
    norm += expected[i]! ** 2
  }
  if (difference === 0) return 0
  const relative = Math.sqrt(difference / norm)
  return Number.isNaN(relative) ? Infinity : relative
}

/**
 * How far a gradient may lie from the CPU's where the scores lie `scores` apart. Rounding moves some units of every rectifier
 * and maximum over their kink, a share in proportion to its size, and each changes the gradient by its whole part: with a
 * share s in each of up to a hundred layers by about sqrt(100 s) in L2. Faulty operators give 0.5 and more.
 */
export function gradientLimit(scores: number): number {
  return Math.min(Math.max(10 * Math.sqrt(scores), 2e-2), 0.5)
}

/** A back end's results for one image. */
export interface TrialResult {
  readonly scores: ArrayLike<number>
  /** Absent where the model has none. */
  readonly gradient?: ArrayLike<number>
}

/** What is wrong with a back end's results beside the CPU's, in words; null where they agree. */
export function disagreement(cpu: TrialResult, found: TrialResult): string | null {
  const scores = apart(cpu.scores, found.scores)
  if (scores > scoresLimit) return `computes wrong scores, ${inPercent(scores)}`
  if (!cpu.gradient || !found.gradient) return null
  const gradient = apart(cpu.gradient, found.gradient)
  return gradient > gradientLimit(scores) ? `computes a wrong gradient, ${inPercent(gradient)}` : null
}

function inPercent(relative: number): string {
  if (!Number.isFinite(relative)) return 'with values that are not finite'
  return `${(100 * relative).toFixed(relative < 0.1 ? 1 : 0)} % off the CPU's`
}
