import { HalftoneError } from '#core/errors'
import { descend, type DescentSettings, type Minimum as Found } from './descend'
import { generalSpace, type Box } from './Workspace'

/** Asks for the value of the function at a point, which is to be read before the next question. */
export interface Asked {
  readonly point: Float64Array
  /** Where the function's gradient there is to be written. */
  readonly gradient: Float64Array
}

export interface MinimiseSettings extends DescentSettings {
  /** Pairs of steps and gradient changes that are remembered. */
  readonly memory: number
}

/** As SciPy has them, but for the first step, which it does not limit in a closed box. */
export const usualSettings: MinimiseSettings = {
  memory: 10,
  iterations: 15_000,
  firstStep: 1,
  gradientTolerance: 1e-5,
  valueTolerance: 2.220446049250313e-9,
}

export type Minimum = Found<Float64Array>

/**
 * A local minimum of any function in any box by {@link descend}, in double precision.
 * @param start brought into the box first
 * Yields what it asks and is sent the value.
 */
export function* minimise(
  start: Float64Array,
  box: Box,
  settings: MinimiseSettings = usualSettings,
): Generator<Asked, Minimum, number> {
  checkBox(start, box)
  const space = generalSpace(start.length, settings.memory, box)
  const slopes = space.kernels.doubles(start.length)
  const x = space.points[0]!
  x.set(start.map((value, i) => Math.min(Math.max(value, box.lower[i]!), box.upper[i]!)))
  // Nothing is pulled to the centre; any will do.
  const search = descend(space, x, space.kernels.doubles(start.length), settings)
  let next = search.next()
  while (!next.done) {
    const value = yield { point: next.value.point, gradient: slopes }
    next = search.next({ value, slopes, share: 1, pull: 0 })
  }
  return next.value
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
