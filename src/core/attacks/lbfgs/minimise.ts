import { HalftoneError } from '#core/errors'
import { cauchyPoint, type Box } from './cauchyPoint'
import { CompactHessian } from './CompactHessian'
import { lineSearch } from './lineSearch'
import { subspaceMinimum } from './subspaceMinimum'
import { workspaceOf } from './Workspace'

/** A function to be minimised, at one point. */
export interface Evaluation {
  readonly value: number
  /** Read at once, so that it may be a view into something that the next call overwrites. */
  readonly gradient: Float32Array | Float64Array
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
 * Yields a point (its own memory, to be read before the next call) and is sent the function's value and gradient there.
 */
export function* minimise(
  start: Float64Array,
  box: Box,
  settings: MinimiseSettings = usualSettings,
  space = workspaceOf(start.length, settings.memory),
): Generator<Float64Array, Minimum, Evaluation> {
  checkBox(start, box)
  const { kernels, step } = space
  // Exchanged at every step, not copied.
  let { x, gradient, trial, trialGradient } = space
  const { lower, upper } = box
  kernels.run('go', [start, start, lower, upper, x], [0])
  const hessian = new CompactHessian(space)
  let evaluations = 1
  const first = yield x
  gradient.set(first.gradient)
  let { value } = first
  const ended = (reason: Minimum['reason'], iterations: number): Minimum => ({
    point: x,
    value,
    iterations,
    evaluations,
    reason,
  })
  for (let iteration = 0; iteration < settings.iterations;) {
    const [reach] = kernels.run('reach', [x, gradient, lower, upper])
    if (reach! <= settings.gradientTolerance) return ended('gradient', iteration)
    const cauchy = cauchyPoint(x, gradient, box, hessian, space)
    const target = subspaceMinimum(x, gradient, box, hessian, cauchy, space)
    const [slope, square] = kernels.run('towards', [target, x, step, gradient]) as [number, number]
    // The model promises too little: what follows would be told apart from rounding by nothing.
    if (iteration > 0 && -slope <= settings.valueTolerance * Math.max(Math.abs(value), 1)) {
      return ended('value', iteration)
    }
    let [found, trialValue] = [false, value]
    if (slope < 0) {
      const length = Math.sqrt(square)
      const search = lineSearch(
        { value, slope },
        {
          first: iteration === 0 ? Math.min(1, settings.firstStep / length) : 1,
          // Beyond the target the box may end.
          greatest: iteration === 0 ? 1 : greatestStep(kernels.run('filled', [x, step, lower, upper])[0]!),
          trials: lineTrials,
        },
      )
      let next = search.next()
      while (!next.done) {
        if (next.value === 1) trial.set(target)
        else kernels.run('go', [x, step, lower, upper, trial], [next.value])
        evaluations++
        const evaluation = yield trial
        trialValue = evaluation.value
        trialGradient.set(evaluation.gradient)
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
    const change = space.target
    const [, changed] = kernels.run('towards', [trialGradient, gradient, change, trialGradient])
    const [curvature] = kernels.run('towards', [trial, x, step, change])
    hessian.update(step, change, curvature!, changed!)
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
