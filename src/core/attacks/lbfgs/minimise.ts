import { HalftoneError } from '#core/errors'
import { cauchyPoint, type Box } from './cauchyPoint'
import { CompactHessian, dot } from './CompactHessian'
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
 * Yields a point (its own memory, to be read before the next call) and is sent the function's value and gradient there.
 */
export function* minimise(
  start: Float64Array,
  box: Box,
  settings: MinimiseSettings = usualSettings,
): Generator<Float64Array, Minimum, Evaluation> {
  checkBox(start, box)
  const x = start.map((value, i) => Math.min(Math.max(value, box.lower[i]!), box.upper[i]!))
  const gradient = new Float64Array(x.length)
  const trial = x.slice()
  const trialGradient = new Float64Array(x.length)
  const hessian = new CompactHessian(settings.memory)
  const space = workspaceOf(x.length)
  const { step } = space
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
    if (reach(x, gradient, box) <= settings.gradientTolerance) return ended('gradient', iteration)
    const cauchy = cauchyPoint(x, gradient, box, hessian, space)
    const target = subspaceMinimum(x, gradient, box, hessian, cauchy, space)
    for (let i = 0; i < x.length; i++) step[i] = target[i]! - x[i]!
    const slope = dot(step, gradient)
    // The model promises too little: what follows would be told apart from rounding by nothing.
    if (iteration > 0 && -slope <= settings.valueTolerance * Math.max(Math.abs(value), 1)) {
      return ended('value', iteration)
    }
    let [found, trialValue] = [false, value]
    if (slope < 0) {
      const length = Math.sqrt(dot(step, step))
      const search = lineSearch(
        { value, slope },
        {
          first: iteration === 0 ? Math.min(1, settings.firstStep / length) : 1,
          // Beyond the target the box may end.
          greatest: iteration === 0 ? 1 : greatestStep(x, step, box),
          trials: lineTrials,
        },
      )
      let next = search.next()
      while (!next.done) {
        moveAlong(trial, x, step, next.value, target, box)
        evaluations++
        const evaluation = yield trial
        trialValue = evaluation.value
        trialGradient.set(evaluation.gradient)
        next = search.next({ value: trialValue, slope: dot(step, trialGradient) })
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
    for (let i = 0; i < x.length; i++) {
      step[i] = trial[i]! - x[i]!
      target[i] = trialGradient[i]! - gradient[i]!
    }
    hessian.update(step, target)
    const fall = value - trialValue
    const scale = Math.max(Math.abs(value), Math.abs(trialValue), 1)
    x.set(trial)
    gradient.set(trialGradient)
    value = trialValue
    if (fall <= settings.valueTolerance * scale) return ended('value', iteration)
  }
  return ended('iterations', settings.iterations)
}

/** The infinity norm of P(x - g) - x. */
function reach(x: Float64Array, gradient: Float64Array, { lower, upper }: Box): number {
  let greatest = 0
  for (let i = 0; i < x.length; i++) {
    const slope = gradient[i]!
    const room = slope < 0 ? upper[i]! - x[i]! : x[i]! - lower[i]!
    greatest = Math.max(greatest, Math.min(Math.abs(slope), room))
  }
  return greatest
}

/** How many times the step fits into the box, at least once. */
function greatestStep(x: Float64Array, step: Float64Array, { lower, upper }: Box): number {
  let greatest = 1e10
  for (let i = 0; i < x.length; i++) {
    const change = step[i]!
    if (change > 0) greatest = Math.min(greatest, (upper[i]! - x[i]!) / change)
    else if (change < 0) greatest = Math.min(greatest, (lower[i]! - x[i]!) / change)
  }
  return Math.max(greatest, 1)
}

function moveAlong(
  out: Float64Array,
  x: Float64Array,
  step: Float64Array,
  length: number,
  target: Float64Array,
  { lower, upper }: Box,
): void {
  if (length === 1) {
    out.set(target)
    return
  }
  for (let i = 0; i < x.length; i++) {
    const value = x[i]! + length * step[i]!
    out[i] = value < lower[i]! ? lower[i]! : value > upper[i]! ? upper[i]! : value
  }
}

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
