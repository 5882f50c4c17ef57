import { Kernels } from '#core/simd/Kernels'
import { generalProgram, type LbfgsKernels } from './kernels'
import type { Values } from './Numbers'

/** The box that a point must stay in; sides may be infinite. */
export interface Box {
  readonly lower: Float64Array
  readonly upper: Float64Array
}

/** A box as kernels take it, and one variable at a time. */
export interface Sides {
  readonly arrays: readonly Values[]
  readonly lower: (index: number) => number
  readonly upper: (index: number) => number
  /** A number as kernels round it. */
  readonly round: (value: number) => number
}

export const sidesOf = ({ lower, upper }: Box): Sides => ({
  arrays: [lower, upper],
  lower: (index) => lower[index]!,
  upper: (index) => upper[index]!,
  round: (value) => value,
})

/** 0 to 1, in single precision. */
const unitSides: Sides = { arrays: [], lower: () => 0, upper: () => 1, round: Math.fround }

/** One correction: a step and its change of the gradient, as they were; the hessian knows their scale. */
export interface Pair {
  readonly s: Values
  readonly y: Values
}

/** Arrays that are used between one evaluation and the next. Any number of problems of one size may share them. */
export class Scratch {
  /** Variables that an edge of the box is near to; of each of them, by its place there, where it bends, and others. */
  readonly found: Int32Array
  readonly bends: Float64Array
  readonly order: Int32Array
  readonly rowAt: Int32Array
  readonly #make: () => Values
  #wanted: Values | undefined
  #rows = new Float64Array(0)

  constructor(variables: number, make: () => Values) {
    this.found = new Int32Array(variables)
    this.bends = new Float64Array(variables)
    this.order = new Int32Array(variables)
    this.rowAt = new Int32Array(variables)
    this.#make = make
  }

  /** For the rare step that takes more than one pass: a value for each variable. */
  get wanted(): Values {
    return (this.#wanted ??= this.#make())
  }

  /** Room for some rows of the hessian's W. @param length its values; those that it has are kept */
  rows(length: number): Float64Array {
    if (this.#rows.length < length) {
      const longer = new Float64Array(2 * length)
      longer.set(this.#rows)
      this.#rows = longer
    }
    return this.#rows
  }
}

/**
 * Arrays of a minimisation, a value for each variable, which serve one minimisation after the other: for images of some size it
 * is the making and freeing of arrays that would take the time. And of many problems that go forward together each brings its
 * own into the cache when its turn has come, so that what need not be its own is not.
 */
export interface Workspace<V extends Values = Values> {
  readonly kernels: LbfgsKernels
  readonly sides: Sides
  readonly scratch: Scratch
  readonly x: V
  readonly gradient: V
  readonly trial: V
  readonly trialGradient: V
  /** As many as are remembered, and one for the step that is being tried. */
  readonly pairs: readonly Pair[]
}

/** In double precision, with room of its own. */
export function generalSpace(variables: number, memory: number, box: Box): Workspace<Float64Array> {
  // With what is wanted, slopes and a centre.
  const arrays = 4 + 2 * (memory + 1) + 3
  const kernels = new Kernels(generalProgram(), arrays * Kernels.roomForDoubles(variables))
  const make = (): Float64Array => kernels.doubles(variables)
  return spaceOf(kernels, sidesOf(box), new Scratch(variables, make), memory, make)
}

/** In single precision between 0 and 1. @param kernels with {@link unitRoom}, and once {@link unitScratchRoom} */
export const unitSpace = (
  variables: number,
  memory: number,
  kernels: LbfgsKernels,
  scratch: Scratch,
): Workspace<Float32Array> => spaceOf(kernels, unitSides, scratch, memory, () => kernels.floats(variables))

export const unitScratch = (variables: number, kernels: LbfgsKernels): Scratch =>
  new Scratch(variables, () => kernels.floats(variables))

export const unitRoom = (variables: number, memory: number): number =>
  (4 + 2 * (memory + 1)) * Kernels.roomFor(variables)

export const unitScratchRoom = (variables: number): number => Kernels.roomFor(variables)

function spaceOf<V extends Values>(
  kernels: LbfgsKernels,
  sides: Sides,
  scratch: Scratch,
  memory: number,
  make: () => V,
): Workspace<V> {
  const pairs = Array.from({ length: memory + 1 }, () => ({ s: make(), y: make() }))
  return {
    ...{ kernels, sides, scratch, pairs },
    ...{ x: make(), gradient: make(), trial: make(), trialGradient: make() },
  }
}
