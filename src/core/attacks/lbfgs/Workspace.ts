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

/**
 * One correction: a step s, and the gradient before it. Its change y of the gradient is to that before the next, or for the
 * newest to the gradient of now: so gradients are kept as they came, and changes are never written.
 */
export interface Pair {
  readonly s: Values
  readonly before: Values
}

/** Arrays that are used between one evaluation and the next. Any number of problems of one size may share them. */
export class Scratch {
  /** Variables that an edge of the box is near to. */
  readonly found: Int32Array
  /** Of each of them, by its place there: where it bends, and others. Mostly they are few, and these arrays short. */
  bends = new Float64Array(0)
  order = new Int32Array(0)
  rowAt = new Int32Array(0)
  /** Rows of the hessian's W, one after the other. */
  rows = new Float64Array(0)
  readonly #make: () => Values
  #wanted: Values | undefined

  constructor(variables: number, make: () => Values) {
    this.found = new Int32Array(variables)
    this.#make = make
  }

  /** For the rare step that takes more than one pass: a value for each variable. */
  get wanted(): Values {
    return (this.#wanted ??= this.#make())
  }

  /** Makes room for so many that were found, whatever was there. */
  reserve(count: number): void {
    if (this.bends.length >= count) return
    this.bends = new Float64Array(2 * count)
    this.order = new Int32Array(2 * count)
    this.rowAt = new Int32Array(2 * count)
  }

  /** Makes room for so many values of rows, and keeps those that are there. */
  reserveRows(length: number): void {
    if (this.rows.length >= length) return
    const longer = new Float64Array(2 * length)
    longer.set(this.rows)
    this.rows = longer
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
  /** For the point that a minimisation is at, the one that is tried, and as many as are ever reserved. */
  readonly points: readonly V[]
  /** Points that are not to be overwritten. */
  reserved: readonly V[]
  /** One more than is remembered. */
  readonly steps: readonly Values[]
  /** Two more than is remembered. */
  readonly gradients: readonly Values[]
}

/** In double precision, with room of its own. */
export function generalSpace(variables: number, memory: number, box: Box): Workspace<Float64Array> {
  // With what is wanted, slopes and a centre.
  const arrays = 2 + arraysOf(memory) + 3
  const kernels = new Kernels(generalProgram(), arrays * Kernels.roomForDoubles(variables))
  const make = (): Float64Array => kernels.doubles(variables)
  return spaceOf(kernels, sidesOf(box), new Scratch(variables, make), memory, 2, make)
}

/** Points of a {@link unitSpace}: two of them may be reserved. */
const unitPoints = 4

/** In single precision between 0 and 1. @param kernels with {@link unitRoom}, and once {@link unitScratchRoom} */
export const unitSpace = (
  variables: number,
  memory: number,
  kernels: LbfgsKernels,
  scratch: Scratch,
): Workspace<Float32Array> =>
  spaceOf(kernels, unitSides, scratch, memory, unitPoints, () => kernels.floats(variables))

export const unitScratch = (variables: number, kernels: LbfgsKernels): Scratch =>
  new Scratch(variables, () => kernels.floats(variables))

export const unitRoom = (variables: number, memory: number): number =>
  (unitPoints + arraysOf(memory)) * Kernels.roomFor(variables)

export const unitScratchRoom = (variables: number): number => Kernels.roomFor(variables)

/** Steps and gradients. */
const arraysOf = (memory: number): number => 2 * memory + 3

function spaceOf<V extends Values>(
  kernels: LbfgsKernels,
  sides: Sides,
  scratch: Scratch,
  memory: number,
  points: number,
  make: () => V,
): Workspace<V> {
  const some = (length: number): V[] => Array.from({ length }, make)
  return {
    ...{ kernels, sides, scratch, points: some(points), reserved: [] },
    ...{ steps: some(memory + 1), gradients: some(memory + 2) },
  }
}
