import type { Code } from '#core/simd/encode'
import type { ArrayOf } from '#core/simd/kernel'
import type { Lanes, Precision } from '#core/simd/Lanes'

/** Of every variable its value, slope or step. */
export type Values = Float32Array | Float64Array

/** The box at the variables at hand. */
export interface SidesAt {
  readonly lower: Code
  readonly upper: Code
}

/** How kernels hold variables, and what they know of the box. */
export interface Numbers {
  readonly precision: Precision
  readonly read: ArrayOf
  readonly write: ArrayOf
  readonly change: ArrayOf
  /** The arrays of the box, if it has any: they come last but for corrections. */
  readonly sides: readonly ArrayOf[]
  /** @param first which array of the kernel is the first of the box */
  sidesAt(l: Lanes, first: number): SidesAt
}

const held = (precision: Precision) =>
  ({
    precision,
    read: { use: 'read', holds: precision },
    write: { use: 'write', holds: precision },
    change: { use: 'change', holds: precision },
  }) as const

const double = held('double')

/** Any box, everything in double precision. */
export const general: Numbers = {
  ...double,
  sides: [double.read, double.read],
  sidesAt: (l, first) => ({ lower: l.load(first), upper: l.load(first + 1) }),
}

/**
 * All variables between 0 and 1, in single precision like the images and gradients of models, and no arrays for the box: half
 * the memory to go through, and twice the values at a time. Sums end in double precision.
 */
export const unit: Numbers = {
  ...held('single'),
  sides: [],
  sidesAt: (l) => ({ lower: l.constant(0), upper: l.constant(1) }),
}
