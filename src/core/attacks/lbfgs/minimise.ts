import { HalftoneError } from '#core/errors'
import { cauchyPoint, pathFrom, type Box } from './cauchyPoint'
import { CompactHessian } from './CompactHessian'
import { lineSearch } from './lineSearch'
import { subspaceMinimum } from './subspaceMinimum'
import { workspaceOf } from './Workspace'

/** Asks for the value of the function at a point, which is to be read before the next question. */
export interface Asked {
  readonly point: Float64Array
  /** Where the function's gradient there is to be written. */
  readonly gradient: Float64Array
}

export interface MinimiseSettings {
  /** Pairs of steps and gradient changes that are remembered. */
  readonly memory: number
  readonly iterations: number
  /** The first trial step is no longer than this, in L2. */
  readonly firstStep: number
  /** Ends when no variable could move by more than this along the projected gradient. */
  readonly gradientTolerance: number
  /** Ends when a step lowers the value, or is about to, by no more than this share of it (of 1, for values below 1). */
  readonly valueTolerance: number
}

/** As SciPy has them, but for the first step, which it does not limit in a closed box. */
export const usualSettings: MinimiseSettings = {
  memory: 10,
  iterations: 15_000,
  firstStep: 1,
  gradientTolerance: 1e-5,
  valueTolerance: 2.220446049250313e-9,
}

const lineTrials = 20

export interface Minimum {
  readonly point: Float64Array
  readonly value: number
  readonly iterations: number
  readonly evaluations: number
  /** Why it ended; `stuck` when no lower point was found along the last direction. */
  readonly reason: 'gradient' | 'value' | 'iterations' | 'stuck'
}

/**
 * A local minimum in a box by L-BFGS-B: Byrd, Lu, Nocedal, Zhu 1995, A limited memory algorithm for bound constrained
 * optimization, with the subspace step of Morales and Nocedal 2011. It asks for values and gradients instead of calling for
 * them, so that many problems can go forward on one run of a model.
 * @param start brought into the box first
 * @param space for as many variables and as great a memory; the minimum's point lies in it
 * Yields what it asks and is sent the value. The minimum's point is the last asked about if the array is the same.
 */
export function* minimise(
  start: Float64Array,
  box: Box,
  settings: MinimiseSettings = usualSettings,
  space = workspaceOf(start.length, settings.memory),
): Generator<Asked, Minimum, number> {
  checkBox(start, box)
  const { kernels, step, scratch } = space
  // Exchanged at every step, not copied.
  let { x, gradient, trial, trialGradient } = space
  const { lower, upper } = box
  kernels.run('go', [start, start, lower, upper, x], [0])
  const hessian = new CompactHessian(space)
  let evaluations = 1
  let value = yield { point: x, gradient }
  const ended = (reason: Minimum['reason'], iterations: number): Minimum => ({
    point: x,
    value,
    iterations,
    evaluations,
    reason,
  })
  for (let iteration = 0; iteration < settings.iterations;) {
    const path = pathFrom(x, gradient, box, space)
    if (path.reach <= settings.gradientTolerance) return ended('gradient', iteration)
    const cauchy = cauchyPoint(x, gradient, box, path, hessian, space)
    const { slope, square } = subspaceMinimum(x, gradient, box, hessian, cauchy, trial, space)
    // The model promises too little: what follows would be told apart from rounding by nothing.
    if (iteration > 0 && -slope <= settings.valueTolerance * Math.max(Math.abs(value), 1)) {
      return ended('value', iteration)
    }
    let [found, trialValue, tried, isWhole] = [false, value, 0, false]
    if (slope < 0) {
      const length = Math.sqrt(square)
      const search = lineSearch(
        { value, slope },
        {
          first: iteration === 0 ? Math.min(1, settings.firstStep / length) : 1,
          // Beyond the target the box may end.
          greatest: () =>
            iteration === 0 ? 1 : greatestStep(kernels.run('filled', [x, step, lower, upper])[0]!),
          trials: lineTrials,
        },
      )
      let next = search.next()
      while (!next.done) {
        // At first the trial is where the whole step leads.
        isWhole = tried++ === 0 && next.value === 1
        if (!isWhole) kernels.run('go', [x, step, lower, upper, trial], [next.value])
        evaluations++
        trialValue = yield { point: trial, gradient: trialGradient }
        next = search.next({ value: trialValue, slope: kernels.run('dot', [step, trialGradient])[0]! })
      }
      found = next.value
    }
    if (!found) {
      // The memory may be what misleads: once more along the gradient itself.
      if (hessian.pairs === 0) return ended('stuck', iteration)
      hessian.reset()
      continue
    }
    iteration++
    const { change } = scratch
    if (!isWhole) kernels.run('towards', [trial, x, step, gradient])
    const [curvature, changed] = kernels.run('towards', [trialGradient, gradient, change, step])
    hessian.update(step, change, trialGradient, curvature!, changed!)
    const fall = value - trialValue
    const scale = Math.max(Math.abs(value), Math.abs(trialValue), 1)
    ;[x, trial] = [trial, x]
    ;[gradient, trialGradient] = [trialGradient, gradient]
    value = trialValue
    if (fall <= settings.valueTolerance * scale) return ended('value', iteration)
  }
  return ended('iterations', settings.iterations)
}

/** How many times the step fits into the box, at least once. @param filled the greatest share of the room that it takes */
const greatestStep = (filled: number): number => Math.max(Math.min(1e10, 1 / filled), 1)

function checkBox(start: Float64Array, { lower, upper }: Box): void {
  if (lower.length !== start.length || upper.length !== start.length) {
    throw new HalftoneError(
      'shape-mismatch',
      `Expected ${start.length} lower and upper bounds, one per variable, got ${lower.length} and ${upper.length}.`,
    )
  }
  const wrong = start.findIndex((_, i) => !(lower[i]! <= upper[i]!))
  if (wrong >= 0) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected lower bounds that are not above the upper ones, got ${lower[wrong]} and ${upper[wrong]} for variable ${wrong}.`,
    )
  }
}
